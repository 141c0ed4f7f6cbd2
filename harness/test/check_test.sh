#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# check_test.sh PROGRAM MISBEHAVING-PLUGIN: odamv check and odamv replay as their users meet them: exit
# statuses, what is printed, what is saved, and that the printed command repeats the failure.
set -u
program=$(realpath "$1") plugin=$(realpath "$2")
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
PATH="$(dirname "$program"):$PATH"
passed=0 failed=0
sanitized=false
grep -qa __asan_init "$program" && sanitized=true

# expect NAME STATUS TEXT COMMAND...: the command ends with that status and prints that text (if any).
expect() {
    local name=$1 status=$2 text=$3 got
    shift 3
    timeout 100 "$@" >out 2>err </dev/null
    got=$?
    if [ $got = "$status" ] && { [ -z "$text" ] || cat out err | grep -qF -e "$text"; }; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s: exit status %s, expected %s and "%s" in\n' "$name" $got "$status" "$text"
        cat out err
    fi
}

expect 'a right engine' 0 'required states reached' "$program" check --engine lazy --cases 400
expect 'nothing is saved' 1 '' test -e odamv-failures
expect 'too short a check' 1 'a law: 0' "$program" check --engine lazy --cases 3

expect 'a wrong engine' 1 'shrunk to' "$program" check --engine wrong-sign --cases 50 --seed 5
command=$(grep -m 1 -o 'odamv replay .*' out)
expect 'the printed command repeats it' 1 'wrong answer' bash -c "$command"
expect 'its trace on a right engine' 0 'all right' bash -c "${command/engine wrong-sign/engine lazy} --answers"
expect 'the exact answers' 0 'exact' bash -c "${command/engine wrong-sign/engine naive} --answers"
expect 'saved cases come first' 1 'in a saved case' "$program" check --engine wrong-sign --cases 1
expect 'as a corpus too' 1 'in a saved case' "$program" check --engine wrong-sign --cases 1 --corpus odamv-failures --out other
first=$(ls odamv-failures/*.trace | head -n 1)
cp "$first" first.trace
expect 'the same seed again' 1 'wrong answer' "$program" check --engine wrong-sign --cases 50 --seed 5
expect 'saves the same case under the same name' 0 '' cmp first.trace "$first"

for way in crash exit scribble keep overrun; do
    expect "a plug-in that does this: $way" 1 'odamv replay' env ODAMV_MISBEHAVE=$way \
        "$program" check --plugin "$plugin" --engine misbehave --engine direct --cases 30 --out "$way"
    command=$(grep -m 1 -o 'odamv replay .*' out)
    expect "replayed: $way" 1 'misbehave:' env ODAMV_MISBEHAVE=$way bash -c "$command"
    expect "cured: $way" 0 'compared with the exact ones, all right' bash -c "$command"
done
for way in past freed; do
    $sanitized && break # malloc is the sanitizer's
    expect "a plug-in that reads memory: $way" 1 'a block of 48 bytes in ' env ODAMV_MISBEHAVE=$way \
        "$program" check --plugin "$plugin" --cases 30 --out "$way"
done
expect 'a plug-in that hangs' 1 'hang' env ODAMV_MISBEHAVE=hang timeout 60 \
    "$program" check --plugin "$plugin" --cases 3 --limit 0.2 --out hang
expect 'a plug-in that prints' 0 '"covered": true' env ODAMV_MISBEHAVE=print \
    "$program" check --plugin "$plugin" --cases 200 --json --out print
cp out printed
expect 'prints nothing into the JSON' 1 '' grep -q hello printed
expect 'a plug-in without bounds' 2 'expected --tolerance' env ODAMV_MISBEHAVE=unbounded \
    "$program" check --plugin "$plugin" --cases 20
expect 'with a tolerance' 0 'without a bound' env ODAMV_MISBEHAVE=unbounded \
    "$program" check --plugin "$plugin" --cases 300 --tolerance 1e-9 --ordinary

# What is not looked at is not right.
expect 'an engine that answers nothing' 1 'misbehave: an answer compared with the exact one: 0' env ODAMV_MISBEHAVE=silent \
    "$program" check --plugin "$plugin" --cases 200 --out silent
{
    printf 'odamv-trace 1\nshape 100 1 1 1\nscale 1\nnormalised 1\n'
    printf 'q %d\n' {1..100}
    printf 'k 1\nv 2\n'
    printf 'query %d 0\n' 1 {61..67}
} >rows.trace
expect 'rows beyond 64' 1 'B[64,0] = 3' "$program" replay rows.trace --engine wrong-row-64
expect 'every answer is compared' 0 '8 of 8 answers compared' "$program" replay rows.trace --engine lazy
expect 'as far as the budget goes' 0 '3 of 8 answers compared' "$program" replay rows.trace --engine lazy --budget 3.2
expect 'bounds that say nothing are told' 0 'true, but of little use' env ODAMV_MISBEHAVE=vague \
    "$program" check --plugin "$plugin" --cases 200 --out vague
expect 'nothing compared' 1 'nothing was compared, 8 answers' "$program" replay rows.trace --engine lazy --budget 1
expect 'nothing answered' 1 'nothing was compared, 0 answers' env ODAMV_MISBEHAVE=silent \
    "$program" replay rows.trace --plugin "$plugin"
expect 'default sizes cross blocks' 1 'wrong-panel-edge: wrong answer' \
    "$program" check --engine lazy --engine wrong-panel-edge --cases 184 --out panel
cp out found
expect 'and what is found there shrinks' 0 '' grep -q 'shrunk to' found
# The oracle looks at nothing; the engines contradict each other, and it is asked which of them is wrong.
for engines in '--engine wrong-row-end --engine lazy' '--engine lazy --engine wrong-row-end'; do
    # shellcheck disable=SC2086
    expect "a contradiction: $engines" 1 'wrong-row-end: wrong answer' \
        "$program" check $engines --cases 30 --budget 1 --out contradiction
    cp out found
    expect 'the guilty alone is named' 1 '' grep -q '^lazy: ' found
done

# The printed command, as it stands, repeats the finding: of every saboteur, from a folder with a difficult name.
if ! $sanitized; then # whose forks take a hundred times as long; test_saboteurs repeats the findings there
    expect 'saboteurs' 0 'saboteurs caught' "$program" check --saboteurs --out "it's a 'folder'"
    sed -n 's/^\([a-z][^ ]*\): \([a-z ]*\), in case.*/\1: \2/p' out >findings
    grep -o 'odamv replay .*' out >commands
    expect 'a command for each' 0 '' test "$(wc -l <findings)" = "$(wc -l <commands)"
    while read -r finding <&3 && read -r command <&4; do
        expect "repeated: $command" 1 "$finding: " bash -c "$command"
    done 3<findings 4<commands
fi
cp "$plugin" "a plug-in.so"
expect 'with limit and tolerance' 1 '--tolerance' env ODAMV_MISBEHAVE=hang timeout 60 \
    "$program" check --plugin 'a plug-in.so' --cases 3 --limit 0.2 --tolerance 0.5 --out 'hang here'
expect 'repeated' 1 'hang: did not return in time' env ODAMV_MISBEHAVE=hang timeout 10 \
    bash -c "$(grep -m 1 -o 'odamv replay .*' out)"

expect 'power' 0 'update_v' "$program" check --power --n 24 --d 4 --ops 60 --cases 5
expect 'power in JSON' 0 '"caught_95_percent"' "$program" check --power --n 24 --d 4 --ops 60 --cases 5 --json
expect 'JSON Lines' 1 '"summary"' "$program" check --engine wrong-nan --cases 30 --json --out json
cp out lines
if command -v python3 >/dev/null; then
    expect 'which are JSON' 0 '' python3 -c 'import json; [json.loads(line) for line in open("lines")]'
fi
"$program" check --engine eager --cases 60 --jobs 1 --json | grep -v '"summary"' >one
"$program" check --engine eager --cases 60 --jobs 3 --json | grep -v '"summary"' >two
expect 'the number of workers changes nothing' 0 '' cmp one two

expect 'no such engine' 2 'expected one of' "$program" check --engine nosuch
expect 'no such corpus' 2 'cannot read the folder' "$program" check --corpus nosuch
mkdir bad && echo 'odamv-trace 2' >bad/bad.trace
expect 'a corpus that is no corpus' 2 'bad/bad.trace:1:13' "$program" check --corpus bad
expect 'no trace' 2 'no trace' "$program" replay
expect 'not a trace' 2 'bad/bad.trace:1:13' "$program" replay bad/bad.trace
expect 'power with a time' 2 'expected it with --cases' "$program" check --power --time 3
touch file
expect 'a folder that is a file' 2 'Not a directory' "$program" check --engine wrong-nan --cases 30 --out file

echo "$passed passed, $failed failed"
[ $failed = 0 ]
