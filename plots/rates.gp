# SPDX-License-Identifier: GPL-3.0-or-later
# Nanoseconds per operation against n: products, and reading and adding to a matrix.
load "plots/style.gp"
set logscale x 2
set logscale y
set xlabel "n"
set ylabel "ns per operation"
set key outside right center
f = data("rates")
a = "0.25 0.5 0.75 1"
do for [type in "svg png"] {
    eval terminal(type, 860, 440)
    eval output("rates", type)
    plot for [i=0:3] f index 0 using 1:(column(2+i)) with linespoints ls i+1 pt 6 title "product, a = ".word(a, i+1), \
         for [i=0:3] "" index 0 using 1:(column(6+i)) with linespoints ls i+1 pt 4 title "piece, a = ".word(a, i+1), \
         for [i=0:3] "" index 0 using 1:(column(10+i)) with linespoints ls i+1 pt 9 title "across, a = ".word(a, i+1), \
         "" index 0 using 1:14 with linespoints ls 5 pt 2 title "along a column"
}
