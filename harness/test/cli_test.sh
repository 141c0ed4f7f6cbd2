#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# cli_test.sh PROGRAM [PLUGIN]: the command line as its users see it: files in every form, messages,
# exit statuses, a conversation over pipes, a full disk. PLUGIN is plugin_wrong.so, an engine that
# answers wrongly and certifies it; without it that case is left out. Needs NumPy for
# /usr/bin/python3.
set -u
here=$(dirname "$(realpath "$0")")
. "$here/cli.sh"
plugin=${2:+$(realpath "$2")}
cd "$folder" || exit 2

one_message() {
    [ "$(grep -c '^odamv: ' err)" = 1 ] && ok || wrong "$1: expected one message"
}

# --- help, version, wrong use ---------------------------------------------------------------------
is 0 help --help && prints 'Usage: odamv COMMAND'
is 0 version --version && prints 'odamv '
for command in engines doctor gen run; do
    is 0 "$command --help" $command --help
    prints "Usage: odamv $command"
    [ -s err ] && wrong "$command --help writes to stderr" || ok
    is 0 "$command --version" $command --version && prints 'odamv '
    is 2 "$command --nonsense" $command --nonsense
    one_message "$command --nonsense"
    is 2 "$command operand" $command one two
    one_message "$command operand"
done
is 2 'no command' && says 'no command'
is 2 'unknown command' frobnicate && says 'frobnicate: no such command'
is 0 engines engines && prints 'naive' && prints 'lazy-wc'
is 0 'engines --json' engines --json
/usr/bin/python3 -c 'import json,sys
names = [json.loads(line)["name"] for line in sys.stdin]
assert names[0] == "naive" and len(names) >= 5, names' <out && ok || wrong 'engines --json'
is 0 doctor doctor && prints 'cores' && prints 'gemm' && prints 'predicted gain'
is 0 'doctor --json' doctor --json
/usr/bin/python3 -c 'import json,sys
d = json.loads(sys.stdin.read())
assert d["gemm_per_second"] > 1e8 and d["weights_per_second"] > 1e6 and d["cores"] >= 1
assert len(d["auto"]) == 19 and all(c["predicted_gain"] >= 1 for c in d["auto"]), d["auto"]
assert "blas" in d["blas_file"] or "mkl" in d["blas_file"], d' <out && ok || wrong 'doctor --json'

# --- bench: that it runs; figures are for quiet machines ---------------------------------------------
for what in '' '--products' '--leaf 64'; do
    is 0 "bench $what" bench $what --quick --rounds 1 --out bench.tsv
    grep -q '^name	value	unit' bench.tsv && [ "$(grep -vc '^#' bench.tsv)" -ge 4 ] && ok || wrong "bench $what: bench.tsv"
done

