#compdef tracker
# Completion of tracker for zsh. tracker itself says what can follow.
_tracker() {
	local -a found asked
	asked=("${(@)words[1,CURRENT-1]}")
	local word="${(Q)words[CURRENT]}"
	[[ "$word" == -* ]] && asked+=("$word")
	found=("${(@f)$(TRACKER_COMPLETE_SHELL=zsh TRACKER_COMPLETE_WORD="$word" _CLI_ZSH_AUTOCOMPLETE_HACK=1 "${asked[@]}" --generate-bash-completion 2>/dev/null)}")
	if [[ -n "${found[1]}" ]]; then
		_describe -V 'tracker' found
	else
		_files
	fi
}
if [ "$funcstack[1]" = "_tracker" ]; then
	_tracker "$@"
else
	compdef _tracker tracker
fi
