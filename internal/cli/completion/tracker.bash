# Completion of tracker for bash. tracker itself says what can follow; names that it
# finds in the repository are quoted before they get on the command line.
_tracker() {
	local word=${COMP_WORDS[COMP_CWORD]} words found
	words=("${COMP_WORDS[@]:0:COMP_CWORD}")
	[[ $word == -* ]] && words+=("$word")
	COMPREPLY=()
	while IFS= read -r found; do
		[[ $found == "$word"* ]] && COMPREPLY+=("$(printf %q "$found")")
	done < <(TRACKER_COMPLETE_WORD=$word "${words[@]}" --generate-bash-completion 2>/dev/null)
}
complete -o bashdefault -o default -F _tracker tracker
