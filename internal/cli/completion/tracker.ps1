# Completion of tracker for PowerShell. tracker itself says what can follow.
Register-ArgumentCompleter -Native -CommandName tracker -ScriptBlock {
	param($word, $ast, $position)
	$words = @($ast.CommandElements | ForEach-Object { $_.ToString() } | Where-Object { $_ -ne $word })
	if ($word.StartsWith('-')) { $words += $word }
	$program, $rest = $words
	& $program @rest --generate-bash-completion 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
		[System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
	}
}
