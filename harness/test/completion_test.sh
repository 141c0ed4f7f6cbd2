#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# completion_test.sh PROGRAM: what the shells offer. The function for bash is called as bash calls it;
# those for zsh and fish where these shells are there.
set -u
program=$(realpath "$1")
here=$(dirname "$(realpath "$0")")/../command
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
mkdir traces && touch traces/one.trace Q.npy 'two words.npy'
passed=0 failed=0
# offers WORDS EXPECTED...: the words of a command line, the last one being completed; all that is offered
offers() {
    local line=$1 got expected
    shift
    got=$(answer "$line" | LC_ALL=C sort | tr '\n' ' ')
    expected=$([ $# = 0 ] || printf '%s\n' "$@" | LC_ALL=C sort | tr '\n' ' ')
    if [ "$got" = "$expected" ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "FAILED: $shell: '$line' offers: $got; expected: $expected"
    fi
}
commands() { "$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'; }
figures() { "$program" figure --list && echo page; }
engines() { "$program" engines --json | sed 's/^{"name": "\([^"]*\)".*/\1/'; }
[ "$(commands | wc -l)" -ge 13 ] && [ "$(engines | wc -l)" -ge 5 ] && [ "$(figures | wc -l)" -ge 6 ] || { echo 'FAILED: nothing to expect'; exit 1; }

# shellcheck disable=SC2046
all() {
    offers 'odamv ' $(commands) --help --version
    offers 'odamv cu' curve
    offers 'odamv run --engine ' $(engines)
    offers 'odamv curve --engine lazy --engine lazy-' lazy-wc lazy-wide
    offers 'odamv check --tol' --tolerance
    offers 'odamv run --q Q' Q.npy
    offers 'odamv hmv --m Q' Q.npy
    offers 'odamv gen --out t' "traces$1"
    offers 'odamv replay traces/o' traces/one.trace
    offers 'odamv run --no-coalesce --a '
    offers 'odamv gen --se' --seed
    offers 'odamv figure ' $(figures)
    offers 'odamv figure pa' page
    offers 'odamv figure --q' --quick
    offers 'odamv figure page --q' --quick
}
shell=bash
# shellcheck disable=SC1091
source "$here/completion.bash"
answer() {
    read -ra COMP_WORDS <<<"$1"
    COMP_WORDS[0]=$program
    [[ $1 = *' ' ]] && COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _odamv
    [ ${#COMPREPLY[@]} -gt 0 ] && printf '%s\n' "${COMPREPLY[@]}"
}
all ''
offers 'odamv run --engine = lazy-' lazy-wc lazy-wide
offers 'odamv run --q two' 'two words.npy'
complete -p odamv | grep -q -- '-F _odamv odamv' && passed=$((passed + 1)) || { failed=$((failed + 1)); echo 'FAILED: not set up'; }

shell=zsh
# what the completion system offers, said instead of shown
cat >stub.zsh <<'Z'
compadd() { if [[ $1 = -a ]]; then print -l -- ${(P)2}; else print -l -- ${@:#--}; fi }
_describe() { print -l -- ${${(P)2}%%:*} }
_files() { if [[ ${1-} = -/ ]]; then print -l -- $PREFIX*(N/); else print -l -- $PREFIX*(N); fi }
_message() { }
words=("$@") CURRENT=$# PREFIX=${@[-1]}
complete_it() { source $script }
complete_it | while read -r line; do [[ $line = $PREFIX* ]] && print -r -- $line; done
true
Z
answer() {
    read -ra COMP_WORDS <<<"$1"
    COMP_WORDS[0]=$program
    [[ $1 = *' ' ]] && COMP_WORDS+=('')
    script=$here/completion.zsh zsh -f stub.zsh "${COMP_WORDS[@]}"
}
if command -v zsh >/dev/null; then all ''; else echo 'no zsh'; fi

shell=fish
cp "$here/completion.fish" fish.fish
answer() { PATH=$(dirname "$program"):$PATH fish --no-config -c "source fish.fish; complete -C '$1'" | cut -f 1; }
if command -v fish >/dev/null; then all /; else echo 'no fish'; fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
