#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the checks see small mistakes in the engines.

    mutants.py run [--count N] [--seed S] [--jobs J] [--seconds T] [--stage check|tests|sanitizers]
                   [--reasons FILE] RESULTS
    mutants.py report RESULTS REASONS

A mutant is one small change of a function of engines/ (mutate.py). `run` samples them, an equal share of every
operator, builds each and gives it to `odamv check --first`; with `--stage tests` it gives what survived that to the
tests of engines/, with `--stage sanitizers` what survived both to the check and those tests under them. What REASONS
calls equivalent is spared both. One line of JSON per mutant and stage is appended to RESULTS; what is there is not done
again, so that a run can be stopped and resumed.
`report` prints scores and what `odamv check` did not catch; REASONS says of each of these what it is: its identity, a
tab, a class, a tab, and why. Classes: `equivalent`, no input tells it from the original; `looser`, bounds are larger,
or fewer than an engine could give, and hold; `aside`, no answer, status or bound is concerned, but counts, memory,
messages, or what `check` does not run; `gap`. One without a reason makes it fail.
"""
import argparse
import collections
import concurrent.futures
import glob
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True  # nothing is left among the sources
from mutate import mutants_of  # noqa: E402

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STAGES = ('check', 'tests', 'sanitizers')
PATTERNS = ('engines/*.c', 'engines/attention/*.c', 'engines/matmul/*.c', 'engines/numerics/*.[ch]')
# Never run here, or by no engine: what reports the machine, and measures it.
LEFT_OUT = re.compile(r'kernel_avx512|kernel_base|kernel_variants|clock\.c|/memory\.c|table_measure|table_cache|'
                      r'scheme_measure')


def all_mutants():
    files = sorted(f for pattern in PATTERNS for f in glob.glob(pattern, root_dir=TOP) if not LEFT_OUT.search(f))
    found = []
    for file in files:
        with open(os.path.join(TOP, file)) as stream:
            found += mutants_of(file, stream.read())
    return list({m.identity: m for m in found}.values())


def sample(mutants, count, seed):
    """Operators in turn. A larger sample continues a smaller one; and what is not changed keeps its place when other
    lines are."""
    groups = collections.defaultdict(list)
    for mutant in mutants:
        groups[mutant.operator].append((hashlib.sha256(f'{seed}\t{mutant.identity}'.encode()).digest(), mutant))
    for group in groups.values():
        group.sort(key=lambda pair: pair[0], reverse=True)
    chosen = []
    while len(chosen) < count and any(groups.values()):
        chosen += [groups[o].pop()[1] for o in sorted(groups) if groups[o]]
    return chosen[:count]


class Tree:
    """A copy of the sources with its own build folders, in which one mutant at a time is built."""

    def __init__(self, folder):
        self.folder = folder
        if not os.path.exists(os.path.join(folder, 'Makefile')):
            os.makedirs(folder, exist_ok=True)
            files = subprocess.run(['git', 'ls-files', '-z'], cwd=TOP, capture_output=True, check=True).stdout
            subprocess.run(['tar', 'c', '--null', '-T', '-'], cwd=TOP, input=files, check=True,
                           stdout=open(os.path.join(folder, 'sources.tar'), 'wb'))
            subprocess.run(['tar', 'xf', 'sources.tar'], cwd=folder, check=True)
        self.code = {}

    def make(self, *targets, **options):
        return subprocess.run(['make', '-s', *targets], cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, start_new_session=True, **options)

    def objects(self):
        """The code of every object of the engines, without what the debugger wants to know."""
        for path in glob.glob(os.path.join(self.folder, 'build/release/engines/**/*.o'), recursive=True):
            if '/test/' not in path and '/oracle/' not in path:
                stamp = os.stat(path).st_mtime_ns
                if self.code.get(path, (0,))[0] != stamp:
                    bare = os.path.join(self.folder, 'bare.o')
                    subprocess.run(['objcopy', '-g', path, bare], check=True)
                    with open(bare, 'rb') as stream:
                        self.code[path] = stamp, hashlib.sha256(stream.read()).hexdigest()
        return {path: code for path, (_, code) in self.code.items()}

    def build(self, flavour='release', target='odamv'):
        return self.make(f'FLAVOUR={flavour}', f'build/{flavour}/{target}').returncode == 0

    def with_mutant(self, mutant, do):
        path = os.path.join(self.folder, mutant.file)
        with open(path) as stream:
            text = stream.read()
        try:
            with open(path, 'w') as stream:
                stream.write(mutant.apply(text))
            return do()
        finally:
            with open(path, 'w') as stream:
                stream.write(text)


def run_limited(command, folder, seconds, **environment):
    """(exit status or None, output): ended, with all its processes, after so many seconds."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               errors='replace', start_new_session=True, env={**os.environ, **environment})
    try:
        return process.communicate(timeout=seconds)[0], process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[0], None


