#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# curve_test.sh PROGRAM PLUGIN: sweeps that are killed, torn, split, repeated, and refused by the disk; fits of what
# they leave; figures from it. PLUGIN is plugin_wrong.so, an engine that answers wrongly, certifies it, and
# predicts no costs. SEED picks the moments of the kills.
set -u
. "$(dirname "$(realpath "$0")")/../../harness/test/cli.sh"
plugin=$(realpath "$2")
cd "$folder" || exit 2
export OPENBLAS_NUM_THREADS=1
RANDOM=${SEED:-1}

cells() { grep -o '"cell":"[^"]*"' "$1" | sort; }
# Everything but what a row was made with.
counts() { sed 's/,"environment":.*//' "$1" | sort; }

# --- counts: twice the same, in parts the same, resumed the same --------------------------------------
ops="--engine lazy --engine direct --a 0.5,1 --matmul classical,strassen --leaf 1 --sizes 2^8..2^20*8 --quantity update,query"
is 0 'counts' curve $ops --out a.jsonl && says '80 cells measured, 0 were there'
is 0 'counts again' curve $ops --out b.jsonl
counts a.jsonl >a.rows && counts b.jsonl >b.rows && same a.rows b.rows 'two runs count differently'
is 0 'resumed' curve $ops --out a.jsonl && says '0 cells measured, 80 were there'
counts a.jsonl >c.rows && same a.rows c.rows 'resuming a finished sweep changed it'
for i in 0 1 2; do is 0 "shard $i" curve $ops --shard $i/3 --out shard.$i; done
cat shard.? >merged.jsonl && counts merged.jsonl >m.rows && same a.rows m.rows 'the shards are not the whole'
is 0 'fit' fit a.jsonl --json && mv out a.fit
is 0 'fit of the second run' fit b.jsonl --json && same out a.fit 'two runs are fitted differently'
is 0 'fit of the shards' fit shard.0 shard.1 shard.2 --json && same out a.fit 'shards are fitted differently'
cat b.jsonl >>b.jsonl.twice && cat b.jsonl >>b.jsonl.twice
is 0 'fit of doubled rows' fit b.jsonl.twice --json && same out a.fit 'a row that is there twice counts twice'
is 0 'another order' curve $ops --seed 7 --out d.jsonl
counts d.jsonl >d.rows && same a.rows d.rows 'the order of the cells changes counts'
cmp -s <(sed 's/,"environment":.*//' d.jsonl) <(sed 's/,"environment":.*//' a.jsonl) &&
    wrong 'cells are not shuffled' || ok
for i in 1 2; do
    is 0 'trace' gen --n 20 --d 4 --ops 50 --seed 3 --out trace.$i
done
same trace.1/ops.trace trace.2/ops.trace 'two traces of one seed differ'

# --- killed ten times ---------------------------------------------------------------------------------
timed="--engine direct --engine eager --engine lazy --measure time --sizes 8,16,32 --seeds 6 --quantity query,column"
is 0 'uninterrupted' curve $timed --out whole.jsonl
for kill in 1 2 3 4 5 6 7 8 9 10; do
    "$program" curve $timed --out killed.jsonl 2>/dev/null &
    # a while after its first row, however fast the machine is
    before=$(cat killed.jsonl 2>/dev/null | wc -l)
    while kill -0 $! 2>/dev/null && [ "$(cat killed.jsonl 2>/dev/null | wc -l)" -le "$before" ]; do sleep 0.01; done
    sleep 0.0$((RANDOM % 10))$((RANDOM % 10))
    kill -KILL $! 2>/dev/null
    wait $! 2>/dev/null
done
rows=$(wc -l <killed.jsonl)
is 0 'resumed after ten kills' curve $timed --out killed.jsonl
cells whole.jsonl >whole.cells
cells killed.jsonl >killed.cells
same whole.cells killed.cells 'the rows after ten kills are not those of an uninterrupted sweep'
[ "$(wc -l <killed.jsonl)" = "$(sort -u killed.cells | wc -l)" ] && ok || wrong 'a row is lost or doubled'
[ "$rows" -gt 0 ] && [ "$rows" -lt "$(wc -l <killed.jsonl)" ] && ok || wrong "no kill fell into the sweep ($rows rows)"

# --- torn and foreign lines ---------------------------------------------------------------------------
head -c -100 a.jsonl >torn.jsonl
is 1 'fit of a torn file leaves the last row out' fit torn.jsonl
is 0 'torn' curve $ops --out torn.jsonl && says 'of an unfinished row were cut off' && says '1 cells measured, 79 were there'
counts torn.jsonl >t.rows && same a.rows t.rows 'a torn row was not measured again'
printf 'half a row' >only.jsonl
is 0 'nothing but a torn line' curve --engine direct --sizes 4 --out only.jsonl && says '1 cells measured'
[ "$(wc -l <only.jsonl)" = 1 ] && ok || wrong 'the torn line is still there'
printf '{"cell": 1}\n' >foreign.jsonl
is 2 'a line that is no row' curve $ops --out foreign.jsonl && says 'foreign.jsonl:1: no "cell"'
[ "$(cat foreign.jsonl)" = '{"cell": 1}' ] && ok || wrong 'a foreign file was changed'
printf 'no json\n' >foreign.jsonl
is 2 'no JSON' fit foreign.jsonl && says 'foreign.jsonl:1: '
is 0 'anew' curve --engine direct --sizes 4 --out a.jsonl --force && says '1 cells measured, 0 were there'
exec 9>>only.jsonl && flock 9
is 2 'two sweeps at once' curve --engine direct --sizes 4 --out only.jsonl && says 'another sweep is writing'
exec 9>&-

