# SPDX-License-Identifier: GPL-3.0-or-later
#
# make             build/release/odamv and libodamv
# make check       the tests            [MODULE=engines SEED=7 CASES=100]
# make san         the tests under the address and undefined-behaviour sanitizers
# make valgrind    the tests that take a small size, under valgrind
# make cov         line coverage of the tests
# make bench       ratios measured in one run, into build/bench.tsv
# make reproduce   the main job
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
            libflint-dev libcmocka-dev libjansson-dev libsuitesparse-dev gnuplot-nox help2man \
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
override CPPFLAGS += -Iengines -DODAMV_VERSION='"$(VERSION)"' \
                     $(shell pkg-config --cflags openblas gsl sleef)
# GSL without its own slow BLAS, which would otherwise shadow OpenBLAS.
LIBS_ENGINES := -lsleef $(shell pkg-config --libs openblas) -ldl -lm
LIBS_PROGRAM := -lgsl $(if $(wildcard $(addsuffix /arb.h,/usr/include /usr/local/include)),-lflint-arb,) -lflint

ENGINES  := $(sort $(wildcard engines/*.c engines/matmul/*.c))
PROGRAM  := $(sort $(wildcard harness/*.c reductions/*.c experiments/*.c))
MAIN     := harness/main.c
TESTS    := $(sort $(wildcard $(if $(MODULE),$(MODULE)/test/test_*.c,*/test/test_*.c */*/test/test_*.c)))
PLUGINS  := $(sort $(wildcard */test/plugin_*.c))

OBJ_ENGINES := $(ENGINES:%.c=$(B)/%.o)
OBJ_PROGRAM := $(filter-out $(MAIN:%.c=$(B)/%.o),$(PROGRAM:%.c=$(B)/%.o))
BIN_TESTS   := $(TESTS:%.c=$(B)/%)
SO_PLUGINS  := $(PLUGINS:%.c=$(B)/%.so)

.PHONY: all check san tsan cov valgrind bench reproduce deps install uninstall clean format man
.DELETE_ON_ERROR:
.SECONDARY:

all: $(B)/odamv $(B)/libodamv.a $(B)/libodamv.so.1

ifeq ($(shell uname -m),x86_64)
$(B)/%_avx512.o: override CFLAGS += -mavx512f -mavx512dq -mavx512vl -mavx512bw -mavx2 -mfma -mprefer-vector-width=512
$(B)/%_avx2.o:   override CFLAGS += -mavx2 -mfma
endif

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(B)/libodamv.a: $(OBJ_ENGINES)
	$(AR) rcs $@ $^
$(B)/libodamv.so.1: $(OBJ_ENGINES)
	$(CC) $(CFLAGS) -shared -Wl,-soname,libodamv.so.1 $(LDFLAGS) $^ -o $@ $(LIBS_ENGINES)
$(B)/libprogram.a: $(OBJ_PROGRAM)
	$(AR) rcs $@ $^
$(B)/odamv: $(MAIN:%.c=$(B)/%.o) $(B)/libprogram.a $(B)/libodamv.a
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ $(LIBS_PROGRAM) $(LIBS_ENGINES)

# A test sees the whole program but its main; a plug-in sees nothing but odamv.h.
$(B)/%: $(B)/%.o $(B)/libprogram.a $(B)/libodamv.a
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ -lcmocka $(LIBS_PROGRAM) $(LIBS_ENGINES)
$(B)/%.so: %.c engines/odamv.h
	@mkdir -p $(@D)
	$(CC) -Iengines $(CFLAGS) -shared $< -o $@ -lm

-include $(shell find $(B) -name '*.d' 2>/dev/null)
