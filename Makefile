# SPDX-License-Identifier: GPL-3.0-or-later
#
# make             build/release/odamv and libodamv
# make check       the tests            [MODULE=engines SEED=7 CASES=100]
# make san         the tests under the address and undefined-behaviour sanitizers; make tsan: threads
# make valgrind    the tests that take a small size, under valgrind
# make cov         line coverage of the tests
# make bench       ratios measured in one run, into build/bench.tsv; products, leaf: of products
# make reproduce   the main job; make reproduce-full, its long version; make figures (experiments/reproduce.mk)
# make mutants     small mistakes put into the engines, and whether the checks see them; hours  [MUTANTS=300 SEED=1]
# make climb       an adversary on every error bound [CASES=10000000 SEED=1]
# make marking     what it costs when one update takes the accuracy from every row; three minutes
# make exhaustive  every boolean instance with n = 4 through the reductions; about a minute
# make hmv-1024    random ones with n = 1024; make phase3: their query times
# make deps        the packages that all of this needs (Debian, Ubuntu)
# make install     [PREFIX=/usr/local LIBDIR=PREFIX/lib MANDIR=PREFIX/share/man DESTDIR=]; make uninstall
# make dist        build/odamv-VERSION.tar.gz, which needs no git
#
# Every flavour is a folder of its own: make check FLAVOUR=san is make san. CFLAGS, CPPFLAGS and
# LDFLAGS are added to what is here; what was built with others is built again.

VERSION := 0.1.0
ABI     := $(shell sed -n 's/^\#define ODAMV_ABI \([0-9]*\)u$$/\1/p' engines/odamv.h)
OBJCOPY ?= objcopy
PREFIX  ?= /usr/local
LIBDIR  ?= $(PREFIX)/lib
MANDIR  ?= $(PREFIX)/share/man
FLAVOUR ?= release
B       := build/$(FLAVOUR)

# A question mark: only where the archive has it. Arb is a package of its own before FLINT 3; gfortran has the
# library that OpenBLAS names for static linking (pkg-config --static).
PACKAGES := build-essential pkg-config libgsl-dev libopenblas-dev libsleef-dev libflint-dev libflint-arb-dev? \
            libcmocka-dev libjansson-dev libgraphblas-dev gnuplot-nox help2man clang clang-format valgrind \
            gcovr python3-numpy gfortran

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
# -fvisibility=hidden: what odamv.h declares leaves the library, and nothing leaves the program.
FLAGS = $(strip $(OPT) $(WARN) $(CFLAGS) -std=c11 -D_GNU_SOURCE -fPIC -pthread -ffp-contract=off -fvisibility=hidden)
# Expanded when used, not when read: `make deps check` installs pkg-config and the libraries first.
DEFINES = -I. -Iengines -DODAMV_VERSION='"$(VERSION)"' $(shell pkg-config --cflags openblas gsl) $(CPPFLAGS)
# GSL without its own slow BLAS, which would otherwise shadow OpenBLAS.
LIBS_ENGINES = -lsleef $(shell pkg-config --libs openblas) -ldl -lm
has = $(wildcard $(addsuffix /$1,/usr/include /usr/include/suitesparse /usr/local/include))
LIBS_PROGRAM = -lgsl -ljansson $(if $(call has,flint/arb.h),,-lflint-arb) -lflint \
               $(if $(call has,GraphBLAS.h),-lgraphblas)

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

.PHONY: all build-tests check climb marking mutants exhaustive hmv-1024 phase3 san tsan cov valgrind bench products leaf
.PHONY: deps absolute install uninstall dist clean format man FORCE
.DELETE_ON_ERROR:
ifneq ($(filter deps,$(MAKECMDGOALS)),)
.NOTPARALLEL: # what is installed is needed by everything else
endif
.SECONDARY:

SHARED := libodamv.so.$(ABI)
all: $(B)/odamv $(B)/libodamv.a $(B)/$(SHARED)

# What everything is built with, written only when it is not what the file says.
BUILT_WITH = $(CC) $(DEFINES) $(FLAGS) $(LDFLAGS)
ifneq ($(filter deps,$(MAKECMDGOALS)),)
$(B)/flags: FORCE
else ifneq ($(file <$(B)/flags),$(BUILT_WITH))
$(B)/flags: FORCE
endif
$(B)/flags: export TEXT = $(BUILT_WITH)
$(B)/flags:
	@mkdir -p $(@D)
	@printf '%s\n' "$$TEXT" >$@

ifeq ($(shell uname -m),x86_64)
$(B)/%_avx512.o: EXTRA = -mavx512f -mavx512dq -mavx512vl -mavx512bw -mavx2 -mfma -mprefer-vector-width=512
$(B)/%_avx2.o:   EXTRA = -mavx2 -mfma
endif
# Every row of a measurement says how the program was built.
$(B)/experiments/measure/environment.o: EXTRA = -DODAMV_CFLAGS='"$(FLAGS)"'

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(DEFINES) $(FLAGS) $(EXTRA) -MMD -MP -c $< -o $@

