#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# ends_test.sh PROGRAM DISTURBING-PLUGIN TEXTBOOK-PLUGIN: plug-ins that change what all of a process shares, or end
# it, while they are loaded, opened or updated: each is found and named by `odamv check`, the printed command
# repeats it, and a right engine beside it stays right; `run`, `hmv` and `curve` undo it and say so.
set -u
disturb=$(realpath "$2") textbook=$(realpath "$3")
. "$(dirname "$0")/cli.sh" "$1"
cd "$folder" || exit 1
PATH="$(dirname "$program"):$PATH"
export ODAMV_DISTURB ODAMV_DISTURB_LOCALE=C.UTF-8
sanitized=false
grep -qa __asan_init "$program" && sanitized=true

# A comma, where the system can make such a locale.
if command -v localedef >/dev/null && [ -e /usr/share/i18n/locales/de_DE ] &&
    localedef -i de_DE -f UTF-8 "$folder/de_DE.UTF-8" 2>/dev/null; then
    export LOCPATH=$folder ODAMV_DISTURB_LOCALE=de_DE.UTF-8
else
    echo "no locale with a decimal comma can be made here: C.UTF-8 stands for it"
fi

# found WHAT NAME TEXT: check finds it beside lazy, whose answers stay right; the printed command repeats it.
found() {
    local what=$1 name=$2 text=$3 command
    rm -rf found
    ODAMV_DISTURB=$what is 1 "$what" check --plugin "$disturb" --engine "$name" --engine lazy --cases 40 --limit 2 --out found
    prints "$text"
    grep -q '^lazy: ' out && wrong "$what: lazy is blamed" || ok
    [ "$(awk '/^cases/ {print $NF}' out)" = 40 ] && ok || wrong "$what: lazy has not played"
    command=$(grep -m 1 -o 'odamv replay .*' out)
    ODAMV_DISTURB=$what timeout 60 bash -c "$command" >again 2>&1
    [ $? = 1 ] && grep -qF -e "$text" again && ok || { wrong "$what: not repeated by: $command"; cat again; }
}

# --- what is changed ------------------------------------------------------------------------------
found load-rounding disturb 'loading it changed the rounding mode, from nearest to downward'
found open-rounding disturb 'open changed the rounding mode'
found set_k-rounding disturb 'set_k changed the rounding mode'
if [ "$(uname -m)" = x86_64 ]; then
    found load-flush disturb 'loading it changed how small numbers are treated: flush to zero on'
    found set_k-flush disturb 'set_k changed how small numbers are treated'
fi
found load-locale disturb 'loading it changed the locale, from C to'
found set_k-locale disturb 'set_k changed the locale'
found set_k-signal disturb 'set_k changed what is done about signal 10'
found load-signal disturb 'loading it changed what is done about signal 10'
found open-directory disturb 'open changed the working directory'
found set_k-directory disturb 'set_k changed the working directory'
found open-limit disturb 'open changed limit'
found set_k-environment disturb 'set_k changed the environment, at ODAMV_DISTURBED=yes'

# -Ofast makes some compilers flush small numbers to zero in whoever loads the result.
if cc -Ofast -shared -fPIC -I"$OLDPWD/engines" "$OLDPWD/harness/test/plugin_textbook.c" -o fast.so -lm 2>err; then
    ODAMV_DISTURB=none "$program" check --plugin ./fast.so --cases 40 >out 2>err
    if grep -qa 'ldmxcsr' <(objdump -d fast.so 2>/dev/null); then
        prints 'loading it changed how small numbers are treated: flush to zero on'
    else
        echo "this compiler's -Ofast leaves the process as it is"
    fi
    "$program" run --plugin ./fast.so --m 3 --n 4 --d 2 --p 2 --ops 20 --seed 1 >out 2>err || true
else
    wrong 'a plug-in is compiled with -Ofast'
fi

# --- how it ends ----------------------------------------------------------------------------------
found load-exit plugin_disturb 'ended the process in loading, exit status 0'
found load-crash plugin_disturb 'crashed in loading: Segmentation fault'
found load-hang plugin_disturb 'did not return in time from loading'
found load-judge plugin_disturb ': Killed' # somewhere: both processes end by and by
found open-exit disturb 'ended the process in open, exit status 0'
found set_k-crash disturb 'crashed in '
found set_k-judge disturb ': Killed'

# --- what is right and costs nobody time ------------------------------------------------------------
for what in load-threads load-helper open-helper set_k-helper; do
    before=$SECONDS
    ODAMV_DISTURB=$what is 0 "$what is right" check --plugin "$disturb" --engine disturb --engine lazy --cases 184 --limit 60
    $sanitized || [ $((SECONDS - before)) -lt 95 ] && ok || wrong "$what: somebody waited for its helpers"
done
sleep 0.1
pgrep -f "check --plugin $disturb" >out && wrong 'a helper is left behind' || ok

# --- in the same process ----------------------------------------------------------------------------
printf 'odamv-trace 1\nshape 1 2 1 1\nscale 1\nnormalised 1\nq 1\nk 0.5\nk 0.25\nv 1.5\nv 2.5\nset_k 0 0 0.75\nquery 0 0\nset_k 0 0 0.5\nquery 0 0\n' >small.trace
undone() {
    local what=$1 call=$2
    ODAMV_DISTURB=none is 0 "run, undisturbed" run --trace small.trace --plugin "$disturb" --engine disturb --engine lazy --json
    cp out right
    ODAMV_DISTURB=$what is 0 "run: $what" run --trace small.trace --plugin "$disturb" --engine disturb --engine lazy --json
    says "warning: $disturb: $call changed"
    [ "$(grep -c warning err)" = 1 ] && ok || wrong "$what is said once"
    same out right "run: $what"
}
undone load-rounding 'loading it'
undone set_k-rounding set_k
undone load-locale 'loading it'
undone set_k-locale set_k
undone open-directory open
undone open-signal open
undone open-environment open
printf '1 0\n1 1\n' >m.txt
for what in set_k-rounding set_k-locale; do
    ODAMV_DISTURB=none is 0 'hmv, undisturbed' hmv --m m.txt --p m.txt --v m.txt --all --plugin "$disturb" --engine disturb --json
    sed 's/"[a-z_]*seconds[a-z_]*": [^,}]*//g' out >right
    ODAMV_DISTURB=$what is 0 "hmv: $what" hmv --m m.txt --p m.txt --v m.txt --all --plugin "$disturb" --engine disturb --json
    says "warning: $disturb: set_k changed"
    sed -i 's/"[a-z_]*seconds[a-z_]*": [^,}]*//g' out
    same out right "hmv: $what"
    ODAMV_DISTURB=$what is 0 "curve: $what" curve --plugin "$disturb" --engine disturb --measure time --sizes 8,16 --out "rows-$what.jsonl"
    says "warning: $disturb: set_k changed"
    python3 -c 'import json, sys; [json.loads(line) for line in open(sys.argv[1])]' "rows-$what.jsonl" 2>err && ok || wrong "curve: $what: no JSON"
done
ODAMV_DISTURB=none is 0 'a right plug-in' check --plugin "$textbook" --cases 184

# --- what is no plug-in -----------------------------------------------------------------------------
is 2 'no such file' check --plugin ./nosuch.so
says 'nosuch.so'
echo rubbish >rubbish.so
is 2 'no shared object' check --plugin ./rubbish.so
says 'rubbish.so'
finish
