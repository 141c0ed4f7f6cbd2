# SPDX-License-Identifier: GPL-3.0-or-later
# Exponent of n in the cost of an entry query and of a column query, against a.
load "plots/style.gp"
set xlabel "a  (threshold k = n^a)"
set ylabel "query exponent  (cost ∝ n^{exponent})"
set xrange [0:1.06]
set yrange [*<-0.05:2.1<*]
set key outside right center
f = data("query_exponent")
do for [type in "svg png"] {
    eval terminal(type, 900, 480)
    eval output("query_exponent", type)
    plot f index 0 using 1:3 with lines ls 2 title "column: 1 + a", \
         "" index 0 using 1:2 with lines ls 1 title "entry: a", \
         "" index "lazy column counted" using 1:2 with points pt 4 ps 1.3 lc rgb strassen title "lazy, column, counted", \
         "" index "lazy query counted" using 1:2 with points pt 6 ps 1.3 lc rgb classical title "lazy, entry, counted", \
         "" index "lazy-wc column counted" using 1:2 with points pt 2 ps 1.3 lc rgb strassen title "lazy-wc, column, counted", \
         "" index "lazy-wc query counted" using 1:2 with points pt 1 ps 1.3 lc rgb classical title "lazy-wc, entry, counted", \
         "" index "lazy column timed" using ($1-0.008):2:3:4 with yerrorbars pt 5 ps 0.8 lc rgb strassen title "lazy, column, timed", \
         "" index "lazy query timed" using ($1-0.008):2:3:4 with yerrorbars pt 7 ps 0.8 lc rgb classical title "lazy, entry, timed", \
         "" index "lazy-wc column timed" using ($1+0.012):2:3:4 with yerrorbars pt 11 ps 0.9 lc rgb strassen title "lazy-wc, column, timed", \
         "" index "lazy-wc query timed" using ($1+0.012):2:3:4 with yerrorbars pt 9 ps 0.9 lc rgb classical title "lazy-wc, entry, timed"
}