# --- gen, and run against NumPy -------------------------------------------------------------------
is 0 gen gen --m 6 --n 9 --d 4 --p 5 --ops 400 --seed 11 --updates-q --out "it's here"
prints '# seed 11'
tail -1 out >command
/usr/bin/python3 "$here/numpy_io.py" check "it's here" && ok || wrong 'gen: files'
cp "it's here/ops.trace" first.trace
is 0 'gen again' gen --m 6 --n 9 --d 4 --p 5 --ops 400 --seed 11 --updates-q --out again
same first.trace again/ops.trace 'same seed'
is 0 'gen other seed' gen --m 6 --n 9 --d 4 --p 5 --ops 400 --seed 12 --updates-q --out other
cmp -s first.trace other/ops.trace && wrong 'another seed gives the same trace' || ok
ls again | sort | tr '\n' ' ' >out
prints 'K.npy Q.npy V.npy ops.trace '
input=(--q again/Q.npy --k again/K.npy --v again/V.npy)
scale=$(sed 's/.*--scale //' command)
sed "s|^odamv|$program|" command | sh >out 2>err && ok || wrong 'the command that gen prints'
[ -s out ] && ok || wrong 'the command that gen prints: no answers'
with_q='s/^{"name": "\([^"]*\)".*"updates_q": true.*/\1/;/{/d'
for engine in $("$program" engines --json | sed "$with_q"); do
    for how in '' --unnormalised; do
        is 0 "run $engine $how" run --engine $engine "${input[@]}" --trace again/ops.trace \
            --scale "$scale" --threshold 3 $how --json
        /usr/bin/python3 "$here/numpy_io.py" play again "$scale" out ${how#--} >checked &&
            ok || wrong "run $engine $how: NumPy disagrees"
    done
done
is 0 'all in lockstep' run --engine naive --engine direct --engine lazy --engine lazy-wc \
    "${input[@]}" --trace again/ops.trace --scale "$scale" --a 0.5 --no-coalesce
says '4 engines, largest difference'
is 0 'stats' run --engine naive "${input[@]}" --trace again/ops.trace --json --stats
tail -1 out | /usr/bin/python3 -c 'import json,sys
s = json.loads(sys.stdin.read())["summary"]
assert s["updates"] + s["queries"] == 400 and s["engines"][0]["engine"] == "naive", s
assert s["engines"][0]["counts"]["exponentials"] > 0, s' && ok || wrong 'stats'
if [ -n "$plugin" ]; then
    is 1 'a wrong plug-in' run --engine naive --plugin "$plugin" --engine wrong "${input[@]}" \
        --trace again/ops.trace --scale "$scale"
    says 'contradiction; difference / sum of bounds'
    is 0 'a plug-in alone' run --plugin "$plugin" "${input[@]}" --trace again/ops.trace
    is 0 'engines --plugin' engines --plugin "$plugin" && prints wrong
fi
is 2 'no plug-in' run --plugin /no/such/file.so "${input[@]}" --trace again/ops.trace
one_message 'no plug-in'

# --- every form of a matrix -----------------------------------------------------------------------
/usr/bin/python3 "$here/numpy_io.py" write . || exit 2
printf 'odamv-trace 1\nquery_row 0\nupdate_k 3 1 0x1p-2\nquery_column 2\nquery 6 2\n' >x.trace
is 0 'X.npy' run --engine naive --q X.npy --k X.npy --v X.npy --trace x.trace --scale 0x1p-6
cp out expected
forms=0
for file in X-*; do
    is 0 "$file" run --engine naive --q $file --k $file --v $file --trace x.trace --scale 0x1p-6
    same out expected "$file"
    forms=$((forms + 1))
done
[ $forms = 54 ] && ok || wrong "$forms forms, expected 54"
is 0 'Y.npy' run --engine naive --q Y.npy --k Y.npy --v Y.npy --trace x.trace --scale 0x1p-6
cp out types_expected
for file in Y-*; do
    is 0 "$file" run --engine naive --q $file --k $file --v $file --trace x.trace --scale 0x1p-6
    same out types_expected "$file"
done
mkfifo pipe
timeout 20 sh -c 'cat X-2-bef4-F.npy >pipe 2>/dev/null' &
is 0 'NPY through a pipe' run --engine naive --q X.npy --k pipe --v X.npy --trace x.trace \
    --scale 0x1p-6
same out expected 'NPY through a pipe'
wait
timeout 20 sh -c 'head -c -1 X.npy >pipe 2>/dev/null' &
is 2 'a pipe that ends early' run --engine naive --q X.npy --k pipe --v X.npy --trace x.trace
says 'odamv: pipe: byte 128: 20 elements, expected 21'
wait
timeout 20 sh -c 'cat X.npy x.trace >pipe 2>/dev/null' &
is 2 'a pipe that ends late' run --engine naive --q X.npy --k pipe --v X.npy --trace x.trace
says 'odamv: pipe: byte 296: more data, expected the end'
wait
/usr/bin/python3 "$here/numpy_io.py" refused . || exit 2
bad=0
for file in bad-*; do
    is 2 "$file" run --engine naive --q X.npy --k X.npy --v $file --trace x.trace
    says "odamv: $file:"
    one_message "$file"
    bad=$((bad + 1))
done
[ $bad = 34 ] && ok || wrong "$bad refused files, expected 34"

# --- messages of run ------------------------------------------------------------------------------
x=(--q X.npy --k X.npy --v X.npy)
is 2 'no engine' run "${x[@]}" --trace x.trace && says 'no engine'
is 2 'unknown engine' run --engine nonsense "${x[@]}" --trace x.trace
says "'nonsense', expected one of: naive"
is 2 'no trace' run --engine naive "${x[@]}" && says 'no trace'
is 2 'no V' run --engine naive --q X.npy --k X.npy --trace x.trace && says 'no --v'
is 2 'both thresholds' run --engine naive "${x[@]}" --trace x.trace --a 1 --threshold 2
is 2 'a too large' run --engine naive "${x[@]}" --trace x.trace --a 1.5 && says 'from 0 to 1'
is 2 'threshold 0' run --engine naive "${x[@]}" --trace x.trace --threshold 0
is 2 'scale nan' run --engine naive "${x[@]}" --trace x.trace --scale nan
is 2 'plain trace alone' run --engine naive x.trace
says "x.trace:2:1: 'query_row', expected 'shape"
is 2 'no such file' run --engine naive --q none.npy --k X.npy --v X.npy --trace x.trace
says 'none.npy: cannot open: No such file'
is 2 'shapes' run --engine naive --q again/Q.npy --k X.npy --v X.npy --trace x.trace
says 'X.npy: K has 3 columns, expected 4 as Q in again/Q.npy'
printf 'odamv-trace 1\nquery 0 0\nquery 7 0\nquery 1 1\n' >range.trace
is 2 'index' run --engine naive "${x[@]}" --trace range.trace
says "range.trace:3:7: query '7', expected an index from 0 to 6"
[ "$(wc -l <out)" = 1 ] && ok || wrong 'answers before a wrong line are printed, none after'
printf 'odamv-trace 1\nset_k 0 0 1e308\nquery 0 0\n' >domain.trace
is 2 'domain' run --engine naive "${x[@]}" --trace domain.trace
says 'odamv: domain.trace:2: set_k: engine naive: outside the contract'
printf '%s\n' 'odamv-trace 1' 'shape 1 2 1 1' 'scale 0x1p-1' 'q 1' 'k 2' 'k 0' 'v 1' 'v 0' \
    'query 0 0' >self.trace
is 0 'self-contained' run --engine naive self.trace
grep -q '^9 query 0 0 0\.7310585786300' out && ok || wrong 'self-contained: sigmoid(1)'
is 0 'self-contained, other scale' run --engine naive self.trace --scale 0
grep -q '^9 query 0 0 0\.5 ' out && ok || wrong 'self-contained: --scale goes before the trace'
is 0 'self-contained, unnormalised' run --engine naive self.trace --scale 0 --unnormalised
grep -q '^9 query 0 0 1 ' out && ok || wrong 'self-contained: --unnormalised'
echo 1 >one.txt && echo 0.1 >tenth.txt && printf 'odamv-trace 1\nquery 0 0\n' >one.trace
one=(--q one.txt --k one.txt --v tenth.txt --trace one.trace)
is 0 '17 digits' run --engine naive "${one[@]}" && prints '2 query 0 0 0.10000000000000001 +- '
is 0 '17 digits in JSON' run --engine naive "${one[@]}" --json
prints '{"op": 2, "kind": "query", "i": 0, "j": 0, "value": 0.10000000000000001, "bound": '
is 2 'self-contained beside matrices' run --engine naive "${x[@]}" --trace self.trace
says "self.trace:2:1: 'shape', expected an operation"

# --- a conversation -------------------------------------------------------------------------------
exec 4>&2
coproc talk { "$program" run --engine lazy "${x[@]}" --scale 0x1p-6 --trace - --json 2>&4; }
printf 'odamv-trace 1\n' >&"${talk[1]}"
answers=()
for line in 'query 0 0' 'query_row 2' 'update_v 1 0 0.5' 'query 0 0'; do
    echo "$line" >&"${talk[1]}"
    [[ $line = query* ]] || continue
    if read -r -t 20 answer <&"${talk[0]}"; then answers+=("$answer"); fi
done
process=$talk_PID input_end=${talk[1]}
[ ${#answers[@]} = 3 ] && ok || wrong "conversation: ${#answers[@]} answers, expected 3"
[ "${answers[0]#*value}" != "${answers[2]#*value}" ] && ok || wrong 'conversation: nothing changed'
exec {input_end}>&-
wait $process && ok || wrong 'conversation: exit status'

# --- standard output that cannot be written ------------------------------------------------------
full() {
    "$program" "$@" >/dev/full 2>err
    local got=$?
    : >out
    [ $got = 3 ] && ok || wrong "full disk: $*: exit status $got, expected 3"
    says 'No space left'
}
full --help
full --version
full engines
full engines --json
full run --help
full doctor
full gen --out full --ops 10
full run --engine naive "${x[@]}" --trace x.trace
full run --engine naive "${x[@]}" --trace x.trace --json --stats
"$program" run --engine naive "${x[@]}" --trace - <x.trace >/dev/full 2>err
[ $? = 3 ] && ok || wrong 'full disk while streaming'
is 2 'gen into a file' gen --out X.npy/sub
one_message 'gen into a file'
ls | grep -q '\.tmp$' && wrong 'temporary files are left' || ok

[ $passed -gt 150 ] || wrong 'too little was looked at'
finish
