#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# hmv_cli_test.sh PROGRAM [PLUGIN...]: odamv hmv and odamv omv as their users see them: the graphs in
# reductions/data against NumPy, every file format, messages, exit statuses. Of the plug-ins,
# plugin_wrong.so answers wrongly and certifies it, so its bits must be found out; any other must
# answer rightly. Needs NumPy for /usr/bin/python3.
set -u
data=$(dirname "$(realpath "$0")")/../data
. "$data/../../harness/test/cli.sh"
shift
plugins=()
for plugin; do
    [ -f "$plugin" ] || { echo "hmv_cli_test.sh: no file $plugin" >&2; exit 2; }
    plugins+=("$(realpath "$plugin")")
done
cp "$data"/*.mtx "$folder" && cd "$folder" || exit 2

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
    np.save('i.npy', np.asfortranarray(a.astype('>i4') * -3))
    np.save('r.npy', a * 0.5)
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
        assert not line['undecided'] and not line['contradictory'] and line['bound'] < line['margin']
        bits += len(column)
    summary = lines[-1]
    assert summary['agrees'] is True and summary['yes'] + summary['no'] == bits, summary
    assert summary['yes'] == sum(len(line['rows']) for line in lines[:-1])
    nonzeros = sum(int(read(p).sum()) for p in sys.argv[4:])
    assert sum(hint['nonzeros'] for hint in summary['hints']) == nonzeros
    assert [hint['file'] for hint in summary['hints']] == sys.argv[4:]
    for line in lines[:-1]:
        assert list(line)[:4] == ['column', 'rows', 'undecided', 'contradictory']
        assert {'margin', 'bound', 'hint'} <= set(line)
    assert summary['phases'][1]['updates'] == nonzeros
    assert summary['phases'][2]['queries'] == bits
elif sys.argv[1] == 'omv':
    product = (read(sys.argv[2]).astype(int) @ read(sys.argv[3]).astype(int)) > 0
    lines = [json.loads(line) for line in open('out')]
    assert len(lines) == product.shape[1] + 1
    for line in lines[:-1]:
        assert line['rows'] == np.flatnonzero(product[:, line['vector']]).tolist(), line
    assert lines[-1]['agrees'] is True and lines[-1]['updates'] <= read(sys.argv[3]).size
elif sys.argv[1] == 'pairs':
    a, u, w = (read(name).astype(int) for name in sys.argv[2:])
    lines = [json.loads(line) for line in open('out')]
    assert len(lines) == u.shape[1] + 1
    for t, line in enumerate(lines[:-1]):
        assert line['pair'] == t and line['bit'] == (w[t] @ a @ u[:, t] > 0), line
    assert lines[-1]['summary'] == 'oumv' and lines[-1]['agrees'] is True
    assert lines[-1]['yes'] + lines[-1]['no'] == u.shape[1]
elif sys.argv[1] == 'entries':
    m, p, v = (read(name).astype(int) for name in sys.argv[2:5])
    row, rows, cols = (eval(x) for x in sys.argv[5:])
    few = np.zeros_like(p)
    few[np.ix_(rows, cols)] = p[np.ix_(rows, cols)]
    bits = (m @ few @ v)[row] > 0
    lines = [json.loads(line) for line in open('out')]
    for line in lines[:-1]:
        assert line['rows'] == ([row] if bits[line['column']] else []), line
    assert len(lines) == len(bits) + 1 and lines[-1]['agrees'] is True
    assert lines[-1]['yes'] == bits.sum() and lines[-1]['no'] == (~bits).sum()
    assert lines[-1]['phases'][2]['queries'] == len(bits)
    assert lines[-1]['hints'][0]['nonzeros'] == few.sum()
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
is 2 'many P' hmv $(printf -- '--p karate_split.mtx %.0s' {1..65}) "${karate[@]}" --all
says '--p more than 64 times'
is 2 'matmul' hmv "${karate[@]}" --all --matmul nosuch && says 'nosuch'
is 2 'leaf' hmv "${karate[@]}" --all --leaf 0 && says '--leaf'
is 2 'matmul, omv' omv --a karate.mtx --u karate.mtx --matmul nosuch && says 'nosuch'
is 2 'thresholds' hmv "${karate[@]}" --all --a 0.5 --threshold 3 && says 'both --a and --threshold'
is 2 'standard input twice' hmv --m - --p - --v karate.mtx --all && says "'-' more than once"
is 2 'shape of P' hmv --m karate.mtx --p digraph.mtx --v karate.mtx --all
says 'digraph.mtx: P has 7 rows, expected 34, the columns of M'
is 2 'a list' hmv "${karate[@]}" --all --p-rows 3,a && says "'3,a', expected at most"
is 2 'a range backwards' hmv "${karate[@]}" --all --p-cols 3-1 && says 'indices and ranges such as 0,3,8-11'
is 2 'an empty list' hmv "${karate[@]}" --all --p-cols '' && says 'indices and ranges such as'
is 2 'a row of P' hmv "${karate[@]}" --all --p-rows 0,34 && says 'karate_split.mtx: no row 34, expected one of the first 34'
is 2 'a column twice' hmv "${karate[@]}" --all --p-cols 3,0-4 && says 'karate_split.mtx: column 3 twice, expected each once'
is 2 'a row of M' hmv "${karate[@]}" --all --row 34 && says 'karate.mtx: no row 34, expected one from 0 to 33'
is 2 'pairs that are a hint' omv --a karate.mtx --u karate.mtx --w karate.mtx --hinted && says 'both --w and --hinted'
is 2 'shape of W' omv --a karate.mtx --u karate.mtx --w digraph.mtx
says 'digraph.mtx: W is 7 x 7, expected 34 x 34, the columns of U and the rows of A'
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
prints 'hmv via odamv-probe(lazy): M 34 x 34, P 34 x 34, V 34 x 34'
prints 'threshold: 6 pending updates on 35 keys, a = 0.5'
prints 'n^2 = 1156 to n^(2+tau) = 2.543e+04'
prints 'bits: 529 YES, 627 NO, 0 undecided'
prints '0 of 1156 bits differ'
prints 'P = karate_split.mtx: 22 nonzeros, tau = 0.8766: open for families with tau >= 0.1204'
prints 'conjectured impossible, both at once (open for families with tau >= 0.1204)'
prints '5.7 Mv-hinted'
prints 'a finite P has none'
prints 'reported false for tau < 0.1204 = ln 4 / (5 ln 10): Alman and Vassilevska Williams, arXiv 2610.06783'
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
    is 0 "v-hinted $engine" omv --a digraph.mtx --u digraph.mtx --hinted --engine $engine --json
    check omv digraph.mtx digraph.mtx
    is 0 "OuMv $engine" omv --a karate.mtx --u karate_split.mtx --w karate.mtx --engine $engine --json
    check pairs karate.mtx karate_split.mtx karate.mtx
    is 0 "uMv-hinted $engine" hmv --m karate.mtx --p karate.mtx --v karate.mtx --all --row 2 \
        --p-rows 33,0-7 --p-cols 2,5,20-30 --engine $engine --json
    check entries karate.mtx karate.mtx karate.mtx 2 '[33]+list(range(8))' '[2,5]+list(range(20,31))'
done
prints '"summary": "hmv"'
is 0 'v-hinted, text' omv --a digraph.mtx --u digraph.mtx --hinted && prints 'v-hinted via lazy: A 7 x 7, 7 columns'
is 0 'OuMv, text' omv --a karate.mtx --u karate.mtx --w karate.mtx && prints 'pair 33: 1'
prints 'oumv via lazy: A 34 x 34, 34 pairs'
is 0 'P after P' hmv "${karate[@]}" --p karate.mtx --p karate_split.mtx --all --json
check check karate.mtx karate.mtx karate_split.mtx karate.mtx karate_split.mtx
is 0 'P after P, text' hmv "${karate[@]}" --p karate.mtx --all --a 1
prints 'P = karate.mtx: 156 nonzeros, tau = 1.4320: not covered'
prints 'P = karate_split.mtx: 22 nonzeros, tau = 0.8766: open for families with tau >= 0.1204'
prints 'both at once (see every P below)'
prints 'threshold: 35 pending updates on 35 keys, a = 1'
for scheme in classical strassen winograd; do
    is 0 "matmul $scheme" hmv "${karate[@]}" --all --json --matmul $scheme --leaf 4 --a 1
    check check karate.mtx karate.mtx karate_split.mtx
    is 0 "omv matmul $scheme" omv --a digraph.mtx --u digraph.mtx --json --matmul $scheme --leaf 2
    check omv digraph.mtx digraph.mtx
done
is 0 'omv karate' omv --a karate.mtx --u karate_split.mtx --json && check omv karate.mtx karate_split.mtx

# --- formats --------------------------------------------------------------------------------------
check write karate.mtx
"$program" hmv "${karate[@]}" --column 5 --json 2>err | head -1 >expected
for file in c.npy f.npy u.npy i.npy r.npy a.txt packed.txt array.mtx; do
    is 0 "format $file" hmv --m $file --p karate_split.mtx --v $file --column 5 --json
    head -1 out | cmp -s - expected && ok || wrong "format $file: another answer"
done
for file in karate.mtx c.npy r.npy a.txt; do
    "$program" hmv --m - --p karate_split.mtx --v karate.mtx --column 5 --json <$file 2>err | head -1 |
        cmp -s - expected && ok || wrong "standard input: $file"
done

# --- bits that do not occur, and exit status 1 ----------------------------------------------------
echo '%%MatrixMarket matrix coordinate pattern general
34 34 0' >empty.mtx
is 0 'empty P' hmv --m karate.mtx --p empty.mtx --v karate.mtx --all
says 'no bit is YES'
prints 'P = empty.mtx: 0 nonzeros, tau = - (undefined): not covered'
is 0 'empty P, JSON' hmv --m karate.mtx --p empty.mtx --v karate.mtx --all --json
prints '"nonzeros": 0, "tau": null'
echo '%%MatrixMarket matrix coordinate pattern general
34 34 1
1 2' >one.mtx
is 0 'one nonzero' hmv --m karate.mtx --p one.mtx --v karate.mtx --all
prints 'P = one.mtx: 1 nonzeros, tau = 0.0000: not covered'
$python -c "import numpy as np; a = np.eye(600, dtype=bool); np.save('eye.npy', a); a[2:] = 0; np.save('two.npy', a)"
is 0 'a tau of 0.1084' hmv --m eye.npy --p two.npy --v eye.npy --column 1 --engine direct
prints 'tau = 0.1084: reported false (arXiv 2610.06783) for families with 1/18 <= tau < 0.1204, by smaller savings'
prints 'both at once (reported false (arXiv 2610.06783) for families with 1/18'
mm='%%MatrixMarket matrix coordinate pattern general'
printf '%s\n1 300000 2\n1 7\n1 299999\n' "$mm" >wide.mtx
printf '%s\n300000 1 2\n7 1\n8 1\n' "$mm" >tall.mtx
printf '%s\n1 2 1\n1 2\n' "$mm" >bit.mtx
is 0 'a tau below 1/18' hmv --m wide.mtx --p tall.mtx --v bit.mtx --all
prints 'tau = 0.0550: reported false (arXiv 2610.06783) for families with tau < 1/18'
echo '%%MatrixMarket matrix coordinate pattern general
34 0 0' >none.mtx
is 0 'no vectors' omv --a karate.mtx --u none.mtx && says 'no bit is YES and none NO'
is 0 'no vectors, JSON' omv --a karate.mtx --u none.mtx --json
prints '"margin": null, "bound": null'
is 0 'threshold of omv' omv --a karate.mtx --u karate.mtx --threshold 3
prints 'n1 k per vector, k = 3'
prints '         3468'
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

finish
