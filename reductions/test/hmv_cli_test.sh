#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# hmv_cli_test.sh PROGRAM [PLUGIN...]: odamv hmv and odamv omv as their users see them: the graphs in
# reductions/data against NumPy, every file format, messages, exit statuses. Of the plug-ins,
# plugin_wrong.so answers wrongly and certifies it, so its bits must be found out; any other must
# answer rightly. Needs NumPy for /usr/bin/python3.
set -u
program=$(realpath "$1")
[ -x "$program" ] || { echo "usage: hmv_cli_test.sh PROGRAM [PLUGIN]..." >&2; exit 2; }
shift
plugins=()
for plugin; do plugins+=("$(realpath "$plugin")"); done
data=$(dirname "$(realpath "$0")")/../data
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
cp "$data"/*.mtx "$folder" && cd "$folder" || exit 2
unset NO_COLOR POSIXLY_CORRECT
passed=0 failed=0

ok() { passed=$((passed + 1)); }
wrong() {
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$1"
    [ -s out ] && { echo "  stdout: $(head -c 400 out)"; }
    [ -s err ] && { echo "  stderr: $(head -c 400 err)"; }
}
# is STATUS NAME ARGUMENTS...: runs the program, output into the files out and err
is() {
    local status=$1 name=$2
    shift 2
    "$program" "$@" >out 2>err </dev/null
    local got=$?
    [ $got = "$status" ] && ok || wrong "$name: exit status $got, expected $status"
}
says() { grep -qF -e "$1" err && ok || wrong "stderr does not say: $1"; }
prints() { grep -qF -e "$1" out && ok || wrong "stdout does not print: $1"; }

# NumPy reads the files its own way, and recomputes what the program printed as JSON in the file out.
cat >oracle.py <<'END'
import json, sys
import numpy as np

def read(name):
    lines = [l for l in open(name) if not l.startswith('%')]
    rows, cols, _ = map(int, lines[0].split())
    a = np.zeros((rows, cols), bool)
    for line in lines[1:]:
        r, c = map(int, line.split())
        a[r - 1, c - 1] = True
    return a | a.T if 'symmetric' in open(name).readline() else a

if sys.argv[1] == 'write':
    a = read(sys.argv[2])
    np.save('c.npy', a)
    np.save('f.npy', np.asfortranarray(a))
    np.save('u.npy', a.astype(np.uint8) * 7)
    np.savetxt('a.txt', a, fmt='%d')
    open('packed.txt', 'w').write('\n'.join(''.join('01'[int(x)] for x in row) for row in a))
    with open('array.mtx', 'w') as f:
        f.write('%%%%MatrixMarket matrix array real general\n%d %d\n' % a.shape)
        f.writelines('%g\n' % x for x in a.T.ravel())
elif sys.argv[1] == 'check':
    products = read(sys.argv[2]).astype(int)
    results = [(products @ read(p).astype(int) @ read(sys.argv[3]).astype(int)) > 0
               for p in sys.argv[4:]]
    lines = [json.loads(line) for line in open('out')]
    bits = 0
    for line in lines[:-1]:
        column = results[line['hint']][:, line['column']]
        assert line['rows'] == np.flatnonzero(column).tolist(), line
        assert not line['undecided'] and not line['impossible'] and line['bound'] < line['margin']
        bits += len(column)
    summary = lines[-1]
    assert summary['agrees'] is True and summary['yes'] + summary['no'] == bits, summary
    assert summary['yes'] == sum(len(line['rows']) for line in lines[:-1])
    nonzeros = sum(int(read(p).sum()) for p in sys.argv[4:])
    assert summary['nonzeros'] == nonzeros and summary['phases'][1]['updates'] == nonzeros
    assert summary['phases'][2]['queries'] == bits
elif sys.argv[1] == 'omv':
    product = (read(sys.argv[2]).astype(int) @ read(sys.argv[3]).astype(int)) > 0
    lines = [json.loads(line) for line in open('out')]
    assert len(lines) == product.shape[1] + 1
    for line in lines[:-1]:
        assert line['rows'] == np.flatnonzero(product[:, line['vector']]).tolist(), line
    assert lines[-1]['agrees'] is True and lines[-1]['updates'] <= read(sys.argv[3]).size
END
python=/usr/bin/python3
check() { $python oracle.py "$@" && ok || wrong "oracle: $*"; }

# --- help and wrong use ---------------------------------------------------------------------------
for command in hmv omv; do
    is 0 "$command --help" $command --help
    prints "Usage: odamv $command"
    is 2 "$command --nonsense" $command --nonsense
    is 2 "$command" $command && says 'no --'
done
karate=(--m karate.mtx --p karate_split.mtx --v karate.mtx)
is 2 'no column' hmv "${karate[@]}" && says 'neither --column I nor --all, expected one of them'
is 2 'both' hmv "${karate[@]}" --all --column 1 && says 'both --column I and --all'
is 2 'column' hmv "${karate[@]}" --column 34 && says 'karate.mtx: no column 34, expected one from 0 to 33'
is 2 'gadget' hmv "${karate[@]}" --all --gadget x && says "--gadget: 'x', expected odamv-probe"
is 2 'engine' hmv "${karate[@]}" --all --engine x && says "--engine: 'x'"
is 2 'two engines' hmv "${karate[@]}" --all --engine lazy --engine naive && says '2 engines, expected one'
is 2 'verify' hmv "${karate[@]}" --all --verify x && says "--verify: 'x'"
is 2 'both verify' hmv "${karate[@]}" --all --verify bits --no-verify && says 'both --verify'
is 2 'thresholds' hmv "${karate[@]}" --all --a 0.5 --threshold 3 && says 'both --a and --threshold'
is 2 'standard input twice' hmv --m - --p - --v karate.mtx --all && says "'-' more than once"
is 2 'shape of P' hmv --m karate.mtx --p digraph.mtx --v karate.mtx --all
says 'digraph.mtx: P has 7 rows, expected 34, the columns of M'
is 2 'diagonal' hmv "${karate[@]}" --all --gadget odamv-diagonal
says 'karate_split.mtx: odamv-diagonal: P['
says 'normaliser'
says 'odamv-probe accepts this P'
is 2 'no such file' hmv --m none.mtx --p karate.mtx --v karate.mtx --all && says 'none.mtx: cannot open'
sed 's/^34 34 78/34 34 79/' karate.mtx >short.mtx
is 2 'short file' hmv --m karate.mtx --p short.mtx --v karate.mtx --all
says 'the file ends after 78 entries, expected 79'
is 2 'shape of U' omv --a karate.mtx --u digraph.mtx && says 'digraph.mtx: U has 7 rows, expected 34'

# --- the graphs, by every engine and gadget -------------------------------------------------------
is 0 'karate, text' hmv "${karate[@]}" --all
prints 'hmv via odamv-probe(lazy): M 34 x 34, P 34 x 34 with 22 nonzeros'
prints 'bits: 529 YES, 627 NO, 0 undecided'
prints '0 of 1156 bits differ'
prints 'tau = log(nnz P) / log n = 0.8766: open'
[ -s err ] && wrong 'karate writes to stderr' || ok
for engine in naive direct eager lazy lazy-wc; do
    for gadget in odamv-probe oamv; do
        is 0 "karate $gadget($engine)" hmv "${karate[@]}" --all --gadget $gadget --engine $engine --json
        check check karate.mtx karate.mtx karate_split.mtx
    done
    is 0 "digraph $engine" hmv --m digraph.mtx --p digraph_hint.mtx --v digraph.mtx --all \
        --engine $engine --json --threshold 2 --verify bits
    check check digraph.mtx digraph.mtx digraph_hint.mtx
    is 0 "omv $engine" omv --a digraph.mtx --u digraph.mtx --engine $engine --json
    check omv digraph.mtx digraph.mtx
done
is 0 'P after P' hmv "${karate[@]}" --p karate.mtx --p karate_split.mtx --all --json
check check karate.mtx karate.mtx karate_split.mtx karate.mtx karate_split.mtx
is 0 'omv karate' omv --a karate.mtx --u karate_split.mtx --json && check omv karate.mtx karate_split.mtx

# --- formats --------------------------------------------------------------------------------------
check write karate.mtx
"$program" hmv "${karate[@]}" --column 5 --json 2>err | head -1 >expected
for file in c.npy f.npy u.npy a.txt packed.txt array.mtx; do
    is 0 "format $file" hmv --m $file --p karate_split.mtx --v $file --column 5 --json
    head -1 out | cmp -s - expected && ok || wrong "format $file: another answer"
done
for file in karate.mtx c.npy a.txt; do
    "$program" hmv --m - --p karate_split.mtx --v karate.mtx --column 5 --json <$file 2>err | head -1 |
        cmp -s - expected && ok || wrong "standard input: $file"
done

# --- bits that do not occur, and exit status 1 ----------------------------------------------------
echo '%%MatrixMarket matrix coordinate pattern general
34 34 0' >empty.mtx
is 0 'empty P' hmv --m karate.mtx --p empty.mtx --v karate.mtx --all
says 'no bit is YES'
prints 'not covered'
for plugin in "${plugins[@]}"; do
    case $plugin in
    *plugin_wrong.so)
        is 1 'a wrong plug-in' hmv "${karate[@]}" --all --plugin "$plugin"
        grep -qE 'bits (differ|contradict)|undecided' err && ok || wrong 'a wrong plug-in: no message'
        is 1 'a wrong plug-in, omv' omv --a karate.mtx --u karate.mtx --plugin "$plugin"
        ;;
    *)
        is 0 "$plugin" hmv "${karate[@]}" --all --plugin "$plugin" --json
        check check karate.mtx karate.mtx karate_split.mtx
        ;;
    esac
done
if [ -w /dev/full ]; then
    "$program" hmv "${karate[@]}" --all >/dev/full 2>err
    [ $? = 3 ] && ok || wrong 'a full disk: exit status'
    says 'standard output: cannot write'
fi

echo "hmv_cli_test.sh: $passed passed, $failed failed"
[ $failed = 0 ]
