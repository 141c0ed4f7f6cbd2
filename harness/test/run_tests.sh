#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run_tests.sh COMMAND...: runs each command (a test program, or a script with its arguments), as many at
# a time as there are processors, shows one line for each and all of the output of those that fail, and
# ends with "N passed, N failed", counted in test cases: a program of cmocka reports its own, any other
# command prints such a line itself or counts as one. No case at all is a failure.
set -u
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT
export logs OPENBLAS_NUM_THREADS=${OPENBLAS_NUM_THREADS:-1}

one() {
    local log="$logs/$1" start=$EPOCHREALTIME status passed failed
    $2 >"$log" 2>&1 </dev/null
    status=$?
    passed=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p; s/^\([0-9]*\) passed, [0-9]* failed.*/\1/p' "$log" | tail -n 1)
    failed=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test.*/\1/p; s/^[0-9]* passed, \([0-9]*\) failed.*/\1/p' "$log" | tail -n 1)
    if [ -z "$passed" ]; then passed=$((status == 0)); fi
    if [ $status -ne 0 ] && [ "${failed:-0}" -eq 0 ]; then failed=1; fi
    printf '%-6s %6.1f s  %3d  %s\n' "$([ $status -eq 0 ] && echo ok || echo FAILED)" \
        "$(awk "BEGIN {print $EPOCHREALTIME - $start}")" "$passed" "$2"
    [ $status -eq 0 ] || sed 's/^/    /' "$log"
    echo "$passed ${failed:-0}" >"$log.count"
}
export -f one

number=0
for command in "$@"; do
    printf '%d\0%s\0' $((number += 1)) "$command"
done | xargs -0 -n 2 -P "$(nproc)" bash -c 'one "$1" "$2"' one
cat "$logs"/*.count 2>/dev/null | awk '{passed += $1; failed += $2}
    END {printf "%d passed, %d failed\n", passed, failed; exit failed > 0 || passed == 0}'
