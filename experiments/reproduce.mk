# SPDX-License-Identifier: GPL-3.0-or-later
#
# The main job, all of it in build/reproduce and index.html there: the engines in lockstep on a random
# problem, and how far their answers are apart against the sum of their bounds; the hinted product on
# a graph, compared with the boolean product (which members of the karate club reach which through a
# friendship between the clubs); costs counted and timed, fitted, drawn. Ten to fifteen minutes on two
# cores. What was interrupted goes on where it was; a program built anew starts anew.
# make reproduce-full: n up to 8192, more seeds, in build/reproduce-full; hours.
R       := build/reproduce
TIMED   := 256..2048:3 4096:2# sizes:seeds
QUICK   :=# --quick: small problems in the figures that measure by themselves, and no check of the engines
FIGURES := $(filter-out style,$(basename $(notdir $(wildcard plots/*.gp))))
ROWS     = --rows $(R)/counts.jsonl --rows $(R)/times.jsonl
A_LIST  := 0.25,0.5,0.75,1

.PHONY: reproduce reproduce-full figures
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
	$(B)/odamv gen --m 256 --n 256 --d 64 --p 64 --ops $(if $(QUICK),500,20000) --seed $(or $(SEED),1) --out $(R) >/dev/null
	$(B)/odamv run $$($(B)/odamv engines --json | sed 's/^{"name": "\([^"]*\)".*/--engine \1/') --scale 0.125 --q $(R)/Q.npy --k $(R)/K.npy \
	    --v $(R)/V.npy --trace $(R)/ops.trace >$(R)/answers.txt
	for how in $(if $(QUICK),,'--seed $(or $(SEED),1) --out $(R)/failures' '--saboteurs --out $(R)/saboteurs'); do \
	    $(B)/odamv check $$how >$(R)/check.txt; status=$$?; tail -n 3 $(R)/check.txt; [ $$status = 0 ] || exit 1; done
	$(B)/odamv hmv --m reductions/data/karate.mtx --p reductions/data/karate_split.mtx \
	    --v reductions/data/karate.mtx --all >$@

# Counts: multiplications from n = 2^8, all operations as far as the lower orders need to die out.
COUNT := curve --measure ops --out $(R)/counts.jsonl
$(R)/counts.done: $(R)/checked.txt
	$(B)/odamv $(COUNT) --engine naive --engine direct --engine eager --sizes '2^8..2^44*16'
	$(B)/odamv $(COUNT) --engine naive --engine direct --engine eager --sizes '2^11..2^50*8' --quantity query,column
	$(B)/odamv $(COUNT) --engine lazy --engine lazy-wc --a $(A_LIST) --matmul classical,strassen,hk424 --leaf 1 --sizes '2^8..2^44*16'
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