def check(tree, flavour, seconds):
    """What `odamv check` makes of it: (result, detail)."""
    shutil.rmtree(os.path.join(tree.folder, 'odamv-failures'), ignore_errors=True)
    output, status = run_limited([f'build/{flavour}/odamv', 'check', '--first', '--jobs', '1'], tree.folder, seconds)
    if status == 0:
        return 'survived', ''
    found = re.findall(r'^(\S+: [a-z ]+), in (?:case|a saved)', output, re.M)
    if found:
        return 'caught', found[0]
    if status is None:
        return 'survived', f'not over after {seconds} s'
    missing = re.findall(r'^  (.*: \d+)$', output, re.M)
    return 'caught', missing[0] if missing else f'exit status {status}'


def stage_check(tree, mutant, seconds):
    before = tree.objects()

    def do():
        if not tree.build():
            return 'stillborn', ''
        if tree.objects() == before:
            return 'same code', ''
        return check(tree, 'release', seconds)
    return tree.with_mutant(mutant, do)


def programs(tree, flavour):
    return sorted(p for p in glob.glob(f'build/{flavour}/engines/**/test/test_*', root_dir=tree.folder, recursive=True)
                  if '.' not in os.path.basename(p))


def environment_of(tree, flavour, program):
    """As `make check` runs it: one thread of OpenBLAS, and the number of cases that the Makefile gives it."""
    with open(os.path.join(tree.folder, 'Makefile')) as stream:
        cases = re.search(rf'^CASES_{flavour}_{os.path.basename(program)} *= *([0-9]+)$', stream.read(), re.M)
    return {'OPENBLAS_NUM_THREADS': '1', **({'CASES': cases[1]} if cases else {})}


def times_of_tests(tree, flavour):
    """How long each test of the engines takes on the sources as they are."""
    if tree.make(f'FLAVOUR={flavour}', 'MODULE=engines', 'build-tests').returncode:
        sys.exit(f'{tree.folder}: the tests do not build')
    times = {}
    for program in programs(tree, flavour):
        begun = time.time()
        output, status = run_limited([program], tree.folder, 1200, **environment_of(tree, flavour, program))
        if status != 0:
            sys.exit(f'{tree.folder}/{program}: fails on the sources as they are\n{output}')
        times[program] = time.time() - begun
    return times


def tests(tree, flavour, times):
    """The first test of the engines that fails, the fastest first: (result, detail)."""
    built = tree.make(f'FLAVOUR={flavour}', 'MODULE=engines', 'build-tests')
    if built.returncode:
        return 'caught', 'build-tests'
    if re.search(rb'\.[ch]:\d+:\d+: warning:', built.stdout):  # `make CI=1 check` ends here
        return 'caught', 'a warning of the compiler'
    for program in sorted(times, key=times.get):
        status = run_limited([program], tree.folder, 10 * times[program] + 30,
                             **environment_of(tree, flavour, program))[1]
        if status != 0:
            return 'caught', os.path.basename(program) + (': not over in time' if status is None else '')
    return 'survived', ''


def stage_tests(tree, mutant, seconds, times):
    return tree.with_mutant(mutant, lambda: tests(tree, 'release', times))


def stage_sanitizers(tree, mutant, seconds, times):
    def do():
        if not tree.build('san'):
            return 'caught', 'the sanitizers\' build'
        result = check(tree, 'san', 4 * seconds)
        return result if result[0] == 'caught' else tests(tree, 'san', times)
    return tree.with_mutant(mutant, do)


CLASSES = ('equivalent', 'looser', 'aside', 'gap')


def read_reasons(file):
    reasons = {}
    with open(file) as stream:
        for number, line in enumerate(stream, 1):
            if line.strip() and not line.startswith('#'):
                *identity, kind, why = line.rstrip('\n').split('\t')
                if kind not in CLASSES or not why:
                    sys.exit(f'{file}:{number}: expected an identity, one of {", ".join(CLASSES)}, and why')
                reasons['\t'.join(identity)] = kind, why
    return reasons


def read_results(file):
    """By identity, what each stage said last."""
    results = collections.OrderedDict()
    if os.path.exists(file):
        with open(file) as stream:
            for line in stream:
                row = json.loads(line)
                results.setdefault(row['identity'], {})[row['stage']] = row
    return results


def wanted(results, mutant, stage, spared):
    done = results.get(mutant.identity, {})
    if stage != 'check' and mutant.identity in spared:
        return False
    earlier = STAGES[:STAGES.index(stage)]
    return stage not in done and all(done.get(s, {}).get('result') == 'survived' for s in earlier)


