#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# marking.sh PROGRAM [N [K]]: what it costs when one update of K takes the accuracy from every row, as the
# table of where-k-holds.md. All rows of Q are 1 and all logits 0, d = 1, p = m = n = N (default: 1024), lists
# of K (default: 256). K updates of small size; among them one that raises the logits of key 0 to 40, K updates
# later one that takes them back, at once one query of each of the last 64 rows, then N further updates, and
# these queries again. Counted operations of all kinds, per update and per query, beside those of the same
# trace without the two.
set -u
program=$(realpath "$1") n=${2:-1024} k=${3:-256}
[ -x "$program" ] || { echo "usage: marking.sh PROGRAM [N [K]]" >&2; exit 2; }
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
awk -v n="$n" 'BEGIN { for (i = 0; i < n; i++) print 1 }' >q.txt
awk -v n="$n" 'BEGIN { for (i = 0; i < n; i++) print 0 }' >k.txt
awk -v n="$n" 'BEGIN { for (s = 0; s < n; s++) { for (j = 0; j < n; j++) printf "%d ", (s * 31 + j * 17) % 13; print "" } }' >v.txt

# trace PARTS ADVERSARY: so many of the five parts of the trace.
trace() {
    awk -v n="$n" -v k="$k" -v parts="$1" -v adversary="$2" '
        function updates(count,  t) {
            for (t = 0; t < count; t++) {
                print "set_k", 1 + at % (n - 1), 0, (at % 7 - 3) / 100
                at++
            }
        }
        function key(value) { print "set_k", 0, 0, adversary ? value : 0.01 * (value > 0) }
        function queries(  i) { for (i = n - 64; i < n; i++) print "query", i, 0 }
        BEGIN {
            print "odamv-trace 1"
            key(40)
            updates(k)
            if (parts > 1) key(0)
            if (parts > 2) queries()
            if (parts > 3) updates(n)
            if (parts > 4) queries()
        }'
}

# spent ENGINE MATMUL PARTS ADVERSARY: all operations so far.
spent() {
    trace "$3" "$4" >"$3-$4.trace"
    "$program" run --engine "$1" --matmul "$2" --leaf 16 --threshold "$k" --q q.txt --k k.txt --v v.txt \
        --trace "$3-$4.trace" --stats | sed -n 's/^# counted [^ ]* //p' |
        grep -oE '"(additions|multiplications|exponentials|gemm_additions|gemm_multiplications)": [0-9.e+]+' |
        awk '{sum += $2} END {printf "%.0f\n", sum}'
}

echo '| engine | multiplication | per query, marked | else | per update after it | else |'
echo '|---|---|---|---|---|---|'
for engine in lazy lazy-wc lazy-wide; do
    for matmul in classical strassen; do
        row="| \`$engine\` | $matmul |"
        for parts in 2 4; do
            for adversary in 1 0; do
                before=$(spent $engine $matmul $parts $adversary)
                after=$(spent $engine $matmul $((parts + 1)) $adversary)
                middle=$(spent $engine $matmul 3 $adversary)
                if [ $parts = 2 ]; then
                    row+=" $(((after - before) / 64)) |"
                else
                    row+=" $(((before - middle) / n)) |"
                fi
            done
        done
        echo "$row"
    done
done
