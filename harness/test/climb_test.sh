#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# climb_test.sh PROGRAM: odamv check --climb as its users meet it: bounds that hold and bounds that do not, what is
# printed and saved, and that the printed command repeats a violation.
set -u
program=$(realpath "$1")
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
PATH="$(dirname "$program"):$PATH"
passed=0 failed=0

# expect NAME STATUS TEXT COMMAND...: the command ends with that status and prints that text (if any).
expect() {
    local name=$1 status=$2 text=$3 got
    shift 3
    timeout 200 "$@" >out 2>err </dev/null
    got=$?
    if [ $got = "$status" ] && { [ -z "$text" ] || cat out err | grep -qF -e "$text"; }; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s: exit status %s, expected %s and "%s" in\n' "$name" $got "$status" "$text"
        cat out err
    fi
}

expect 'right engines' 0 'answers per second' "$program" check --climb --cases 100000
expect 'one line for every multiplication' 0 '' test "$(grep -c '^lazy ' out)" = 7
expect 'the worst cases are saved' 0 'all right' "$program" replay odamv-climb/lazy-dps222.trace --engine lazy
expect 'with what they reached' 0 '' grep -q 'error / bound = 0\.' odamv-climb/naive.trace
expect 'JSON Lines' 0 '"percent_99_99"' "$program" check --climb --cases 3000 --json --engine naive
cp out lines
if command -v python3 >/dev/null; then
    expect 'which are JSON' 0 '' python3 -c 'import json; [json.loads(line) for line in open("lines")]'
fi
"$program" check --climb --cases 50000 --engine lazy --jobs 1 --json | grep -v '"summary"' >one
"$program" check --climb --cases 50000 --engine lazy --jobs 1 --json | grep -v '"summary"' >two
expect 'a function of the seed' 0 '' cmp one two

expect 'a bound that does not hold' 1 'its bound does not hold' "$program" check --climb --cases 3000 --engine wrong-half-bound --out "it's here"
command=$(grep -m 1 -o 'odamv replay .*' out)
expect 'the printed command repeats it' 1 'wrong answer' bash -c "$command"
expect 'and not on the real engine' 0 'all right' bash -c "${command/engine wrong-half-bound/engine lazy}"
# Where products underflow: the saboteur is right anywhere else, so that the climb must go there.
expect 'a bound lost to underflow' 1 'its bound does not hold' \
    "$program" check --climb --cases 200000 --seed 2 --jobs 1 --engine wrong-underflow-product --out underflow
expect 'by a scheme with fractions' 1 'wrong answer' \
    "$program" replay underflow/wrong-underflow-product-dps222.trace --engine wrong-underflow-product

expect 'with saboteurs' 2 'expected it without' "$program" check --climb --saboteurs
expect 'with power' 2 'expected it without' "$program" check --climb --power
touch file
expect 'a folder that is a file' 3 'cannot be made' "$program" check --climb --cases 10 --out file/folder

echo "$passed passed, $failed failed"
[ $failed = 0 ]
