# Completion of tracker for fish. tracker itself says what can follow.
function __tracker_complete
	set -l words (commandline -opc)
	set -l word (string trim --left --chars "'\"" -- (commandline -ct))
	set -l asked $words
	string match -q -- '-*' $word; and set asked $words $word
	env TRACKER_COMPLETE_SHELL=fish TRACKER_COMPLETE_WORD=$word $asked --generate-bash-completion 2>/dev/null
end
complete -c tracker -f -a '(__tracker_complete)'
complete -c tracker -n '__fish_seen_subcommand_from ingest report import export' -F
