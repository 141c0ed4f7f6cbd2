#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# layout_test.sh BUILD-FOLDER: holds the tree against the floors of .github/ARCHITECTURE.md. Sources lie in
# rooms of that list; includes and calls between objects go down only, and never in a circle; what is not
# static has a prefix and no name of the C library; pages name files that are there. Each rule is shown to see a breach of it.
set -u
build=$1 page=.github/ARCHITECTURE.md
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
passed=0 failed=0

# holds NAME COMMAND...: prints nothing, or what is wrong. breach NAME COMMAND...: must print something.
holds() {
    local name=$1 wrong
    shift
    wrong=$("$@" 2>&1)
    if [ -z "$wrong" ]; then passed=$((passed + 1)); return; fi
    failed=$((failed + 1))
    printf 'FAILED: %s:\n%s\n' "$name" "$wrong"
}
breach() {
    local name=$1
    shift
    if [ -n "$("$@" 2>&1)" ]; then passed=$((passed + 1)); return; fi
    failed=$((failed + 1))
    printf 'FAILED: %s: not seen\n' "$name"
}

# --- the floors, and what is in the tree --------------------------------------------------------

sed -n '/^```floors$/,/^```$/p' $page | grep -v '^```' >"$folder/floors"
find engines harness reductions experiments -name '*.[ch]' -o -name '*.inc' | sort >"$folder/files"

# Lines "FROM TO": one file includes the other. What a file includes is in its room, or named from the root.
includes() {
    xargs grep -H '^ *# *include "' <"$folder/files" | sed 's/^\([^:]*\):.*include "\([^"]*\)".*/\1 \2/' |
        awk -v files="$folder/files" 'BEGIN {while ((getline f <files) > 0) there[f]}
            {room = $1; sub(/\/[^\/]*$/, "/", room)
             to = $2 == "odamv.h" ? "engines/odamv.h" : (room $2) in there && $2 !~ /\// ? room $2 : $2
             print $1, to (to in there ? "" : " (no such file: own room by name, others by their path from the root)")}'
}
# The objects of today's sources, but of tests, of what is installed as one object, and of main.c, which
# lists all commands.
objects() {
    find "$build" -name '*.o' -not -path '*/test/*' -not -path '*/examples/*' -not -path '*/command/main.o' | sort |
        while read -r object; do
            source=${object#"$build/"}
            [ -e "${source%.o}.c" ] && echo "$object"
        done
}
# Lines "FROM TO SYMBOL": one object calls what another defines.
calls() {
    objects | xargs nm -A -g |
        sed "s|^$build/||; s/\.o:[0-9a-f]* */.c /" |
        awk '$2 == "U" {from[++n] = $1; symbol[n] = $3} $2 ~ /^[TDRBCV]$/ {at[$3] = $1}
            END {for (i = 1; i <= n; i++) if (symbol[i] in at && at[symbol[i]] != from[i])
                     print from[i], at[symbol[i]], symbol[i]}'
}

# --- the rules: each reads such lines and prints what breaks it ----------------------------------

floors_of() {
    awk -v floors="$folder/floors" '
        BEGIN {while ((getline line <floors) > 0) {level++; n = split(line, rooms, " ")
                   for (r = 1; r <= n; r++) floor[rooms[r]] = level}}
        function room(file) {if (file in floor) return file
            sub(/\/[^\/]*$/, "", file)
            if (!(file in floor)) sub(/\/(test|examples)$/, "", file)
            return file}
        '"$1"
}
downward() {
    floors_of '{if (!(room($1) in floor) || !(room($2) in floor)) print $0 ": in no room of the list"
                else if (room($1) != room($2) && floor[room($1)] <= floor[room($2)]) print $0 ": not downwards"}'
}
resolved() {
    grep '(no such file'
}
in_rooms() {
    floors_of '{if (!(room($1) in floor)) print $1 ": in no room of the list"}'
}
# A command is a table of harness/command/command.h, in a room of that name; what saboteurs are is said there.
commands_at_home() {
    grep -v '/command/' | xargs grep -l '^const struct command command_' | sed 's/$/: a command outside of a command room/'
}
# A file and its header are one node.
acyclic() {
    awk '{from = $1; to = $2; sub(/\.[^.]*$/, "", from); sub(/\.[^.]*$/, "", to); if (from != to) print from, to}' |
        tsort 2>&1 >/dev/null
}
rooms_acyclic() {
    floors_of '{if (room($1) != room($2)) print room($1), room($2)}' | tsort 2>&1 >/dev/null
}
sizes() {
    xargs wc -l | awk '$2 != "total" && $1 > 400 {print $2 ": " $1 " lines, expected at most 400"}
        $2 != "total" {length_of[++n] = $1}
        END {for (i = 1; i <= n; i++) for (j = i; j > 1 && length_of[j] < length_of[j-1]; j--) {
                 t = length_of[j]; length_of[j] = length_of[j-1]; length_of[j-1] = t}
             if (length_of[int((n + 1) / 2)] > 120) print "median file: " length_of[int((n + 1) / 2)] " lines, expected at most 120"}'
}
# From the line after a name at the margin to the brace that ends it.
functions() {
    xargs awk 'FNR == 1 {start = 0}
        /^[a-z].*[^;]$/ || /^[a-z].*\(.*,$/ {if (!open) start = FNR}
        /^{/ {open = 1}
        /^}/ {if (open && start && FNR - start + 1 > 70) print FILENAME ":" start ": a function of " FNR - start + 1 " lines"
              open = start = 0}'
}
prefixed() {
    awk '$2 !~ /_/ {print $1 " defines " $2 ", which has no prefix"}'
}
# What libc, libm and the loader call theirs.
c_library() {
    local libraries
    libraries=$(ldd "$build/odamv" | sed -n 's/.* => \(.*\/lib\(c\|m\)\.so[^ ]*\) .*/\1/p')
    nm -D --defined-only $libraries | awk '{sub(/@.*/, "", $3); print $3}' | sort -u >"$folder/libc"
    awk -v libc="$folder/libc" 'BEGIN {while ((getline name <libc) > 0) taken[name]; if (length(taken) < 1000) print "no names of libc"}
        $2 in taken {print $1 " defines " $2 ", a name of the C library"}'
}
definitions() {
    objects | xargs nm -A -g --defined-only |
        awk '$2 ~ /^[TDRBCV]$/ && $3 !~ /^__/ {print $1, $3}'
}
widths() {
    LC_ALL=C.UTF-8 awk 'length($0) > 120 {print FILENAME ":" FNR ": " length($0) " columns, expected at most 120"}' "$@"
}
formatted() {
    grep '\.[ch]$' | xargs clang-format --style=file:.clang-format --dry-run -Werror --ferror-limit=1
}
# Files that pages name in backquotes are there.
pages() {
    grep -Hno '`[a-z][a-z./_-]*/[A-Za-z0-9_./-]*\.\(c\|h\|sh\|gp\|md\|py\|mk\|inc\|mtx\|trace\)`' "$@" | tr -d '`' |
        while IFS=: read -r page line file; do
            [ -e "$file" ] || [ -e "$(dirname "$page")/$file" ] || case $file in
                build/*|*/NAME.*) ;; *) echo "$page:$line: $file is not there" ;; esac
        done
}

