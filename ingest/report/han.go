package report

import "sync"

// traditional pairs Chinese characters in their traditional form with the
// simplified ones, for those that occur in the word table: it need not spell
// a phrase in both.
const traditional = "併并併并來来個个們们備备優优償偿內内兩两冊册凍冻別别則则剛刚創创劃划動动務务區区協协卻却參参員员問问啟启單单嚴严圖图團团執执報报場场增增壞坏" +
	"壓压夾夹奪夺套套實实審审寫写對对導导將将專专尋寻層层屬属師师幾几庫库應应廢废廣广建建張张強强彈弹彙汇後后從从復复徵征徹彻應应態态慮虑懸悬戰战擇择擱搁據据擴扩" +
	"擋挡擬拟攔拦敗败數数斷断時时晉晋暫暂會会東东條条構构標标樣样機机檔档檢检權权歡欢歸归殘残決决沒没測测準准滯滞滾滚漸渐潛潜濾滤為为無无狀状獨独現现環环產产" +
	"當当發发盤盘監监盡尽確确碼码礎础種种稱称穩稳筆笔範范節节約约級级納纳組组結结給给統统經经綜综維维網网緩缓線线編编練练縮缩總总績绩繼继續续織织義义聯联舊旧" +
	"與与處处號号術术衝冲補补裝装複复見见規规視视覆覆觀观覽览計计討讨訊讯記记設设許许評评詢询試试話话該该詳详認认語语誤误說说調调請请論论證证識识議议護护變变負负" +
	"責责買买費费資资賴赖贊赞趨趋路路較较載载輕轻輸输辦办農农這这連连進进過过達达違违遠远適适遲迟選选還还邊边郵邮部部鎖锁鍵键鏡镜長长門门開开間间關关阻阻陸陆" +
	"階阶際际隨随險险雜杂離离難难電电需需靜静頁页項项順顺須须預预領领頭头題题顯显類类風风驗验驟骤點点齊齐"

var simplified = sync.OnceValue(func() map[rune]rune {
	pairs := []rune(traditional)
	out := make(map[rune]rune, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
})
