#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# orders_test.sh PROGRAM [EVERY [SECONDS]]: every EVERY-th engine that is wrong on purpose (default: each) is found
# by `odamv check` with its default options, within so many seconds (default: 20), alone, before `lazy` and after it
# in the list of engines, and `lazy` is not blamed.
set -u
program=$(realpath "$1") every=${2:-1} seconds=${3:-20}
saboteurs=$(ls "$(dirname "$0")/../../test/corpus" | sed -n 's/\.trace$//p') # one case of each
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
passed=0 failed=0

try() {
    local saboteur=$1
    shift
    timeout "$seconds" "$program" check --first --json --out found "$@" >out 2>&1
    if [ $? = 1 ] && grep '"finding"' out | grep -qF "\"engine\": \"$saboteur\"" &&
        ! grep '"finding"' out | grep -qF '"engine": "lazy"'; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $*"
        tail -n 3 out
    fi
    rm -rf found
}

number=0
for saboteur in $saboteurs; do
    number=$((number + 1))
    [ $((number % every)) = 0 ] || continue
    try "$saboteur" --engine "$saboteur"
    try "$saboteur" --engine "$saboteur" --engine lazy
    try "$saboteur" --engine lazy --engine "$saboteur"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed != 0 ]
