# SPDX-License-Identifier: GPL-3.0-or-later
# Nanoseconds per operation against n: the fold's product, and reading a matrix.
load "plots/style.gp"
set logscale x 2
set logscale y
set xlabel "n"
set ylabel "ns per operation"
set key outside right center
f = data("rates")
do for [type in "svg png"] {
    eval terminal(type, 860, 440)
    eval output("rates", type)
    plot f index 0 using 1:2 with linespoints ls 1 pt 6 title "product, a = 0.25", \
         "" index 0 using 1:3 with linespoints ls 2 pt 4 title "product, a = 0.5", \
         "" index 0 using 1:4 with linespoints ls 3 pt 8 title "product, a = 0.75", \
         "" index 0 using 1:5 with linespoints ls 4 pt 1 title "product, a = 1", \
         "" index 0 using 1:6 with linespoints ls 1 pt 7 title "across, a = 0.25", \
         "" index 0 using 1:7 with linespoints ls 2 pt 5 title "across, a = 0.5", \
         "" index 0 using 1:8 with linespoints ls 3 pt 9 title "across, a = 0.75", \
         "" index 0 using 1:9 with linespoints ls 4 pt 3 title "across, a = 1", \
         "" index 0 using 1:10 with linespoints ls 5 pt 2 title "along a column"
}
