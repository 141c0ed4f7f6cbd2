#compdef odamv
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Completion for zsh: as completion.bash, everything is asked of the program's own help.

local program=${~words[1]} help value='' before=${words[CURRENT-1]}
local -a commands engines names options

if (( CURRENT == 2 )); then
    commands=(${(f)"$($program --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\)  *\(.*\)/\1:\2/p')"})
    _describe command commands
    compadd -- --help --version
    return
fi
help=$($program ${words[2]} --help 2>/dev/null) || return 1
options=(${(f)"$(sed -n 's/^  \(--[a-z0-9-]*\).*/\1/p' <<<$help)"})
[[ $before =~ '^--[a-z0-9-]+$' ]] && value=$(sed -n "s/^  ${before} \([A-Z/]*\)\( .*\)*$/\1/p" <<<$help)
case $value in
E)
    engines=(${(f)"$($program engines --json 2>/dev/null | sed -n 's/^{"name": "\([^"]*\)".*/\1/p')"})
    compadd -a engines
    ;;
FILE) _files ;;
DIR | FOLDER) _files -/ ;;
?*) _message $value ;;
*)
    if [[ $PREFIX != -* ]] && sed -n 's/--[a-z-]* [A-Z]*//g; /^ *\(Usage\|or\):/p' <<<$help | grep -q FILE; then
        _files
    elif (( CURRENT == 3 )) && [[ $PREFIX != -* && $help = "Usage: odamv ${words[2]} NAME"* ]]; then
        names=(${(f)"$($program ${words[2]} --list 2>/dev/null)"} page)
        compadd -a names
    else
        compadd -a options
    fi
    ;;
esac