# For users, one object in which only odamv_* can be seen; for the program and the tests, all objects.
$(B)/libodamv.o: $(OBJ_ENGINES)
	$(LD) -r $^ -o $@
	$(OBJCOPY) --localize-hidden $@
$(B)/libodamv.a: $(B)/libodamv.o
$(B)/libengines.a: $(OBJ_ENGINES)
$(B)/libprogram.a: $(OBJ_PROGRAM)
%.a:
	@rm -f $@
	$(AR) rcs $@ $^
$(B)/$(SHARED): $(OBJ_ENGINES)
	$(CC) $(FLAGS) -shared -Wl,-soname,$(SHARED) $(LDFLAGS) $^ -o $@ $(LIBS_ENGINES)
$(B)/odamv: $(MAIN:%.c=$(B)/%.o) $(B)/libprogram.a $(B)/libengines.a
	$(CC) $(FLAGS) $(LDFLAGS) $^ -o $@ $(LIBS_PROGRAM) $(LIBS_ENGINES)

# A test sees the whole program but its main; a plug-in sees nothing but odamv.h.
$(B)/%: $(B)/%.o $(B)/libprogram.a $(B)/libengines.a
	$(CC) $(FLAGS) $(LDFLAGS) $^ -o $@ -lcmocka $(LIBS_PROGRAM) $(LIBS_ENGINES)
$(B)/%.so: %.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) -I. -Iengines $(FLAGS) -MMD -MP -MT $@ -MF $@.d -shared $< -o $@ -lm

# The scripts of a folder run with it and with any of its own folders.
within   = $(filter $1 $1/%,$(MODULES))
SCRIPTS := $(if $(call within,harness),cli check climb ends orders mutants install completion build layout) \
           $(if $(call within,reductions),hmv) $(if $(call within,experiments),curve errata)
SCRIPT_curve   = experiments/test/curve_test.sh $(B)/odamv $(B)/harness/test/plugin_wrong.so
SCRIPT_errata  = paper-notes/errata.sh $(B)/odamv
SCRIPT_cli     = harness/test/cli_test.sh $(B)/odamv $(B)/harness/test/plugin_wrong.so
SCRIPT_check   = harness/test/check_test.sh $(B)/odamv $(B)/harness/check/test/plugin_misbehave.so
SCRIPT_ends    = harness/test/ends_test.sh $(B)/odamv $(B)/harness/test/plugin_disturb.so $(B)/harness/test/plugin_textbook.so
SCRIPT_orders  = harness/saboteurs/test/orders_test.sh $(B)/odamv 9 300
SCRIPT_mutants = harness/test/mutants_test.py
SCRIPT_climb   = harness/test/climb_test.sh $(B)/odamv
SCRIPT_install = harness/test/install_test.sh $(B)
SCRIPT_layout  = harness/test/layout_test.sh $(B)
SCRIPT_build   = harness/test/build_test.sh $(B)
SCRIPT_completion = harness/test/completion_test.sh $(B)/odamv
SCRIPT_hmv     = reductions/test/hmv_cli_test.sh $(B)/odamv $(B)/harness/test/plugin_wrong.so $(B)/harness/test/plugin_textbook.so

# The loops of the instruction sets that this machine would not choose.
KERNEL_TESTS  := $(filter %/test_random %/test_adversarial_sums %/test_adversarial_folds %/test_adversarial_magnitudes,$(BIN_TESTS))
OTHER_KERNELS  = $(foreach k,avx2 base,$(foreach t,$(KERNEL_TESTS),"env ODAMV_KERNEL=$k CASES=60 $t"))
# The cores of OpenBLAS that this processor can run: the order in which each adds.
runs        = $(if $(shell grep -wm 1 $1 /proc/cpuinfo),$2)
CORES      := $(if $(filter x86_64,$(shell uname -m)),Prescott $(call runs,sse4_2,Nehalem) $(call runs,avx,Sandybridge) \
              $(call runs,avx2,Haswell Zen) $(call runs,avx512vl,SkylakeX))
OTHER_CORES = $(foreach c,$(CORES),$(foreach t,$(filter %/test_blas_order,$(BIN_TESTS)),"env OPENBLAS_CORETYPE=$c $t"))