# --- the tree, and a breach of every rule --------------------------------------------------------

includes >"$folder/includes"
calls >"$folder/calls"
definitions >"$folder/definitions"
with() { # with FILE LINE...: the lines of the file, and these
    local file=$1
    shift
    cat "$folder/$file"
    [ $# -eq 0 ] || printf '%s\n' "$@"
}
check() { # check RULE FILE [LINE...]
    local rule=$1
    shift
    with "$@" | $rule
}
holds 'every file is in a room' check in_rooms files
breach 'a file in no room' check in_rooms files harness/lost.c
holds 'includes go down' check downward includes
breach 'an include upwards' check downward includes 'harness/files/npy.c harness/check/judge.h'
breach 'an include of a room beside' check downward includes 'engines/oracle/oracle.h engines/matmul/matmul.h'
breach 'an include upwards in a test' check downward includes 'engines/test/trial.h harness/play/play.h'
holds 'includes name files' check resolved includes
breach 'an include of no file' check resolved includes 'harness/files/npy.c harness/files/nowhere.h (no such file)'
holds 'no circle of files' check acyclic includes
breach 'a circle of files' check acyclic includes 'harness/check/temper.h harness/check/generate.h'
holds 'no circle of rooms' check rooms_acyclic includes
breach 'a circle of rooms' check rooms_acyclic includes 'harness/ground/say.h harness/files/npy.h'
holds 'commands are in command rooms' check commands_at_home files
if [ -s "$folder/calls" ]; then
    holds 'calls go down' check downward calls
    breach 'a call upwards' check downward calls 'harness/files/npy.c harness/play/play.c play_open'
    holds 'no circle of calls' check acyclic calls
    breach 'a circle of calls' check acyclic calls "$(awk 'NR == 1 {print $2, $1}' "$folder/calls")"
    holds 'names have a prefix' check prefixed definitions
    breach 'a name without' check prefixed definitions 'x.o:1 T judge'
    holds "no names of the C library's" check c_library definitions
    breach 'a name of the C library' check c_library definitions 'x.o:1 times'
else
    holds 'objects to look at' echo "$build: no object calls another"
fi
holds 'sizes of files' check sizes files
holds 'sizes of functions' check functions files
seq -f 'line %g' 401 >"$folder/long.c"
{ printf 'static int long_one(void)\n{\n'; seq -f '    f(%g);' 68; echo '}'; } >"$folder/function.c"
breach 'a long file' check sizes files "$folder/long.c"
breach 'a long function' check functions files "$folder/function.c"
holds 'a plot for every figure' diff <("$build/odamv" figure --list | sort) \
    <(basename -s .gp plots/*.gp | grep -vx style | sort)
holds 'pages name files that are there' pages README.md paper-notes/*.md .github/*.md
# releases of the formatter differ in what they make of some files: that of Debian 12 is the measure
if clang-format --version 2>/dev/null | grep -q ' version 14\.'; then
    holds '`make format` changes nothing' check formatted files
    printf 'int  x;\n' >"$folder/blanks.c"
    breach 'a file that it changes' formatted <<<"$folder/blanks.c"
else
    echo 'no clang-format 14'
fi
holds 'the README is wrapped' widths README.md
printf '%0121d\n' 0 >"$folder/page"
breach 'a long line' widths "$folder/page"
echo 'and `engines/nowhere.c`' >"$folder/page"
breach 'a page that names another' pages "$folder/page"

printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
