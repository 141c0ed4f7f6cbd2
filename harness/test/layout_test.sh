#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# layout_test.sh BUILD-FOLDER: holds the tree against the floors of .github/ARCHITECTURE.md. Sources lie in
# rooms of that list, scripts in test folders; includes and calls between objects go down only, and never in a
# circle; what is not static has a prefix and no name of the C library; pages name files, folders and
# functions that are there. Each rule is shown to see a breach of it.
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
# What git follows or would follow; in an unpacked archive, which has no git, what is there.
tree() {
    { [ -e .git ] && git ls-files -z -co --exclude-standard 2>/dev/null | tr '\0' '\n' | grep .; } ||
        find . -type f -not -path './.git/*' -not -path './build/*' -not -path './odamv-failures/*' | sed 's|^\./||'
}
tree | while IFS= read -r file; do [ -f "$file" ] && echo "$file"; done | LC_ALL=C sort -u >"$folder/tree"
grep -E '\.(c|h|inc|cc|cpp|cxx|hh|hpp|s|S)$' "$folder/tree" >"$folder/files"
grep '\.md$' "$folder/tree" >"$folder/pages"

# Lines "FROM TO" of the files read: one includes the other, in whatever way C lets it be written. In quotes, a file
# of the own room is named alone and others from the root; in <> the compiler looks in the root and in engines.
includes() {
    xargs awk -v files="$folder/files" '
        BEGIN {while ((getline f <files) > 0) there[f]
            gap = "([ \t\f\v]|/[*]([^*]|[*]+[^*/])*[*]+/)*"
            directive = "^(.*[*]/)?" gap "(#|%:)" gap "include(_next)?" gap}
        function edge(to) {
            print FILENAME, to (to in there ? "" : " (no such file: own room by name, others by their path from the root)")}
        FNR == 1 {held = ""}
        {line = held $0; held = ""}
        sub(/\\$/, "", line) {held = line; next}
        !sub(directive, "", line) || line ~ /^[a-z_]/ {next}
        {room = FILENAME; sub(/[^\/]*$/, "", room)
         quote = substr(line, 1, 1); name = substr(line, 2); sub(quote == "<" ? ">.*" : "\".*", "", name)}
        quote == "\"" {edge(name == "odamv.h" ? "engines/odamv.h" : (room name) in there && name !~ /\// ? room name : name)
            next}
        quote != "<" {edge(line); next}
        name in there {edge(name); next}
        ("engines/" name) in there {edge("engines/" name); next}
        name ~ /^(\.|\/|engines\/|harness\/|reductions\/|experiments\/)/ {edge(name)}'
}
# The objects of today's sources, but of plug-ins, of examples, and of main.c, which lists all commands.
objects() {
    find "$build" -name '*.o' -not -name 'plugin_*' -not -path '*/examples/*' -not -path '*/command/main.o' | sort |
        while read -r object; do
            source=${object#"$build/"}
            [ -e "${source%.o}.c" ] && echo "$object"
        done
}
# Lines "FILE TYPE SYMBOL".
# fence.c has the C library's malloc and its kin replaced: whoever calls them calls the C library.
symbols() {
    objects | xargs nm -A -g | sed "s|^$build/||; s/\.o:[0-9a-f]* */.c /" |
        grep -v 'check/fence\.c T \(malloc\|calloc\|realloc\|free\|memalign\|aligned_alloc\|posix_memalign\)$'
}
# Lines "FROM TO SYMBOL": one object calls what another defines.
calls() {
    symbols | awk '$2 == "U" {from[++n] = $1; symbol[n] = $3} $2 ~ /^[TDRBCV]$/ {at[$3] = $1}
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
# What editors and patches leave behind; scripts, which are tests but for those of .ci and of the errata.
strays() {
    while IFS= read -r file; do
        case $file in
            *.orig | *.rej | *.bak | *.tmp | *.swp | *~) echo "$file: left behind" ;;
            */test/* | .ci/* | paper-notes/*) ;;
            *.sh | *.py | *.pl) echo "$file: a script outside of a test folder" ;;
            *) LC_ALL=C IFS= read -r -n 2 -d '' first <"$file"
                [ "$first" != '#!' ] || echo "$file: a script outside of a test folder" ;;
        esac
    done
}
# What may stand at the top, beside files that begin with a dot.
top() {
    sed 's|/.*||' | sort -u | grep -v '^\.' | grep -vxE \
        'Makefile|README.md|CHANGELOG.md|LICENSE|engines|reductions|harness|experiments|plots|paper-notes' |
        sed 's/$/: not at home at the top/'
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
# From the line at the margin that begins it (a label is none) to the brace at the margin that ends it.
functions() {
    xargs awk 'FNR == 1 {first = "="}
        /^[A-Za-z_]/ && !/^[A-Za-z_0-9]+:/ {start = FNR; first = $0; gsub(/\/\*([^*]|\*+[^*\/])*\*+\/|\/[*\/].*/, "", first)}
        /^}/ {if (first !~ /=|^[^(]*(struct|union|enum)[^(]*{/ && FNR - start + 1 > 70)
                  print FILENAME ":" start ": a function of " FNR - start + 1 " lines"}'
}
# The first word of a name is a word of its file's name or of a header's beside it, or stands here with a reason.
excused() {
    cat <<'END'
* main                       of a test program
engines engine               the one table that leaves a file: what engines/table.c lists
engines/numerics odamv       counts.c: declared in the contract
harness/check examiner       examine.h: who examines
harness/check finding        judge.h: what is found
harness/files matrix         dense_text.h: a reader of harness/ground/matrix.h
reductions bit               decode.h: bits
reductions interval          decode.h: intervals
reductions phase             instance.h: the phases of an instance
reductions/boolean bitcells  bitmatrix.h: cells of a matrix, listed
reductions/command command   what harness/command/main.c lists
experiments/command command  what harness/command/main.c lists
experiments rates            expected.h: reads what rates.c writes
END
}
prefixed() {
    awk -v files="$folder/files" -v excused="$(excused)" '
        function folder_of(file) {sub(/\/[^\/]*$/, "", file); return file}
        function stem(word) {sub(/s$/, "", word); return word}
        BEGIN {while ((getline file <files) > 0) {
                   n = split(file, path, "/"); n = split(path[n], words, /[._-]/)
                   for (w = 1; w < n; w++) {allowed[file, stem(words[w])]
                       if (file ~ /\.h$/) allowed[folder_of(file), stem(words[w])]}}
               n = split(excused, lines, "\n")
               for (l = 1; l <= n; l++) {split(lines[l], words, " "); allowed[words[1], stem(words[2])]}}
        {word = $2; sub(/_.*/, "", word); word = stem(word)
         known = ($1, word) in allowed || (folder_of($1), word) in allowed || ("*", word) in allowed
         if (!known || ($2 !~ /_/ && $2 != "main"))
             print $1 " defines " $2 ", which has no prefix of that file"}'
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
    symbols | awk '$2 ~ /^[TDRBCV]$/ && $3 !~ /^__/ {print $1, $3}'
}
widths() {
    LC_ALL=C.UTF-8 awk 'length($0) > 120 {print FILENAME ":" FNR ": " length($0) " columns, expected at most 120"}' "$@"
}
formatted() {
    grep '\.[ch]$' | xargs clang-format --style=file:.clang-format --dry-run -Werror --ferror-limit=1
}
# Files and folders that pages name in backquotes, or link to, are there. A folder without a path is one of any room.
pages() {
    grep -Hno '`[a-z.][a-z./_-]*/[A-Za-z0-9_./-]*\.\(c\|h\|sh\|gp\|md\|py\|mk\|inc\|mtx\|trace\)`' "$@" | tr -d '`' |
        while IFS=: read -r page line file; do
            [ -e "$file" ] || [ -e "$(dirname "$page")/$file" ] || case $file in
                build/*|*/NAME.*) ;; *) echo "$page:$line: $file is not there" ;; esac
        done
    grep -Hno '`[A-Za-z0-9_.][A-Za-z0-9_./-]*/`' "$@" | tr -d '`' |
        while IFS=: read -r page line file; do
            [ -d "$file" ] || [ "$file" = build/ ] ||
                { [ "${file%/*/}" = "$file" ] && grep -q "\(^\|/\)$file" "$folder/tree"; } ||
                echo "$page:$line: $file is not there"
        done
    grep -Hno '\](<\?[^)>]*' "$@" | sed 's/\](<\?//; s/#.*//; s/ .*//' |
        while IFS=: read -r page line file; do
            case $file in
                http:* | https:* | mailto:* | '') ;;
                *) [ -e "$(dirname "$page")/$file" ] || echo "$page:$line: $file is not there" ;;
            esac
        done
}
# Functions that a page names in backquotes: name_of or name(...), defined in a source or called through a table.
named_functions() {
    grep -o '`[a-z0-9]*_[a-z0-9_]*`\|`[a-z0-9_]*([^`]*)`' "$1" | sed 's/`//g; s/(.*//' | sort -u |
        while read -r name; do
            xargs grep -qE "^[A-Za-z].*\b$name\(|^$name\(|\(\*$name\)\(" <"$folder/files" 2>/dev/null ||
                echo "$1: $name: no such function"
        done
}
# Reads the names of figures: each has its plot, and each plot its figure.
plotted() {
    diff <(sort) <(basename -s .gp plots/*.gp | grep -vx style | sort)
}

# --- the tree, and a breach of every rule --------------------------------------------------------

includes <"$folder/files" >"$folder/includes"
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
in_tree() { # in_tree FILE TEXT RULE...: of a tree in which that file is all there is
    local file=$1 text=$2
    shift 2
    mkdir -p "$folder/other/$(dirname "$file")" && printf '%s\n' "$text" >"$folder/other/$file"
    (cd "$folder/other" && echo "$file" | "$@")
}
included() {
    includes | downward
}
holds 'every file is in a room' check in_rooms files
for lost in lost.c plots/lost.c harness/lost.c engines/examples/deeper/lost.c; do
    breach "a file in no room: $lost" check in_rooms files $lost
done
holds 'nothing is left behind' check strays tree
for stray in engines/foo.orig harness/foo.c.rej lazy.c.bak plots/x.tmp README.md~; do
    breach "a file left behind: $stray" check strays tree $stray
done
holds 'nothing else stands at the top' check top tree
breach 'a file at the top' check top tree notes.txt
breach 'a folder at the top' check top tree odamv-climb/lazy.trace
breach 'a script among sources' check strays tree harness/stray.sh
breach 'a script without an ending' in_tree harness/stray '#!/bin/sh' strays
holds 'includes go down' check downward includes
breach 'an include upwards' check downward includes 'harness/files/npy.c harness/check/judge.h'
breach 'an include of a room beside' check downward includes 'engines/oracle/oracle.h engines/matmul/matmul.h'
breach 'an include upwards in a test' check downward includes 'engines/test/trial.h harness/play/play.h'
above=harness/check/judge.h
for form in "#include \"$above\"" "#include <$above>" "#include\"$above\"" "#include	\"$above\"" "/**/ #include \"$above\"" \
    "# /* * */ include/**/<$above>" "  %:  include \"$above\"" "#include \\
    \"$above\"" '#include "../check/judge.h"' '#include JUDGE'; do
    breach "an include upwards, as $form" in_tree harness/files/form.c "$form" included
done
breach 'an include of the engines from below' in_tree engines/numerics/form.c '#include <lazy.h>' included
holds 'what is no include of ours' in_tree harness/files/form.c "#include <stdio.h>
/* #include \"$above\" */" included
holds 'includes name files' check resolved includes
breach 'an include of no file' check resolved includes 'harness/files/npy.c harness/files/nowhere.h (no such file)'
holds 'no circle of files' check acyclic includes
breach 'a circle of files' check acyclic includes 'harness/check/temper.h harness/check/generate.h'
holds 'no circle of rooms' check rooms_acyclic includes
breach 'a circle of rooms' check rooms_acyclic includes 'harness/ground/say.h harness/files/npy.h'
holds 'commands are in command rooms' check commands_at_home files
echo 'const struct command command_lost = {0};' >"$folder/lost.c"
breach 'a command elsewhere' check commands_at_home files "$folder/lost.c"
if [ -s "$folder/calls" ]; then
    holds 'calls go down' check downward calls
    breach 'a call upwards' check downward calls 'harness/files/npy.c harness/play/play.c play_open'
    breach 'a call upwards in a test' check downward calls 'harness/files/test/test_npy.c harness/play/play.c play_open'
    breach 'calls of tests' grep '^harness/[a-z]*/test/' "$folder/calls"
    holds 'no circle of calls' check acyclic calls
    breach 'a circle of calls' check acyclic calls "$(awk 'NR == 1 {print $2, $1}' "$folder/calls")"
    holds 'names have a prefix' check prefixed definitions
    breach 'a name without' check prefixed definitions 'harness/check/judge.c judge'
    breach 'a name with the prefix of another room' check prefixed definitions 'harness/files/npy.c oracle_thing'
    breach 'a name excused in another room' check prefixed definitions 'harness/files/npy.c interval_thing'
    holds "no names of the C library's" check c_library definitions
    breach 'a name of the C library' check c_library definitions 'harness/ground/clock.c times'
else
    holds 'objects to look at' echo "$build: no object calls another"
fi
holds 'sizes of files' check sizes files
holds 'sizes of functions' check functions files
seq -f 'line %g' 401 >"$folder/long.c"
seq -f 'line %g' 121 >"$folder/middle.c"
breach 'a long file' check sizes files "$folder/long.c"
breach 'a long median' sizes <<<"$folder/middle.c"
function_of() { # function_of LINES HEAD: a file with a table before a function of so many lines
    printf 'static const int table[] = {\n    1,\n};\n\n%s\n' "$2" >"$folder/function.c"
    seq -f '    f(%g);' $(($1 - 1 - $(wc -l <<<"$2"))) >>"$folder/function.c"
    printf '}\n' >>"$folder/function.c"
    echo "$folder/function.c" | functions
}
for head in $'static int f(void)\n{' $'FILE *f(void)\n{' $'int f(void) /* never 0; */\n{' 'int f(void) {' \
    $'int f(int a, /* = 1 */\n      int b)\n{' $'struct s f(struct s a) /* } */\n{\nout:' $'static int\nf(void)\n{\n;'; do
    breach "a long function, headed $head" function_of 72 "$head"
    holds "a function headed $head" function_of 70 "$head"
done
"$build/odamv" figure --list >"$folder/figures"
holds 'a plot for every figure' check plotted figures
breach 'a figure without a plot' check plotted figures nowhere
breach 'a plot without a figure' plotted < <(sed 1d "$folder/figures")
holds 'pages name what is there' pages $(cat "$folder/pages")
for name in '`engines/nowhere.c`' '[x](engines/nowhere.c)' '`harness/nowhere/`' '`nowhere/`' '[x](engines/nowhere)'; do
    echo "and $name" >"$folder/page"
    breach "a page that names $name" pages "$folder/page"
done
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
holds 'functions that the page names' named_functions $page
for name in '`attention_nowhere`' '`nowhere(a, b)`'; do
    echo "and $name" >"$folder/page"
    breach "a page that names $name" named_functions "$folder/page"
done

printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