build-tests: $(BIN_TESTS) $(SO_PLUGINS) all
# Under the sanitizers, at a fifth of the speed, fewer of what differs by its seed or its length only.
CASES_san_test_random      = 80
CASES_san_test_small_scope = 7
CASES_san_test_tightness   = 300
CASES_san_test_drift       = 200000
CASES_san_test_hmv_random  = 4
with_cases = $(if $(CASES_$(FLAVOUR)_$(notdir $1)),"env CASES=$(or $(CASES),$(CASES_$(FLAVOUR)_$(notdir $1))) $1",$1)
# One line per program, the output of those that fail, and how to repeat them.
check: build-tests
	@harness/test/run_tests.sh $(foreach t,$(BIN_TESTS),$(call with_cases,$t)) $(foreach s,$(SCRIPTS),"$(SCRIPT_$(s))") $(OTHER_KERNELS) $(OTHER_CORES)
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

# A sample of small mistakes in the engines, one at a time: what `odamv check` sees in a minute, what the tests see,
# what the sanitizers see. What was done is not done again; `report` fails for a survivor that nobody has looked at.
mutants: $(B)/odamv
	@for stage in check tests sanitizers; do \
	    harness/test/mutants.py run --stage $$stage --count $(or $(MUTANTS),300) --seed $(or $(SEED),1) \
	        build/mutants/results.jsonl || exit 1; done
	harness/test/mutants.py report build/mutants/results.jsonl harness/test/mutants_reasons.tsv >build/mutants/report.md

# The table of paper-notes/where-k-holds.md; three minutes.
marking: $(B)/odamv
	@paper-notes/marking.sh $<

# error / bound made as large as possible; fails where a bound does not hold. CASES answers in build/climb.
climb: $(B)/odamv
	$< check --climb --cases $(or $(CASES),10000000) --seed $(or $(SEED),1) --out build/climb

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

include experiments/reproduce.mk

deps:
	@.ci/deps $(PACKAGES)

man: $(B)/odamv.1
$(B)/odamv.1: $(B)/odamv
	help2man --no-info --name 'testbed for dynamic attention maintenance' $< -o $@

# What the shell is to take as one word; what sed is to put in as it is.
quoted  = '$(subst ','\'',$1)'
literal = $(subst |,\|,$(subst &,\&,$(subst \,\\,$1)))
# The prefix within the LIBDIR stays a variable, so that the installed tree can be moved.
libdir  = $(subst libdir=$(PREFIX)/,libdir=$${exec_prefix}/,libdir=$(LIBDIR))
$(B)/odamv.pc: engines/odamv.pc.in FORCE
	@mkdir -p $(@D)
	sed -e $(call quoted,s|@PREFIX@|$(call literal,$(PREFIX))|) -e 's|@VERSION@|$(VERSION)|' \
	    -e $(call quoted,s|libdir=@LIBDIR@|$(call literal,$(libdir))|) $< >$@

# What is installed: its mode or `link`, what it is, where it goes; one command each, since names may have blanks.
define installed
$(call $1,755,$(B)/odamv,$(PREFIX)/bin/odamv)
$(call $1,644,engines/odamv.h,$(PREFIX)/include/odamv.h)
$(call $1,644,$(B)/libodamv.a,$(LIBDIR)/libodamv.a)
$(call $1,755,$(B)/$(SHARED),$(LIBDIR)/$(SHARED))
$(call $1,link,$(SHARED),$(LIBDIR)/libodamv.so)
$(call $1,644,$(B)/odamv.pc,$(LIBDIR)/pkgconfig/odamv.pc)
$(call $1,644,$(B)/odamv.1,$(MANDIR)/man1/odamv.1)
$(call $1,644,harness/command/completion.bash,$(PREFIX)/share/bash-completion/completions/odamv)
$(call $1,644,harness/command/completion.zsh,$(PREFIX)/share/zsh/site-functions/_odamv)
$(call $1,644,harness/command/completion.fish,$(PREFIX)/share/fish/vendor_completions.d/odamv.fish)
endef
put    = $(if $(filter link,$1),ln -sf,install -D -m $1) $2 $(call quoted,$(DESTDIR)$3)
remove = rm -f $(call quoted,$(DESTDIR)$3)
absolute:
	@for path in $(foreach v,PREFIX LIBDIR MANDIR,$(call quoted,$v=$($v))); do case $$path in *=/*) ;; \
	    *) echo "$$path: expected an absolute path, from /" >&2; exit 1 ;; esac; done
install: absolute all man $(B)/odamv.pc
	$(call installed,put)
uninstall: absolute
	$(call installed,remove)

# The files that git follows; in an unpacked archive, which has no git, those that are there.
FILES := if [ -e .git ]; then git ls-files; else \
    find * .[!.]* -type f -not -path 'build/*' -not -path 'odamv-failures/*'; fi | LC_ALL=C sort
dist:
	@mkdir -p build
	($(FILES)) | tar -c -z -f build/odamv-$(VERSION).tar.gz --transform 's,^,odamv-$(VERSION)/,' \
	    --owner=0 --group=0 -T -

format:
	clang-format -i $$(find engines harness reductions experiments -name '*.[ch]')
clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
