#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# errata.sh PROGRAM: the evidence of errata.md, item by item. Fails when an item no longer shows what the
# page says.
set -u
program=$(realpath "$1")
[ -x "$program" ] || { echo "usage: errata.sh PROGRAM" >&2; exit 2; }
notes=$(dirname "$(realpath "$0")")
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
passed=0 failed=0

# expect NAME STATUS TEXT COMMAND...: the command ends with that status and prints that text.
expect() {
    local name=$1 status=$2 text=$3 got
    shift 3
    "$@" >out 2>&1 </dev/null
    got=$?
    if [ $got = "$status" ] && grep -qF -e "$text" out; then
        passed=$((passed + 1))
        printf '%s\n    %s\n' "$name" "$(grep -F -m 1 -e "$text" out)"
    else
        failed=$((failed + 1))
        printf 'FAILED: %s: exit status %s, expected %s and "%s" in\n%s\n' "$name" $got "$status" "$text" "$(cat out)"
    fi
}
# normalisers ROWS-OF-Q ROWS-OF-K KEY: 1/D for every row of Q, rows separated by ';', read at a value
# column that is 1 at KEY only, a key of zeros, whose weight is 1.
normalisers() {
    tr ';' '\n' <<<"$1" >q.txt
    tr ';' '\n' <<<"$2" >k.txt
    awk -v key="$3" '{print NR - 1 == key}' k.txt >v.txt
    { echo 'odamv-trace 1'; echo 'query_column 0'; } >column.trace
    "$program" run --engine naive --q q.txt --k k.txt --v v.txt --trace column.trace |
        awk '{printf "D[%s] = %.6f\n", $3, 1 / $5}'
}

# column J ROWS-OF-Q ROWS-OF-K ROWS-OF-V [OPTION]: the answers of column J, one a line, by the definition.
column() {
    local j=$1
    tr ';' '\n' <<<"$2" >q.txt
    tr ';' '\n' <<<"$3" >k.txt
    tr ';' '\n' <<<"$4" >v.txt
    shift 4
    { echo 'odamv-trace 1'; echo "query_column $j"; } >column.trace
    "$program" run --engine naive --q q.txt --k k.txt --v v.txt --trace column.trace "$@" | awk '{print $5}'
}
# boolean M P V GADGET: the rows of every column of M P V, as odamv hmv has them.
boolean() {
    tr ';' '\n' <<<"$1" >m.txt
    tr ';' '\n' <<<"$2" >p.txt
    tr ';' '\n' <<<"$3" >v.txt
    "$program" hmv --m m.txt --p p.txt --v v.txt --all --gadget "$4" | sed -n 's/^column //p' | paste -sd ' '
}

# 1
expect '1. V: the update at the threshold is lost' 1 'B[0,0] = 0 +- ' \
    "$program" replay "$notes/lost-update.trace" --engine printed
expect '   lazy records it' 0 'all right' "$program" replay "$notes/lost-update.trace" --engine lazy
expect '   K: likewise' 1 'wrong answer' "$program" replay "$notes/lost-update-k.trace" --engine printed
expect '   lazy is right there too' 0 'all right' "$program" replay "$notes/lost-update-k.trace" --engine lazy

# 2: one key and one query, A goes from 2 to 4, so that D^-1 goes from 1/2 to 1/4.
expect '2. D and its inverse: D_tmp read as D' 0 'D^-1 = 0.600000, true 0.250000' awk 'BEGIN {
    A = 2; dA = 2; D = A; tmp = D; new = 1 / tmp + dA; dD = 1 / tmp - 1 / new
    printf "D^-1 = %f, true %f\n", 1 / D + dD, 1 / (A + dA)}'
expect '   D_tmp read as D^-1, which is what List_D holds' 0 'D^-1 = 2.250000, true 0.250000' awk 'BEGIN {
    A = 2; dA = 2; D = A; tmp = 1 / D; new = 1 / tmp + dA; dD = 1 / tmp - 1 / new
    printf "D^-1 = %f, true %f\n", 1 / D + dD, 1 / (A + dA)}'
expect '   taken at its word, the answer leaves the hull of V' 1 'wrong answer' \
    "$program" replay "$notes/lost-update-k.trace" --engine printed-d

# 3: n = 2, M = [1 0; 0 0], P = diag(1, 0), t = 1; row 0 of Q is [1 0 0 1], its complement being [0 1].
expect '3. the normaliser, first n rows: t (e+1) + 2n - 2t = e + 3, printed t (e+1) = 3.718282' 0 'D[0] = 5.718282' \
    normalisers '1 0 0 1;0 0 1 1;0 0 0 0;0 0 0 0' '1 0 0 0;0 0 0 0;0 0 1 0;0 0 0 0' 1
expect '   other rows: 2n = 4, printed t = 1' 0 'D[2] = 4.000000' \
    normalisers '1 0 0 1;0 0 1 1;0 0 0 0;0 0 0 0' '1 0 0 0;0 0 0 0;0 0 1 0;0 0 0 0' 1

