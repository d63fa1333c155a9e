package cli
import ("testing";"context";"bytes";"os";"runtime/pprof";"time";"fmt";"strings")
func TestZZ(t *testing.T){
 f,_:=os.Create("/tmp/w/cpu.out"); pprof.StartCPUProfile(f)
 var o,e bytes.Buffer
 s:=time.Now()
 Main(context.Background(),append([]string{"tracker"},strings.Fields(os.Getenv("ZZ"))...),&o,&e)
 fmt.Println(time.Since(s),o.Len(),e.String())
 pprof.StopCPUProfile()
}
