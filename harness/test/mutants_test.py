#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mutants of a small source: every operator makes what it says, declarations stay, samples depend on their seed."""
import argparse
import contextlib
import io
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True  # nothing is left among the sources
import mutants  # noqa: E402
from mutate import mutants_of  # noqa: E402

SOURCE = '''
/* a comment: x = y + z; */
#define TWICE(x) ((x) + (x))
static const int table[] = {1, 2, 3};
struct pair { double hi, lo; };

static double sum(const double *x, size_t n, bool all)
{
    double total = 0, least[2] = {1.5, 2};
    struct pair *last = NULL;
    for (size_t i = 0; i < n; i++) {
        if (all && !skip(i, n))
            continue;
        total += x[i] * fmin(x[i], 1.5);
        note(last, "a + b");
    }
    return total;
}
'''
EXPECTED = {
    ('arithmetic', 'total += x[i] * fmin(x[i], 1.5);', 'total -= x[i] * fmin(x[i], 1.5);'),
    ('arithmetic', 'total += x[i] * fmin(x[i], 1.5);', 'total += x[i] / fmin(x[i], 1.5);'),
    ('relation', 'for (size_t i = 0; i < n; i++) {', 'for (size_t i = 0; i <= n; i++) {'),
    ('relation', 'for (size_t i = 0; i < n; i++) {', 'for (size_t i = 0; i > n; i++) {'),
    ('logic', 'if (all && !skip(i, n))', 'if (all || !skip(i, n))'),
    ('logic', 'if (all && !skip(i, n))', 'if (all && skip(i, n))'),
    ('condition', 'if (all && !skip(i, n))', 'if (!(all && !skip(i, n)))'),
    ('condition', 'if (all && !skip(i, n))', 'if (false)'),
    ('arguments', 'if (all && !skip(i, n))', 'if (all && !skip(n, i))'),
    ('statement', 'continue;', '(void)0;'),
    ('statement', 'total += x[i] * fmin(x[i], 1.5);', '(void)0;'),
    ('statement', 'note(last, "a + b");', '(void)0;'),
    ('index', 'total += x[i] * fmin(x[i], 1.5);', 'total += x[i + 1] * fmin(x[i], 1.5);'),
    ('index', 'total += x[i] * fmin(x[i], 1.5);', 'total += x[i - 1] * fmin(x[i], 1.5);'),
    ('function', 'total += x[i] * fmin(x[i], 1.5);', 'total += x[i] * fmax(x[i], 1.5);'),
    ('constant', 'total += x[i] * fmin(x[i], 1.5);', 'total += x[i] * fmin(x[i], (2 * 1.5));'),
    ('constant', 'double total = 0, least[2] = {1.5, 2};', 'double total = 1, least[2] = {1.5, 2};'),
}
passed = failed = 0


def expect(name, fine, detail=''):
    global passed, failed
    passed, failed = passed + bool(fine), failed + (not fine)
    if not fine:
        print(f'FAILED: {name} {detail}')


found = mutants_of('sum.c', SOURCE)
made = {(m.operator, m.before, m.after) for m in found}
for operator, before, after in sorted(EXPECTED):
    expect(operator, (operator, before, after) in made, after)
expect('nothing outside functions', all(m.function == 'sum' for m in found))
expect('texts and comments stay', not any('a - b' in m.after or 'y - z' in m.after for m in found))
expect('pointers stay', not any('/last' in m.after or '/ last' in m.after for m in found))
for m in found:
    changed = m.apply(SOURCE)
    expect('one line changes', sum(a != b for a, b in zip(SOURCE.split('\n'), changed.split('\n'))) == 1, m.after)
everything = mutants.all_mutants()
expect('of the engines there are thousands', len(everything) > 5000, len(everything))
expect('each once', len({m.identity for m in everything}) == len(everything))
first = [m.identity for m in mutants.sample(everything, 50, 1)]
expect('the same seed, the same sample', first == [m.identity for m in mutants.sample(everything, 50, 1)])
expect('a larger sample continues it', first == [m.identity for m in mutants.sample(everything, 90, 1)][:50])
fewer = [m for m in everything if m.identity not in first[:5]]
expect('what is left keeps its place', set(first[5:]) <= {m.identity for m in mutants.sample(fewer, 50, 1)})
expect('another seed, another sample', first != [m.identity for m in mutants.sample(everything, 50, 2)])
expect('every operator has its share', len({i.split('\t')[2] for i in first}) == 9)


def rows(*fates):
    """One mutant for each: what the check, then the tests, say of it."""
    for number, (fate, *later) in enumerate(fates):
        row = {'identity': f'e.c\tf\tlogic\ta{number}\tb{number}', 'line': number, 'stage': 'check', 'result': fate,
               'detail': ''}
        yield json.dumps(row)
        for result in later:
            yield json.dumps({**row, 'stage': 'tests', 'result': result, 'detail': 'test_x'})


with tempfile.TemporaryDirectory() as folder:
    results, reasons = os.path.join(folder, 'results'), os.path.join(folder, 'reasons')
    fates = [('caught',)] * 5 + [('stillborn',), ('same code',), ('survived', 'caught'), ('survived', 'survived'),
                                 ('survived',)]
    with open(results, 'w') as out:
        print(*rows(*fates), sep='\n', file=out)

    def reported(lines):
        with open(reasons, 'w') as out:
            print('# reasons', *lines, sep='\n', file=out)
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            whole = mutants.report(argparse.Namespace(results=results, reasons=reasons))
        return whole, text.getvalue()
    known = ['e.c\tf\tlogic\ta7\tb7\tgap\twhy', 'e.c\tf\tlogic\ta8\tb8\taside\twhy',
             'e.c\tf\tlogic\ta9\tb9\tequivalent\twhy']
    whole, text = reported(known)
    expect('a report with all reasons is whole', whole, text)
    expect('what check catches of what matters', '5 of 6 (83.3 %)' in text, text)
    expect('what is caught of all but the equivalent', '6 of 7 (85.7 %)' in text, text)
    whole, text = reported(known[1:])
    expect('a reason is missing', not whole and '1 not looked at' in text, text)
    expect('equivalent ones are spared', not mutants.wanted(
        mutants.read_results(results), argparse.Namespace(identity='e.c\tf\tlogic\ta9\tb9'), 'tests',
        {'e.c\tf\tlogic\ta9\tb9'}))
print(f'{passed} passed, {failed} failed')
sys.exit(failed > 0)
