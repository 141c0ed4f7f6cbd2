# SPDX-License-Identifier: GPL-3.0-or-later
# Share of K updates that cost at least so much.
load "plots/style.gp"
set logscale xy
set format x "10^{%T}"
set format y "10^{%T}"
set yrange [*:1.2]
set ylabel "share of updates that cost at least that"
f = data("burst")
do for [type in "svg png"] {
    eval terminal(type, 980, 420)
    eval output("burst", type)
    set multiplot layout 1,2
    set xlabel "operations of a single K update"
    plot f index "lazy operations" using 1:2 with steps ls 1 notitle, \
         "" index "lazy operations" using 1:2 with points pt 7 ps 0.6 lc rgb classical title "lazy", \
         "" index "lazy-wc operations" using 1:2 with steps ls 2 notitle, \
         "" index "lazy-wc operations" using 1:2 with points pt 4 ps 0.7 lc rgb strassen title "lazy-wc"
    set xlabel "seconds of a single K update"
    plot f index "lazy seconds" using 1:2 with lines ls 1 title "lazy", \
         "" index "lazy-wc seconds" using 1:2 with lines ls 2 title "lazy-wc"
    unset multiplot
}
