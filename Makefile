# SPDX-License-Identifier: GPL-3.0-or-later
#
# make             build/release/odamv and libodamv
# make check       the tests            [MODULE=engines SEED=7 CASES=100]
# make san         the tests under the address and undefined-behaviour sanitizers; make tsan: threads
# make valgrind    the tests that take a small size, under valgrind
# make cov         line coverage of the tests
# make bench       ratios measured in one run, into build/bench.tsv; products, leaf: of products
# make reproduce   the main job; make reproduce-full, its long version; make figures
# make exhaustive  every boolean instance with n = 4 through the reductions; about a minute
# make hmv-1024    random ones with n = 1024; make phase3: their query times
# make deps        the packages that all of this needs (Debian, Ubuntu)
# make install     [PREFIX=/usr/local DESTDIR=]
#
# Every flavour is a folder of its own: make check FLAVOUR=san is make san.

VERSION := 0.1.0
CC      ?= cc
PREFIX  ?= /usr/local
FLAVOUR ?= release
B       := build/$(FLAVOUR)

PACKAGES := build-essential pkg-config libgsl-dev libopenblas-dev libsleef-dev libflint-arb-dev \
            libflint-dev libcmocka-dev libjansson-dev libgraphblas-dev gnuplot-nox help2man \
            clang clang-format valgrind gcovr python3-numpy

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
        -Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wundef
ifdef CI
WARN += -Werror
endif

OPT_release := -O3 -g
OPT_clang   := -O3 -g
OPT_san     := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT_tsan    := -O1 -g -fsanitize=thread
OPT_cov     := -O0 -g --coverage
OPT_debug   := -Og -g
ifeq ($(FLAVOUR),clang)
CC := clang
endif
OPT := $(OPT_$(FLAVOUR))
ifeq ($(OPT),)
$(error FLAVOUR=$(FLAVOUR): one of release clang san tsan cov debug)
endif

# -ffp-contract=off: the compensated sums rely on every operation being rounded as written.
override CFLAGS += -std=c11 -D_GNU_SOURCE -fPIC -pthread -ffp-contract=off $(OPT) $(WARN)
# Expanded when used, not when read: `make deps check` installs pkg-config and the libraries first.
override CPPFLAGS += -I. -Iengines -DODAMV_VERSION='"$(VERSION)"' $(shell pkg-config --cflags openblas gsl)
# GSL without its own slow BLAS, which would otherwise shadow OpenBLAS.
LIBS_ENGINES = -lsleef $(shell pkg-config --libs openblas) -ldl -lm
LIBS_PROGRAM = -lgsl -ljansson $(if $(wildcard $(addsuffix /arb.h,/usr/include /usr/local/include)),-lflint-arb,) -lflint \
               $(if $(wildcard $(addsuffix /GraphBLAS.h,/usr/include /usr/include/suitesparse /usr/local/include)),-lgraphblas,)