# 4: n = 2, M = [1 0; 1 1], P = [1 0; 1 0]; K is the transpose of [P 0; 0 P].
expect '4. P not diagonal: row 0 has 2e + 2' 0 'D[0] = 7.436564' \
    normalisers '1 0 0 1;1 1 0 0' '1 1 0 0;0 0 0 0;0 0 1 1;0 0 0 0' 1
expect '   row 1 has e^2 + 3' 0 'D[1] = 10.389056' \
    normalisers '1 0 0 1;1 1 0 0' '1 1 0 0;0 0 0 0;0 0 1 1;0 0 0 0' 1
printf '1 0\n1 1\n' >m.txt
printf '1 0\n1 0\n' >p.txt
printf '1 0\n0 1\n' >v.txt
expect '   the corrected Lemma C.5 declines this P' 2 'expected at most one per column' \
    "$program" hmv --m m.txt --p p.txt --v v.txt --all --gadget odamv-diagonal
expect '   the probe column answers it' 0 '0 of 4 bits differ' \
    "$program" hmv --m m.txt --p p.txt --v v.txt --all --gadget odamv-probe

# 5: one row, 710 nonzeros of P in one column.
awk 'BEGIN {for (i = 0; i < 710; i++) printf "1 "; print ""}' >m.txt
awk 'BEGIN {for (i = 0; i < 710; i++) print 1}' >p.txt
echo 1 >v.txt
expect '5. exp(n^tau) overflows' 0 'inf' awk 'BEGIN {print exp(710)}'
expect '   scaled by ln 2 / 710 it is answered' 0 '0 of 1 bits differ' \
    "$program" hmv --m m.txt --p p.txt --v v.txt --all --gadget oamv

# 6: a = 1/2.
for quantity in query column; do
    "$program" curve --engine lazy --sizes '2^38..2^50*8' --quantity $quantity --out $quantity.jsonl 2>err
done
expect '6. an entry costs n^a: the exponent of Theorem 1.3' 0 ' 0.5000    [  0.5000,   0.5000]' "$program" fit query.jsonl
expect '   a column costs n^(1+a): the exponent of the abstract' 0 ' 1.5000    [  1.5000,   1.5000]' "$program" fit column.jsonl

# a: n = 2, M = P = diag(1, 0), V = I. Key 1 is zero, its weight 1: a column that is 1 there only answers 1/D.
subtrahends() {
    local q='1 0 0 1;0 0 1 1;0 0 0 0;0 0 0 0' k='1 0 0 0;0 0 0 0;0 0 1 0;0 0 0 0' v='1 0;0 1;0 0;0 0'
    paste <(column 0 "$q" "$k" "$v") <(column 1 "$q" "$k" "$v") <(tr ';' '\n' <<<"$v") |
        awk '{sum += $3} NR == 2 {answer = $1; unit = $2; own = $3}
            END {printf "printed %.6f, mended %.6f\n", answer - own * unit, answer - sum * unit}'
}
expect 'a. what is subtracted: row 1, column 0 of the bits is 0' 0 '0: 0 1: -' \
    boolean '1 0;0 0' '1 0;0 0' '1 0;0 1' odamv-diagonal
expect '   the difference is 1/D = 1 / (e + 3)' 0 'printed 0.174878, mended 0.000000' subtrahends

# e: a key of weight 1 that becomes 3 beside one of weight 1 that stays, so that D goes from 2 to 4.
signs() {
    printf '1\n' >q.txt
    printf '0\n0\n' >k.txt
    printf '0\n1\n' >v.txt
    printf 'odamv-trace 1\nquery 0 0\nset_k 0 0 1.0986122886681098\nquery 0 0\n' >signs.trace
    "$program" run --engine lazy --q q.txt --k k.txt --v v.txt --trace signs.trace |
        awk '{inverse[NR] = $5} END {dD = inverse[1] - inverse[2]
            printf "D^-1 %.6f, then %.6f, printed %.6f\n", inverse[1], inverse[2], inverse[1] + dD}'
}
expect 'e. the sign: old minus new is added' 0 'D^-1 0.500000, then 0.250000, printed 0.750000' signs

# i: M = [1 0; 0 0], P = [0 1; 0 0], V = I, row 0, column 1. K^T = P is key 1 = (1, 0).
above_one() { column 1 '1 0;0 0' "$1" '1 0;0 1' --unnormalised | awk 'NR == 1 {printf "%.6f\n", $1 - 1}'; }
expect 'i. K = P: the bit is 1' 0 '0: - 1: 0' boolean '1 0;0 0' '0 1;0 0' '1 0;0 1' oamv
expect '   and read as 0' 0 '0.000000' above_one '0 1;0 0'
expect '   with K^T = P it is e - 1' 0 '1.718282' above_one '0 0;1 0'
expect '   (M P V)_00 is 1, where Claim C.7 has 0 from column 1' 0 '0: 0 1: -' \
    boolean '0 1;0 0' '1 0;0 1' '0 1;1 0' odamv-diagonal

# the constants of Remark 1.4, by the table that it cites
expect 'right: 1.373 at a = 1' 0 '2.372927' "$program" theory --tables
expect '       1.55 at a = 1/2' 0 '2.044183' "$program" theory --tables

echo "$passed passed, $failed failed"
[ $failed = 0 ]