def run(options):
    chosen = sample(all_mutants(), options.count, options.seed)
    results = read_results(options.results)
    spared = {i for i, (kind, _) in read_reasons(options.reasons).items() if kind == 'equivalent'}
    todo = [m for m in chosen if wanted(results, m, options.stage, spared)]
    os.makedirs(os.path.dirname(os.path.abspath(options.results)), exist_ok=True)
    folder = os.path.join(os.path.dirname(os.path.abspath(options.results)), 'tree')
    trees, lock, begun = [], threading.Lock(), time.time()
    for j in range(options.jobs):
        trees.append(Tree(f'{folder}-{j}'))
        if not trees[-1].build():
            sys.exit(f'{trees[-1].folder}: the sources themselves do not build')
    stage = {'check': stage_check, 'tests': stage_tests, 'sanitizers': stage_sanitizers}[options.stage]
    done, more = [0], []
    if todo and options.stage != 'check':
        more.append(times_of_tests(trees[0], 'release' if options.stage == 'tests' else 'san'))

    def one(mutant):
        with lock:
            tree = trees.pop()
        try:
            result, detail = stage(tree, mutant, options.seconds, *more)
        finally:
            with lock:
                trees.append(tree)
        row = {'identity': mutant.identity, 'line': mutant.line, 'stage': options.stage, 'result': result,
               'detail': detail}
        with lock:
            with open(options.results, 'a') as stream:
                stream.write(json.dumps(row) + '\n')
            done[0] += 1
            print(f'{done[0]}/{len(todo)} {time.time() - begun:.0f} s  {mutant.file}:{mutant.line} {mutant.operator}: '
                  f'{result} {detail}', file=sys.stderr)

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for future in [pool.submit(one, m) for m in todo]:
            future.result()


def percent(part, whole):
    return f'{100 * part / whole:.1f} %' if whole else '-'


def report(options):
    results, reasons = read_results(options.results), read_reasons(options.reasons)
    first, kinds, unseen, lines = collections.Counter(), collections.Counter(), collections.Counter(), []
    later = missing = waiting = 0
    for identity, stages in results.items():
        first[stages['check']['result']] += 1
        if stages['check']['result'] != 'survived':
            continue
        last = stages[[s for s in STAGES if s in stages][-1]]
        kind, why = reasons.get(identity, ('?', ''))
        kinds[kind] += 1
        missing += kind == '?'
        later += last['result'] == 'caught'
        unseen[kind] += last['result'] == 'survived'
        waiting += last['result'] == 'survived' and last['stage'] != STAGES[-1] and kind != 'equivalent'
        file, function, _, before, after = identity.split('\t')
        fate = f'{last["stage"]}: {last["detail"]}' if last['result'] == 'caught' else 'survives'
        lines.append((CLASSES.index(kind) if kind in CLASSES else -1, file, last['line'],
                      f'| `{file}:{last["line"]}` `{function}` | `{before}` | `{after}` | {fate} | {kind} | {why} |'))
    alive = first['caught'] + first['survived']
    relevant = first['caught'] + kinds['gap'] + kinds['?']
    print(f'{sum(first.values())} mutants: {first["stillborn"]} do not compile, {first["same code"]} are the same '
          f'code; of the other {alive}, `odamv check` catches {first["caught"]}. What it leaves: '
          f'{kinds["equivalent"]} equivalent, {kinds["looser"]} looser, {kinds["aside"]} aside, {kinds["gap"]} gaps, '
          f'{kinds["?"]} not looked at.\n')
    print(f'- Of those that can change an answer, a status or a bound to below the error, `odamv check` catches '
          f'{first["caught"]} of {relevant} ({percent(first["caught"], relevant)}).')
    print(f'- Of all that are not equivalent, `odamv check`, the tests and the sanitizers catch '
          f'{first["caught"] + later} of {alive - unseen["equivalent"]} '
          f'({percent(first["caught"] + later, alive - unseen["equivalent"])})'
          f'{f"; {waiting} of the others have not been through all of these stages" if waiting else ""}.\n')
    print('| where | is | becomes | fate | class | why |\n|---|---|---|---|---|---|')
    print('\n'.join(line.replace('||', '\\|\\|') for *_, line in sorted(lines)))
    return missing == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest='command', required=True)
    runner = commands.add_parser('run')
    runner.add_argument('--count', type=int, default=300)
    runner.add_argument('--seed', type=int, default=1)
    runner.add_argument('--jobs', type=int, default=os.cpu_count())
    runner.add_argument('--seconds', type=float, default=60)
    runner.add_argument('--stage', choices=STAGES, default='check')
    runner.add_argument('--reasons', default=os.path.join(TOP, 'harness/test/mutants_reasons.tsv'))
    runner.add_argument('results')
    reporter = commands.add_parser('report')
    reporter.add_argument('results')
    reporter.add_argument('reasons')
    options = parser.parse_args()
    if options.command == 'run':
        run(options)
    elif not report(options):
        sys.exit('some survivors have no reason')


if __name__ == '__main__':
    main()
