#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# install_test.sh BUILD: what `make install` puts on a system is enough for its users, and no more than
# they should see: programs, plug-ins and Python against the installed header and libraries, all of
# it outside the tree; the symbols that leave the libraries; where things go.
set -u
build=$1 passed=0 failed=0
flavour=$(basename "$build")
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
try() { # NAME COMMAND...
    local name=$1
    shift
    if "$@" >"$folder/log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $name: $*"
        head -n 20 "$folder/log" | sed 's/^/  /'
    fi
}
finish() { echo "$passed passed, $failed failed"; exit $((failed > 0)); }

# sanitizers and coverage must be linked into whatever uses the library: their builds are not for installing
case $flavour in release | clang) ;; *) finish ;; esac

# --- where things go ------------------------------------------------------------------------------
root=$PWD usr=$folder/usr lib=$folder/usr/lib/deep
abi=$(sed -n 's/^#define ODAMV_ABI \([0-9]*\)u$/\1/p' engines/odamv.h)
make() { command make --no-print-directory FLAVOUR="$flavour" "$@"; }
where=(PREFIX="$usr" LIBDIR="$lib" MANDIR="$usr/man" DESTDIR=)
try install make install "${where[@]}"
cat >"$folder/expected" <<F
bin/odamv
include/odamv.h
lib/libodamv.a
lib/libodamv.so
lib/libodamv.so.$abi
lib/pkgconfig/odamv.pc
share/bash-completion/completions/odamv
share/fish/vendor_completions.d/odamv.fish
share/man/man1/odamv.1
share/zsh/site-functions/_odamv
F
opt='/opt/odamv & a|b\c'\''s' # what a shell, sed and make could take for something else
staged() { (cd "$folder/a stage$opt" && find . ! -type d) | sed 's|^\./||' | LC_ALL=C sort; }
stage=(PREFIX="$opt" LIBDIR="$opt/lib" MANDIR="$opt/share/man" DESTDIR="$folder/a stage")
try 'install into a stage' make install "${stage[@]}"
staged >"$folder/staged"
try 'what a stage holds' diff "$folder/expected" "$folder/staged"
printf '%s\n' "$folder/a stage/opt" "$folder/a stage$opt" >"$folder/expected"
try 'nothing beside it' diff "$folder/expected" <(find "$folder/a stage" -mindepth 1 -maxdepth 2)
try 'the stage is in no file' sh -c "! grep -rI '$folder/a stage' '$folder/a stage'"
pc() { grep -h "^$1=" "$folder/a stage$opt/lib/pkgconfig/odamv.pc"; }
try 'its prefix' [ "$(pc prefix)" = "prefix=$opt" ]
try 'its libraries, under the prefix' [ "$(pc libdir)" = "libdir=\${exec_prefix}/lib" ]
stranger="$folder/a stage${opt%% *}" # the first word of the prefix
touch "$stranger"
try uninstall make uninstall "${stage[@]}"
try 'nothing is left' [ -z "$(staged)" ]
try "a stranger's file is" [ -f "$stranger" ]
refused() { ! make install "${stage[@]}" "$1" >"$folder/says" 2>&1 && grep -F "$1: expected an absolute path" "$folder/says"; }
for wrong in PREFIX=usr LIBDIR='a /lib' MANDIR=man; do try "$wrong is refused" refused "$wrong"; done