# The library; the program, which is all the rest; the tests of the whole or of one folder.
ENGINES  := $(sort $(wildcard engines/*.c $(patsubst %,engines/%/*.c,numerics attention matmul)))
PROGRAM  := $(sort $(wildcard engines/oracle/*.c $(foreach f,harness reductions experiments,$f/*.c $f/*/*.c)))
PROGRAM  := $(foreach f,$(PROGRAM),$(if $(findstring /test/,$f),,$f))
MAIN     := harness/command/main.c
MODULES  := $(or $(MODULE),engines harness reductions experiments)
TESTS    := $(sort $(foreach m,$(MODULES),$(wildcard $m/test/test_*.c $m/*/test/test_*.c)))
PLUGINS  := $(sort $(wildcard */test/plugin_*.c */*/test/plugin_*.c))

OBJ_ENGINES := $(ENGINES:%.c=$(B)/%.o)
OBJ_PROGRAM := $(filter-out $(MAIN:%.c=$(B)/%.o),$(PROGRAM:%.c=$(B)/%.o))
BIN_TESTS   := $(TESTS:%.c=$(B)/%)
SO_PLUGINS  := $(PLUGINS:%.c=$(B)/%.so)

.PHONY: all build-tests check exhaustive hmv-1024 phase3 san tsan cov valgrind bench products leaf reproduce deps install uninstall clean format man
.DELETE_ON_ERROR:
ifneq ($(filter deps,$(MAKECMDGOALS)),)
.NOTPARALLEL: # what is installed is needed by everything else
endif
.SECONDARY:

all: $(B)/odamv $(B)/libodamv.a $(B)/libodamv.so.1

ifeq ($(shell uname -m),x86_64)
$(B)/%_avx512.o: override CFLAGS += -mavx512f -mavx512dq -mavx512vl -mavx512bw -mavx2 -mfma -mprefer-vector-width=512
$(B)/%_avx2.o:   override CFLAGS += -mavx2 -mfma
endif

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

# Every row of a measurement says how the program was built.
$(B)/experiments/measure/environment.o: override CPPFLAGS += -DODAMV_CFLAGS='"$(CFLAGS)"'

$(B)/libodamv.a: $(OBJ_ENGINES)
	@rm -f $@
	$(AR) rcs $@ $^
$(B)/libodamv.so.1: $(OBJ_ENGINES)
	$(CC) $(CFLAGS) -shared -Wl,-soname,libodamv.so.1 $(LDFLAGS) $^ -o $@ $(LIBS_ENGINES)
$(B)/libprogram.a: $(OBJ_PROGRAM)
	@rm -f $@
	$(AR) rcs $@ $^
$(B)/odamv: $(MAIN:%.c=$(B)/%.o) $(B)/libprogram.a $(B)/libodamv.a
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ $(LIBS_PROGRAM) $(LIBS_ENGINES)

# A test sees the whole program but its main; a plug-in sees nothing but odamv.h.
$(B)/%: $(B)/%.o $(B)/libprogram.a $(B)/libodamv.a
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ -lcmocka $(LIBS_PROGRAM) $(LIBS_ENGINES)
$(B)/%.so: %.c engines/odamv.h
	@mkdir -p $(@D)
	$(CC) -I. -Iengines $(CFLAGS) -shared $< -o $@ -lm

SCRIPTS := $(if $(filter-out harness,$(MODULE)),,cli check install layout) $(if $(filter-out reductions,$(MODULE)),,hmv) \
           $(if $(filter-out experiments,$(MODULE)),,curve errata)
SCRIPT_curve   = experiments/test/curve_test.sh $(B)/odamv $(B)/harness/test/plugin_wrong.so
SCRIPT_errata  = paper-notes/errata.sh $(B)/odamv
SCRIPT_cli     = harness/test/cli_test.sh $(B)/odamv $(B)/harness/test/plugin_wrong.so
SCRIPT_check   = harness/test/check_test.sh $(B)/odamv $(B)/harness/check/test/plugin_misbehave.so
SCRIPT_install = harness/test/install_test.sh $(B)
SCRIPT_layout  = harness/test/layout_test.sh $(B)
SCRIPT_hmv     = reductions/test/hmv_cli_test.sh $(B)/odamv $(B)/harness/test/plugin_wrong.so $(B)/harness/test/plugin_textbook.so

# The loops of the instruction sets that this machine would not choose.
KERNEL_TESTS  := $(filter %/test_random %/test_adversarial_sums %/test_adversarial_folds %/test_adversarial_magnitudes,$(BIN_TESTS))
OTHER_KERNELS  = $(foreach k,avx2 base,$(foreach t,$(KERNEL_TESTS),"env ODAMV_KERNEL=$k CASES=60 $t"))

build-tests: $(BIN_TESTS) $(PLUGINS:%.c=$(B)/%.so) all
# One line per program, the output of those that fail, and how to repeat them.
check: build-tests
	@harness/test/run_tests.sh $(BIN_TESTS) $(foreach s,$(SCRIPTS),"$(SCRIPT_$(s))") $(OTHER_KERNELS)
san:
	@$(MAKE) --no-print-directory check FLAVOUR=$@
# What has threads of its own; those of OpenBLAS, which it cannot see into, are left out.
tsan:
	@OPENBLAS_NUM_THREADS=1 $(MAKE) --no-print-directory check FLAVOUR=$@ MODULE=engines/matmul
# Sizes that stay within minutes at a fiftieth of the speed; every leak and every bad access fails. (test_run of
# matmul compares with long double, which valgrind computes as double; the checker's fork hundreds of processes.)
VALGRIND_TESTS = $(filter-out %/test_drift %/test_small_scope %/test_tightness %/test_adversarial_sums %/test_adversarial_folds %/test_adversarial_magnitudes %/matmul/test/test_run %/test_table %/test_exhaustive %/test_hmv_random \
    %/test_check %/test_shrink %/test_saboteurs,$(BIN_TESTS))
valgrind: build-tests
	@CASES=$(or $(CASES),4) ODAMV_NO_REEXEC=1 OPENBLAS_NUM_THREADS=1 harness/test/run_tests.sh $(foreach t,$(VALGRIND_TESTS),\
	"valgrind --quiet --leak-check=full --error-exitcode=1 --errors-for-leak-kinds=definite $t")
cov:
	@$(MAKE) --no-print-directory check FLAVOUR=cov
	gcovr --root . --object-directory build/cov --exclude '.*/test/.*' --print-summary --html-details build/cov/coverage.html | tail -n 3

# Every boolean instance with n = 4, on every gadget; about a minute on two cores.
exhaustive: $(B)/reductions/test/exhaustive_4
	$<
# Random instances with n = 64, 256 and 1024, nnz(P) = n, on every gadget; five to ten minutes.
hmv-1024: $(B)/reductions/test/random_1024
	$<
# Phase 3 with lazy against direct and against the boolean products.
phase3: $(B)/reductions/test/measure_phase3
	OMP_NUM_THREADS=1 $< | tee build/phase3.tsv

bench: $(B)/odamv
	$< bench --out build/bench.tsv
products: $(B)/odamv
	$< bench --products --out build/products.tsv
leaf: $(B)/odamv
	OPENBLAS_NUM_THREADS=1 $< bench --leaf 64 --rounds 7 --out build/leaf.tsv

# The main job, all of it in build/reproduce and index.html there: the engines in lockstep on a random
# problem, and how far their answers are apart against the sum of their bounds; the hinted product on
# a graph, compared with the boolean product (which members of the karate club reach which through a
# friendship between the clubs); costs counted and timed, fitted, drawn. Under ten minutes on two
# cores. What was interrupted goes on where it was; a program built anew starts anew.
# make reproduce-full: n up to 8192, more seeds, in build/reproduce-full; hours.
ALL_ENGINES := naive direct eager lazy lazy-wc
R       := build/reproduce
TIMED   := 256..2048:3 4096:2# sizes:seeds
QUICK   :=# --quick: small problems in the figures that measure by themselves
FIGURES := trade_off update_exponent query_exponent cost rates burst error cheapest
ROWS     = --rows $(R)/counts.jsonl --rows $(R)/times.jsonl
A_LIST  := 0.25,0.5,0.75,1

.PHONY: reproduce-full figures
reproduce: $(R)/index.html
	@sed -n '/^hmv via/,$$p' $(R)/checked.txt; echo 'make reproduce: see $<'
reproduce-full:
	@$(MAKE) --no-print-directory reproduce R=build/reproduce-full TIMED='256..2048:10 4096:5 8192:3'
figures: $(FIGURES:%=$(R)/%.svg)

$(R)/started: $(B)/odamv
	@mkdir -p $(@D)
	rm -f $(R)/*.jsonl
	touch $@
$(R)/checked.txt: $(R)/started
	$(B)/odamv gen --m 256 --n 256 --d 64 --p 64 --ops 20000 --seed $(or $(SEED),1) --out $(R) >/dev/null
	$(B)/odamv run $(ALL_ENGINES:%=--engine %) --scale 0.125 --q $(R)/Q.npy --k $(R)/K.npy \
	    --v $(R)/V.npy --trace $(R)/ops.trace >$(R)/answers.txt
	for how in '--seed $(or $(SEED),1) --out $(R)/failures' '--saboteurs --out $(R)/saboteurs'; do \
	    $(B)/odamv check $$how >$(R)/check.txt; status=$$?; tail -n 3 $(R)/check.txt; [ $$status = 0 ] || exit 1; done
	$(B)/odamv hmv --m reductions/data/karate.mtx --p reductions/data/karate_split.mtx \
	    --v reductions/data/karate.mtx --all >$@

# Counts: multiplications from n = 2^8, all operations as far as the lower orders need to die out.
COUNT := curve --measure ops --out $(R)/counts.jsonl
$(R)/counts.done: $(R)/checked.txt
	$(B)/odamv $(COUNT) --engine naive --engine direct --engine eager --sizes '2^8..2^44*16'
	$(B)/odamv $(COUNT) --engine naive --engine direct --engine eager --sizes '2^11..2^50*8' --quantity query,column
	$(B)/odamv $(COUNT) --engine lazy --engine lazy-wc --a $(A_LIST) --matmul classical,strassen --leaf 1 --sizes '2^8..2^44*16'
	$(B)/odamv $(COUNT) --engine lazy --engine lazy-wc --a $(A_LIST) --sizes '2^11..2^50*8' --quantity query,column
	@touch $@
# Times, one thread. Strassen's only where n^a, of lazy-wc its half, is twice the leaf of 64 somewhere:
# below it is the classical product.
TIME := env OPENBLAS_NUM_THREADS=1 $(B)/odamv curve --measure time --d 64 --out $(R)/times.jsonl
$(R)/times.done: $(R)/counts.done
	set -e; for t in $(TIMED); do \
	    cells="--sizes $${t%:*} --seeds $${t#*:}"; \
	    $(TIME) $$cells --engine direct --engine eager --quantity update,query,column; \
	    $(TIME) $$cells --engine lazy --engine lazy-wc --a $(A_LIST) --quantity update,query,column; \
	    $(TIME) $$cells --engine lazy --a 0.75,1 --matmul strassen; \
	    $(TIME) $$cells --engine lazy-wc --a 0.75 --matmul strassen; done
	for f in rates burst error; do OPENBLAS_NUM_THREADS=1 $(B)/odamv figure $$f $(QUICK) --out $(R) || exit; done
	@touch $@
$(R)/rates.tsv $(R)/burst.tsv $(R)/error.tsv: $(R)/times.done ;
$(R)/%.tsv: $(R)/times.done
	$(B)/odamv figure $* $(ROWS) --out $(R)
$(R)/%.svg: plots/%.gp plots/style.gp $(R)/%.tsv
	gnuplot -e "dir='$(R)'" $<
$(R)/index.html: $(FIGURES:%=$(R)/%.svg)
	$(B)/odamv figure page $(ROWS) --out $(R)
	@$(B)/odamv fit $(R)/times.jsonl >$(R)/times.txt && cat $(R)/times.txt

deps:
	@if command -v apt-get >/dev/null; then set -x; apt-get update -qq && \
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $(PACKAGES); \
	else echo "make deps: not a Debian or Ubuntu; install what these packages hold: $(PACKAGES)"; exit 1; fi

man: $(B)/odamv.1
$(B)/odamv.1: $(B)/odamv
	help2man --no-info --name 'testbed for dynamic attention maintenance' $< -o $@

install: all man
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/lib/pkgconfig \
	    $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(B)/odamv $(DESTDIR)$(PREFIX)/bin/odamv
	install -m 644 engines/odamv.h $(DESTDIR)$(PREFIX)/include/odamv.h
	install -m 644 $(B)/libodamv.a $(DESTDIR)$(PREFIX)/lib/libodamv.a
	install -m 755 $(B)/libodamv.so.1 $(DESTDIR)$(PREFIX)/lib/libodamv.so.1
	ln -sf libodamv.so.1 $(DESTDIR)$(PREFIX)/lib/libodamv.so
	install -m 644 $(B)/odamv.1 $(DESTDIR)$(PREFIX)/share/man/man1/odamv.1
	printf '%s\n' 'prefix=$(PREFIX)' 'Name: odamv' 'Description: dynamic attention maintenance' \
	    'Version: $(VERSION)' 'Cflags: -I$${prefix}/include' 'Libs: -L$${prefix}/lib -lodamv' \
	    'Libs.private: $(LIBS_ENGINES) -lpthread' >$(DESTDIR)$(PREFIX)/lib/pkgconfig/odamv.pc
uninstall:
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/,bin/odamv include/odamv.h lib/libodamv.a lib/libodamv.so \
	    lib/libodamv.so.1 lib/pkgconfig/odamv.pc share/man/man1/odamv.1)

format:
	clang-format -i $(shell git ls-files '*.c' '*.h')
clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
