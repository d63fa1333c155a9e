# Completion of tracker for PowerShell. tracker itself says what can follow; names that it
# finds in the repository are quoted before they get on the command line.
Register-ArgumentCompleter -Native -CommandName tracker -ScriptBlock {
	param($word, $ast, $position)
	$words = @($ast.CommandElements | ForEach-Object { $_.ToString() } | Where-Object { $_ -ne $word })
	if ($word.StartsWith('-')) { $words += $word }
	$program, $rest = $words
	$env:TRACKER_COMPLETE_WORD = $word
	try {
		& $program @rest --generate-bash-completion 2>$null | Where-Object { $_.StartsWith($word) } | ForEach-Object {
			$text = $_
			if ($text -notmatch '^[\w./:-]+$') { $text = "'" + $text.Replace("'", "''") + "'" }
			[System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
		}
	} finally {
		Remove-Item Env:TRACKER_COMPLETE_WORD
	}
}
