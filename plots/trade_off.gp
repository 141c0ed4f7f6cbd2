# SPDX-License-Identifier: GPL-3.0-or-later
# The trade-off plane: exponent of an entry query across, of a K update up.
load "plots/style.gp"
set xlabel "query exponent  (one entry)"
set ylabel "update exponent  (one K update)"
set xrange [*<-0.08:2.2<*]
set yrange [-0.12:2.2<*]
set key outside right center
set label 1 "grey: at most this is\nforbidden by the\nMv-hinted conjecture" at 0.48, 0.8 center front
set label 2 "dark: with the bounds\nreported in 2026" at 0.48, 0.25 center front
set label 3 "hatched: reported\nno longer forbidden" at 0.04, 1.22 left front
set arrow 1 from 0.08, 1.3 to 0.05, 1.9 front linewidth 1
f = data("trade_off")
do for [type in "svg png"] {
    eval terminal(type, 960, 540)
    eval output("trade_off", type)
    plot f index 0 using 1:2 with filledcurves y1=-0.12 fc rgb "#eeeeee" notitle, \
         "" index 0 using 1:5 with filledcurves y1=-0.12 fc rgb "#dadada" notitle, \
         "" index "no longer forbidden: q, lower end, upper end" using 1:2:3 with filledcurves fs pattern 4 border fc rgb "#000000" notitle, \
         "" index 0 using 1:4 with lines ls 1 title "classical: 2", \
         "" index 0 using 1:3 with lines ls 2 title "Strassen: 2 − 0.1926 a", \
         "" index 0 using 1:2 with lines ls 3 title "ω(1,1,a) − a, published", \
         "" index 0 using 1:5 with lines ls 4 title "ω(1,1,a) − a, reported 2026", \
         "" index "lazy classical counted" using 1:2 with points pt 6 ps 1.4 lc rgb classical title "lazy, classical, counted", \
         "" index "lazy strassen counted" using 1:2 with points pt 4 ps 1.4 lc rgb strassen title "lazy, Strassen, counted", \
         "" index "others counted" using 1:2 with points pt 8 ps 1.6 lc rgb other title "naive, direct, eager, counted", \
         "" index "others counted" using 1:2:3 with labels offset 1.2,0.8 left notitle, \
         "" index "lazy classical timed" using 1:2 with points pt 7 ps 0.8 lc rgb classical title "lazy, classical, timed", \
         "" index "lazy strassen timed" using 1:2 with points pt 5 ps 0.8 lc rgb strassen title "lazy, Strassen, timed", \
         "" index "others timed" using 1:2 with points pt 9 ps 0.9 lc rgb other title "direct, eager, timed"
}
