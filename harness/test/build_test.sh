#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# build_test.sh BUILD: that the Makefile builds again what was built with other flags, and only that;
# that the archive of `make dist` holds what it is made from, also when it is made from an archive.
set -u
passed=0 failed=0
flavour=$(basename "$1") root=$PWD
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
ok() { # NAME COMMAND...
    if "${@:2}"; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "FAILED: $1"; fi
}
make() { command make --no-print-directory FLAVOUR="$flavour" "$@"; }

# --- flags ----------------------------------------------------------------------------------------
object=$folder/build/engines/memory.o
compile() { make B="$folder/build" "$object" "$@" 2>&1 | grep -c -- '-c engines/memory.c'; }
ok 'what is not there is built' [ "$(compile)" = 1 ]
ok 'what is there is not' [ "$(compile)" = 0 ]
ok 'other flags build again' [ "$(compile CFLAGS=-DANOTHER)" = 1 ]
ok 'the same ones do not' [ "$(compile CFLAGS=-DANOTHER)" = 0 ]
ok 'a look changes nothing' [ "$(compile -n CPPFLAGS=-DTHIRD)$(compile CFLAGS=-DANOTHER)" = 10 ]
ok 'other definitions build again' [ "$(compile CPPFLAGS=-DTHIRD)" = 1 ]
last_level() { make -n B="$folder/build" "$object" CFLAGS=-O2 | grep -o -- ' -O[^ ]*' | tail -n 1; }
ok "a user's -O comes last" [ "$(last_level)" = ' -O2' ]
measured() { make -n B="$folder/build" "$folder/build/experiments/measure/environment.o" CFLAGS=-DMARK; }
ok 'measurements say so' grep -q "ODAMV_CFLAGS='\"[^\"]*-DMARK[^\"]*\"'" <(measured)

# --- modules --------------------------------------------------------------------------------------
scripts() { make -s MODULE="$1" --eval='show: ; @echo $(sort $(SCRIPTS))' show; }
together() { for module; do scripts "$module"; done | tr ' ' '\n' | LC_ALL=C sort | xargs; }
ok 'scripts of a folder' grep -qw check <<<"$(scripts harness)"
ok 'scripts of a list' [ "$(scripts 'harness reductions')" = "$(together harness reductions)" ]
ok 'scripts of all' [ "$(scripts '')" = "$(together harness reductions experiments)" ]
ok 'scripts of a folder within' [ "$(scripts harness/check)" = "$(scripts harness)" ]
ok 'scripts of one without' [ "$(scripts engines/matmul)" = '' ]

# --- the main job ---------------------------------------------------------------------------------
# All of it but checks, times and figures, with the program that is there.
begin() { make -s R="$folder/reproduce" QUICK=--quick "$folder/reproduce/counts.done" >"$folder/said" 2>&1; }
if [ "$flavour" = release ]; then
    ok 'reproduce begins' begin || cat "$folder/said"
    ok 'it has counted' [ -s "$folder/reproduce/counts.jsonl" ]
    ok 'it has multiplied' grep -q '^hmv via' "$folder/reproduce/checked.txt"
fi

# --- archives -------------------------------------------------------------------------------------
ok dist make -s dist
archive=$(echo build/odamv-*.tar.gz)
name=$(basename "$archive" .tar.gz)
cp "$archive" "$folder/first.tar.gz"
tar -C "$folder" -xzf "$folder/first.tar.gz"
ok 'it unpacks into one folder' [ -f "$folder/$name/Makefile" ]
ok 'it holds what hides' [ -x "$folder/$name/.ci/run" ]
for file in $(tar -tzf "$folder/first.tar.gz"); do
    cmp -s "$folder/$file" "$root/${file#"$name"/}" || echo "$file"
done >"$folder/differ"
ok 'its files are those here' [ ! -s "$folder/differ" ]
cat "$folder/differ"
# but for what nobody has given to git yet
others() { [ ! -e "$root/.git" ] || git ls-files --others --exclude-standard; }
here() { find .ci engines harness reductions experiments plots paper-notes -type f | grep -vxFf <(others; echo); }
there() { (cd "$folder/$name" && find .ci engines harness reductions experiments plots paper-notes -type f); }
ok 'no file is missing' diff <(here | LC_ALL=C sort) <(there | LC_ALL=C sort)
mkdir -p "$folder/$name/build" && touch "$folder/$name/build/rubbish"
ok 'an archive of an archive' make -s -C "$folder/$name" dist
ok 'holds the same' diff <(tar -tzf "$folder/first.tar.gz") <(tar -tzf "$folder/$name/build/$name.tar.gz")

echo "$passed passed, $failed failed"
[ $failed = 0 ]
