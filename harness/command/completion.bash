# SPDX-License-Identifier: GPL-3.0-or-later
#
# Completion for bash: what there is to choose from is asked of the program itself, so that this
# never falls behind. After `--option`, the help's name of its value says what to offer: E engines,
# FILE files, DIR and FOLDER folders. Where the usage begins with NAME, --list prints the names.

_odamv_commands() { "$1" --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'; }
_odamv_engines() { "$1" engines --json 2>/dev/null | sed -n 's/^{"name": "\([^"]*\)".*/\1/p'; }
# Whether the usage has a FILE that belongs to no option.
_odamv_takes_files() { sed -n 's/--[a-z-]* [A-Z]*//g; /^ *\(Usage\|or\):/p' <<<"$1" | grep -q FILE; }
# The names that may come next: where the usage begins with NAME, as the first word after the command.
_odamv_names() {
    [ "$4" = 2 ] && grep -q "^Usage: odamv $2 NAME" <<<"$3" && { "$1" "$2" --list && echo page; } 2>/dev/null
}

_odamv() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local program=${COMP_WORDS[0]/#\~/$HOME} help options names= value=
    [ "$current" = = ] && current=
    [ "$before" = = ] && before=${COMP_WORDS[COMP_CWORD - 2]}
    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_odamv_commands "$program") --help --version" -- "$current")
        return
    fi
    help=$("$program" "${COMP_WORDS[1]}" --help 2>/dev/null) || return
    options=$(sed -n 's/^  \(--[a-z0-9-]*\).*/\1/p' <<<"$help")
    [[ $before =~ ^--[a-z0-9-]+$ ]] && value=$(sed -n "s/^  $before \([A-Z/]*\)\( .*\)*$/\1/p" <<<"$help")
    case $value in
    E) mapfile -t COMPREPLY < <(compgen -W "$(_odamv_engines "$program")" -- "$current") ;;
    FILE) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    DIR | FOLDER) mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    ?*) ;;
    *)
        if [[ $current != -* ]] && _odamv_takes_files "$help"; then
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
        else
            [[ $current = -* ]] || names=$(_odamv_names "$program" "${COMP_WORDS[1]}" "$help" "$COMP_CWORD")
            mapfile -t COMPREPLY < <(compgen -W "${names:-$options}" -- "$current")
        fi
        ;;
    esac
    # names of files, not words, get their quotes and slashes
    case $value in FILE | DIR | FOLDER | '') compopt -o filenames 2>/dev/null ;; esac
}
complete -F _odamv odamv