cp engines/examples/*.c engines/test/installed_* harness/test/plugin_textbook.c "$folder"
cd "$folder" || exit 2
export PKG_CONFIG_PATH=$lib/pkgconfig
variables() { for v in prefix exec_prefix libdir includedir; do pkg-config --variable=$v odamv; done | tr '\n' ' '; }
try 'variables of odamv.pc' [ "$(variables)" = "$usr $usr $lib $usr/include " ]
try 'odamv.pc moves with its prefix' [ "$(pkg-config --define-variable=prefix=/else --variable=libdir odamv)" = /else/lib/deep ]

# --- symbols --------------------------------------------------------------------------------------
# every function of the header but odamv_plugin, and the table; nothing else
sed 's|/\*.*||' "$usr/include/odamv.h" | grep -o '\bodamv_[a-z_]*(' | tr -d '(' | grep -v '^odamv_plugin$' >promised
printf '%s\n' odamv_engines odamv_counts_fields >>promised
LC_ALL=C sort -u promised -o promised
nm -D --defined-only "$lib/libodamv.so" | awk '{print $3}' | LC_ALL=C sort >shared
nm -g --defined-only "$lib/libodamv.a" | awk 'NF == 3 {print $3}' | LC_ALL=C sort >static
try 'there is a promise' [ "$(wc -l <promised)" -ge 20 ]
try 'symbols of the shared library' diff promised shared
try 'symbols of the archive' diff promised static
try 'its name follows ODAMV_ABI' sh -c "readelf -d '$lib/libodamv.so.$abi' | grep -q 'SONAME.*\[libodamv\.so\.$abi\]'"
try 'the link' [ "$(readlink "$lib/libodamv.so")" = "libodamv.so.$abi" ]

# --- users ----------------------------------------------------------------------------------------
strict='-std=c11 -D_DEFAULT_SOURCE -Wall -Wextra -Werror'
run_path=-Wl,-rpath,$lib
# B[1,0] with logits 2.5 and 2 of values 1 and 3
answer() { ./"$1" | awk '{x = (exp(0.5) + 3) / (exp(0.5) + 1); e = $1 - x; exit !(NF == 3 && e * e < 1e-28 && $3 < 1e-12)}'; }
# shellcheck disable=SC2046,SC2086
{
    try 'ask.c, shared library' cc $strict ask.c -o ask $(pkg-config --cflags --libs odamv) $run_path
    try 'answers' answer ask
    try 'times, shared library' cc $strict installed_times.c -o times $(pkg-config --cflags --libs odamv) $run_path
    try 'is the C library'"'"'s' ./times
    try 'dlopen' cc $strict -Wno-pedantic -std=gnu11 installed_dlopen.c -o opens $(pkg-config --cflags odamv) -ldl -lm
    try 'dlopen runs lazy' ./opens "$lib/libodamv.so.$abi"
    mkdir archive && cp "$lib/libodamv.a" archive
    static="$(pkg-config --static --libs odamv)"
    static=${static//"-L$lib"/-Larchive}
    try 'ask.c, archive' cc $strict ask.c -o ask-static $(pkg-config --cflags odamv) $static
    try 'holds the library' sh -c '! readelf -d ask-static | grep -q libodamv'
    try 'answers, archive' answer ask-static
    try 'times, archive' cc $strict installed_times.c -o times-static $(pkg-config --cflags odamv) $static
    try 'is the C library'"'"'s, archive' ./times-static
    plug_in="cc $strict -shared -fPIC -fvisibility=hidden $(pkg-config --cflags odamv)"
    try 'plug-in' $plug_in plugin.c -o plugin.so -lm
    try 'plug-in with bounds' $plug_in plugin_textbook.c -o textbook.so -lm
    try 'plug-in that calls times' $plug_in -I"$root" installed_plugin.c -o times.so -lm
}
if [ -x /usr/bin/python3 ]; then
    try 'Python' /usr/bin/python3 installed_ctypes.py "$lib/libodamv.so" "$abi"
else
    echo 'no /usr/bin/python3'
fi
program=$usr/bin/odamv
try 'check of the plug-in' "$program" check --plugin ./plugin.so --ordinary --tolerance 1e-8 --cases 300
try 'a problem' "$program" gen --m 9 --n 12 --d 5 --p 4 --ops 300 --seed 3 --out problem
play() { # PLUG-IN ENGINE...
    "$program" run --plugin "$1" "${@:2}" --q problem/Q.npy --k problem/K.npy --v problem/V.npy \
        --trace problem/ops.trace --scale 0.4472135954999579
}
# the two share no code and must agree within their bounds
try 'plug-in beside lazy' play ./textbook.so --engine textbook --engine lazy
try 'times of a plug-in' play ./times.so --engine definition
try 'plug-in in the table' sh -c "'$program' engines --plugin ./plugin.so | grep -q '^definition'"
try 'manual page' grep -q 'odamv' "$usr/man/man1/odamv.1"
try 'completion' bash -c "source '$usr/share/bash-completion/completions/odamv' && complete -p odamv"
cd "$root" || exit 2
finish