# --- the disk -----------------------------------------------------------------------------------------
is 3 'full disk' curve --engine direct --sizes 4 --out /dev/full && says '/dev/full: cannot write'
is 3 'no such folder' curve --engine direct --sizes 4 --out nowhere/x.jsonl && says 'nowhere/x.jsonl: cannot write'
mkdir closed && cp b.jsonl closed/there.jsonl && chmod -R a-w closed && chmod a+rx . closed
if [ "$(id -u)" = 0 ]; then as='setpriv --reuid=65534 --regid=65534 --clear-groups'; else as=; fi
if [ -z "$as" ] || $as test -x "$program"; then
    $as "$program" curve --engine direct --sizes 4 --out closed/x.jsonl >out 2>err
    [ $? = 3 ] && ok || wrong 'unwritable folder'
    says 'Permission denied'
    same closed/there.jsonl b.jsonl 'an unwritable folder changed a file'
fi
(trap '' XFSZ; ulimit -f 8; exec "$program" curve $ops --out limited.jsonl >out 2>err </dev/null)
[ $? = 3 ] && ok || wrong 'disk full on the way'
says 'limited.jsonl: cannot write'
[ -s limited.jsonl ] && [ "$(tail -c 1 limited.jsonl | od -An -c | tr -d ' ')" = '\n' ] && ok || wrong 'a part of a row was left'
is 0 'after the disk was full' curve $ops --out limited.jsonl
counts limited.jsonl >l.rows && same b.rows l.rows 'rows are missing after the disk was full'

# --- engines that should not be measured --------------------------------------------------------------
is 1 'wrong answers' curve --plugin "$plugin" --sizes 8 --measure time --out wrong.jsonl && says 'its bound is'
[ -s wrong.jsonl ] && wrong 'a wrong engine was timed' || ok
is 2 'no costs' curve --plugin "$plugin" --sizes 8 --out wrong.jsonl && says 'predicts no costs'

# --- wrong use ----------------------------------------------------------------------------------------
is 2 'no engine' curve --sizes 4 --out x
is 2 'no sizes' curve --engine direct --out x && says 'no --sizes'
for bad in '--sizes 0' '--sizes 8..4' '--sizes 4..8*1' '--sizes 2^99' '--sizes x' '--a 2' '--a x' '--matmul nothing' \
    '--quantity all' '--measure guess' '--shard 3/3' '--shard 1' '--seeds 0' '--leaf 0'; do
    is 2 "curve $bad" curve --engine direct --sizes 4 $bad --out x
done
is 2 'too few sizes' fit only.jsonl && says 'expected at least 5'
is 2 'no file' fit && is 2 'no such file' fit nothing.jsonl
is 0 'theory' theory && grep -q '1.371339' out && ok || wrong 'theory does not print the exponent at a = 1'
grep -q '1\.250000\|OpenAI' out && wrong 'reported bounds are mixed with published ones' || ok
is 0 'theory, reported' theory --reported --a 0.425 --a 0.5 --a 1
prints '0.425     2.016534      1.591534  0.4 (ADVXXZ25) to 0.45 (VXXZ24)'
prints '0.5       2.013197      1.513197  0.465 (OpenAIrect) to 0.709 (OpenAIrect)'
prints '1         2.250000      1.250000  1 (OpenAI107)'
prints 'not peer reviewed, a curve of its own'
prints 'lazy      hk424         1.872687  1.850220  1.850220'
is 0 'theory, JSON' theory --reported --a 0.75 --json
prints '"omega": 2.186210, "update": 1.436210, "from": [{"a": 0.75, "omega": 2.186210, "source": "VXXZ24"}'
prints '"reported": {"omega": 2.114261, "update": 1.364261, "from": [{"a": 0.709,'
is 0 'theory, tables' theory --tables
[ "$(grep -c '^hull' out)" = 19 ] && ok || wrong 'the hull of the published tables has 19 vertices'
is 2 'theory of a = 2' theory --a 2
is 2 'no such figure' figure nothing

# --- figures ------------------------------------------------------------------------------------------
for figure in trade_off update_exponent query_exponent cost rates burst error cheapest page; do
    is 0 "figure $figure" figure $figure --rows b.jsonl --rows whole.jsonl --quick
    if [ $figure != page ]; then [ -s $figure.tsv ] && [ -s $figure.txt ] && ok || wrong "$figure: no data or no caption"; fi
done
grep -q '</html>' index.html && ok || wrong 'the page is not whole'

finish
