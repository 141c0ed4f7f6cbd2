#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# install_test.sh BUILD: what `make install` puts on a system is enough for its users: a plug-in and a
# program built outside the tree against the installed header and library, the manual page.
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

try install make --no-print-directory install FLAVOUR="$flavour" PREFIX="$folder/usr"
cp "$(dirname "$0")/plugin_textbook.c" "$folder"
cd "$folder" || exit 2
export PKG_CONFIG_PATH=$folder/usr/lib/pkgconfig
cat >user.c <<'C'
#include <odamv.h>
#include <stdio.h>
int main(void)
{
    double one[4] = {1, 2, 3, 4};
    struct odamv_problem problem = {2, 2, 2, 2, one, one, one, 0.5, true};
    struct odamv_answer answer;
    char message[200];
    void *state;
    const struct odamv_engine *lazy = odamv_engine_find("lazy");
    if (!lazy || odamv_open(lazy, &problem, NULL, &state, message, sizeof message) != ODAMV_OK ||
        lazy->set_k(state, 0, 1, 0) != ODAMV_OK || lazy->query(state, 1, 1, &answer) != ODAMV_OK)
        return 1;
    /* weights exp(1.5), exp(12.5) of values 2 and 4 */
    double exact = 4 - 2 * 1.6701421848095177e-5;
    lazy->close(state);
    printf("%.15g +- %g\n", answer.value, answer.bound);
    return !(answer.value - exact < 1e-15 * 4 + 1e-14 && exact - answer.value < 1e-14);
}
C
try 'plug-in against the installed header' cc -std=c11 -Wall -Werror -shared -fPIC \
    $(pkg-config --cflags odamv) plugin_textbook.c -o textbook.so -lm
try 'program, shared library' cc -std=c11 user.c -o user $(pkg-config --cflags --libs odamv) \
    -Wl,-rpath,"$folder/usr/lib"
try 'program runs' ./user
try 'program, static library' cc -std=c11 user.c -o user-static $(pkg-config --cflags odamv) \
    "$folder/usr/lib/libodamv.a" $(pkg-config --static --libs odamv | sed 's/-lodamv//g')
try 'static program runs' ./user-static
try 'a problem' usr/bin/odamv gen --m 9 --n 12 --d 5 --p 4 --ops 300 --seed 3 --out problem
# the two engines share no code: they must agree within their bounds
try 'plug-in beside lazy' usr/bin/odamv run --plugin ./textbook.so --engine textbook --engine lazy \
    --q problem/Q.npy --k problem/K.npy --v problem/V.npy --trace problem/ops.trace --scale 0.4472135954999579
try 'plug-in in the table' sh -c 'usr/bin/odamv engines --plugin ./textbook.so | grep -q "^textbook"'
try 'manual page' grep -q 'odamv' usr/share/man/man1/odamv.1
finish
