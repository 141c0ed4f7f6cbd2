# SPDX-License-Identifier: GPL-3.0-or-later
# Exponent of n in the cost of a K update, against a.
load "plots/style.gp"
set xlabel "a  (threshold k = n^a)"
set ylabel "update exponent  (cost ∝ n^{exponent})"
set xrange [0:1.06]
set yrange [*<1.2:2.1<*]
set key outside right center
f = data("update_exponent")
do for [type in "svg png"] {
    eval terminal(type, 900, 480)
    eval output("update_exponent", type)
    plot f index "curves: a, classical, strassen, published omega(1,1,a) - a, reported, hk424" using 1:2 with lines ls 1 title "classical: 2", \
         "" index 0 using 1:3 with lines ls 2 title "Strassen: 2 − 0.1926 a", \
         "" index 0 using 1:4 with lines ls 3 title "ω(1,1,a) − a, published", \
         "" index 0 using 1:5 with lines ls 4 title "ω(1,1,a) − a, reported 2026", \
         "" index 0 using 1:6 with lines ls 5 title "lazy, ⟨4,2,4;26⟩: 2 − 0.2996 a to 1/2", \
         "" index "lazy classical counted" using 1:2 with points pt 6 ps 1.3 lc rgb classical title "lazy, classical, counted", \
         "" index "lazy strassen counted" using 1:2 with points pt 4 ps 1.3 lc rgb strassen title "lazy, Strassen, counted", \
         "" index "lazy-wc classical counted" using 1:2 with points pt 1 ps 1.3 lc rgb classical title "lazy-wc, classical, counted", \
         "" index "lazy-wc strassen counted" using 1:2 with points pt 2 ps 1.3 lc rgb strassen title "lazy-wc, Strassen, counted", \
         "" index "lazy hk424 counted" using 1:2 with points pt 12 ps 1.4 lc rgb "#1b7837" title "lazy, ⟨4,2,4;26⟩, counted", \
         "" index "lazy-wc hk424 counted" using 1:2 with points pt 3 ps 1.3 lc rgb "#1b7837" title "lazy-wc, ⟨4,2,4;26⟩, counted", \
         "" index "lazy classical timed" using ($1-0.008):2:3:4 with yerrorbars pt 7 ps 0.8 lc rgb classical title "lazy, classical, timed", \
         "" index "lazy strassen timed" using ($1+0.008):2:3:4 with yerrorbars pt 5 ps 0.8 lc rgb strassen title "lazy, Strassen, timed", \
         "" index "lazy-wc classical timed" using ($1-0.02):2:3:4 with yerrorbars pt 9 ps 0.9 lc rgb classical title "lazy-wc, classical, timed", \
         "" index "lazy-wc strassen timed" using ($1+0.02):2:3:4 with yerrorbars pt 11 ps 0.9 lc rgb strassen title "lazy-wc, Strassen, timed"
}
