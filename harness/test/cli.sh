# SPDX-License-Identifier: GPL-3.0-or-later
#
# cli.sh, to be sourced with the program in $1: what tests of the command line share. An empty folder to
# be in, the program run with its output in the files out and err, and what is expected of them.
program=$(realpath "$1")
[ -x "$program" ] || { echo "usage: $(basename "$0") PROGRAM ..." >&2; exit 2; }
folder=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
unset NO_COLOR POSIXLY_CORRECT
passed=0 failed=0

ok() { passed=$((passed + 1)); }
wrong() {
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$1"
    [ -s out ] && echo "  stdout: $(head -c 400 out)"
    [ -s err ] && echo "  stderr: $(head -c 400 err)"
}
# is STATUS NAME ARGUMENTS...: runs the program, which ends with that status
is() {
    local status=$1 name=$2
    shift 2
    "$program" "$@" >out 2>err </dev/null
    local got=$?
    [ $got = "$status" ] && ok || wrong "$name: exit status $got, expected $status"
}
says() { grep -qF -e "$1" err && ok || wrong "stderr does not say: $1"; }
prints() { grep -qF -e "$1" out && ok || wrong "stdout does not print: $1"; }
same() { cmp -s "$1" "$2" && ok || wrong "$3: $1 and $2 differ"; }
# The last call.
finish() {
    printf '%d passed, %d failed\n' $passed $failed
    [ $failed -eq 0 ]
}
