# Completion of tracker for bash. tracker itself says what can follow.
_tracker() {
	local words
	words=("${COMP_WORDS[@]:0:$COMP_CWORD}")
	case "${COMP_WORDS[COMP_CWORD]}" in
	-*) words+=("${COMP_WORDS[COMP_CWORD]}") ;;
	esac
	COMPREPLY=($(compgen -W "$("${words[@]}" --generate-bash-completion 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o bashdefault -o default -F _tracker tracker
