# A chart, with its data. It makes residuals.svg and residuals.png beside this file:
#   gnuplot FILE
# Elsewhere, only one of them, a page, or in the other theme:
#   gnuplot -e "folder='DIR'; formats='svg pdf'; theme='dark'" FILE
set encoding utf8
set locale 'C'
slash = strlen(ARG0)
while (slash > 0 && ARG0[slash:slash] ne '/') { slash = slash - 1 }
picture = (exists('folder') ? folder.'/' : slash > 0 ? ARG0[1:slash] : './').'residuals'
kinds = exists('formats') ? formats : 'svg png'
theme = exists('theme') ? theme : 'light'
dark = theme eq 'dark'
color_background = dark ? '#14171c' : '#ffffff'
color_ink = dark ? '#eceef1' : '#222222'
color_quiet = dark ? '#a9b0b9' : '#5c6064'
color_time = dark ? '#a9b0ba' : '#5c6065'
color_marker = dark ? '#79808a' : '#8c8f93'
color_origin = dark ? '#79808b' : '#8c8f94'
color_grid = dark ? '#2b3038' : '#e4e5e7'
color_history = dark ? '#c3c8cf' : '#444444'
color_forecast = dark ? '#56b4e9' : '#0072b2'
color_truth = dark ? '#ffffff' : '#000000'
color_backtest = dark ? '#f3904f' : '#d55e00'
color_baseline = dark ? '#3fcf9f' : '#009e73'
color_bar = dark ? '#5a6570' : '#a9b4bc'
color_fourth = dark ? '#e09ac4' : '#a14f86'
color_fifth = dark ? '#e8c04a' : '#9a7300'
color_alarm = dark ? '#ff7b7b' : '#c1121f'
$mark1_1 << END
1467331200 10.661971103348776
1470009600 16.40281733799074
1472688000 10.676057793302476
1475280000 9.471396146415145
1477958400 -2.863615202339588
1480550400 -4.198626551094264
1483228800 20.679876711577464
1485907200 10.138366701213442
1488326400 15.430816649393279
1491004800 0.9914277853054614
1493596800 3.4625202685227805
1496275200 9.70235261747871
1498867200 12.595070994435815
1501545600 8.404929005564185
1504224000 20.44295740333851
1506816000 10.961971602225674
1509494400 5.266198784420311
1512086400 4.861269778856126
END
$mark1_2 << END
1467331200 10.661971103348776
1470009600 16.40281733799074
1472688000 10.676057793302476
1475280000 9.471396146415145
1477958400 -2.863615202339588
1480550400 -4.198626551094264
1483228800 20.679876711577464
1485907200 10.138366701213442
1488326400 15.430816649393279
1491004800 0.9914277853054614
1493596800 3.4625202685227805
1496275200 9.70235261747871
1498867200 12.595070994435815
1501545600 8.404929005564185
1504224000 20.44295740333851
1506816000 10.961971602225674
1509494400 5.266198784420311
1512086400 4.861269778856126
END
$mark2_1 << END
-1.7107762248270917 2 4.577644600331598
3.2649244277072533 4 4.577644600331598
8.2406250802416 6 4.577644600331598
13.216325732775946 3 4.577644600331598
18.19202638531029 3 4.577644600331598
END
$mark3_1 << END
1 0.4619764303752111 -0.4619764303752111
2 0.4619764303752111 -0.4619764303752111
3 0.4619764303752111 -0.4619764303752111
4 0.4619764303752111 -0.4619764303752111
5 0.4619764303752111 -0.4619764303752111
6 0.4619764303752111 -0.4619764303752111
END
$mark3_2 << END
1 0.06736219142918853
2 -0.21696898520929667
3 -0.42545342126670954
4 -0.21220029721224984
5 0.15223703705744765
6 0.2506853362686564
END
$mark3_3 << END
1 0.06736219142918853
2 -0.21696898520929667
3 -0.42545342126670954
4 -0.21220029721224984
5 0.15223703705744765
6 0.2506853362686564
END
do for [kind in kinds] {
reset
if (kind eq 'svg') {
set terminal svg size 1200,658 dynamic noenhanced font 'Liberation Sans,Arial,Helvetica,sans-serif,15' background color_background
lift = 0.35; squeeze = -4
} else {
if (kind eq 'pdf') {
set terminal pdfcairo size 12.500in,6.854in noenhanced font 'Liberation Sans,15' fontscale 0.75 background color_background
} else {
set terminal pngcairo size 1200,658 noenhanced font 'Liberation Sans,15' fontscale 0.75 background color_background
}
lift = 0; squeeze = 0
}
set output picture.'.'.kind
set multiplot
set label 'Sales, 6 months ahead: errors of the backtest' at screen 0.02000, screen 0.95745 left font ',21' textcolor rgb color_ink
set label ''."'".'east'."'".' <b>{%} · a typical one of 3 series · mean error 9.06 · 18 judged steps' at screen 0.02000, screen 0.91641 left textcolor rgb color_quiet
set key at screen 0.01333, screen 0.88450 left top horizontal Left reverse samplen 2 width squeeze maxcols 1 font ',13' textcolor rgb color_quiet
unset border; unset tics
set lmargin at screen 0.02000; set rmargin at screen 0.98000; set tmargin at screen 0.88450; set bmargin at screen 0.85410
plot [0:1] [0:1] NaN notitle, \
  keyentry with filledcurves fillcolor rgb color_bar fillstyle transparent solid 0.18 noborder title 'what chance gives (95 %)'
unset label; unset key
set border 1 linecolor rgb color_marker
set grid noxtics ytics linetype 1 linecolor rgb color_grid linewidth 1
set xtics out nomirror scale 0.5 offset 0, lift textcolor rgb color_time
set ytics out nomirror scale 0 textcolor rgb color_quiet
set lmargin at screen 0.04375; set rmargin at screen 0.97833; set tmargin at screen 0.79331; set bmargin at screen 0.49544
set xrange [1466659872.0:1512757728.0]
set yrange [-5.193766681601134:21.675016842084332]
set xtics ('Jul'."\n".'2016' 1467331200.0, 'Sep' 1472688000.0, 'Nov' 1477958400.0, 'Jan'."\n".'2017' 1483228800.0, 'Mar' 1488326400.0, 'May' 1493596800.0, 'Jul' 1498867200.0, 'Sep' 1504224000.0, 'Nov' 1509494400.0)
set ytics ('−5' -5.0, '0' 0.0, '5' 5.0, '10' 10.0, '15' 15.0, '20' 20.0)
set label 'truth − forecast over time' at screen 0.04375, screen 0.82067 left font ',15' textcolor rgb color_ink
set arrow from graph 0, first 0.0 to graph 1, first 0.0 nohead linecolor rgb color_marker linewidth 1 dashtype (4,4)
plot $mark1_1 using 1:2 with impulses linecolor rgb color_quiet linewidth 1.6 dashtype 1 notitle, \
  $mark1_2 using 1:2 with points pointtype 7 pointsize 0.5 linecolor rgb color_forecast notitle
unset label
unset arrow
set lmargin at screen 0.05250; set rmargin at screen 0.48833; set tmargin at screen 0.37386; set bmargin at screen 0.09422
set xrange [-3.9995985249928907:20.480848685476087]
set yrange [0.0:6.24]
set xtics ('0' 0.0, '5' 5.0, '10' 10.0, '15' 15.0)
set ytics ('0' 0.0, '2' 2.0, '4' 4.0, '6' 6.0)
set label 'how often' at screen 0.05250, screen 0.40122 left font ',15' textcolor rgb color_ink
set label 'truth − forecast' at screen 0.27042, screen 0.02432 center textcolor rgb color_quiet
set label 'steps' at screen 0.02000, screen 0.23404 center rotate by 90 textcolor rgb color_quiet
plot $mark2_1 using 1:2:3 with boxes fillcolor rgb color_forecast fillstyle solid noborder notitle
unset label
unset arrow
set lmargin at screen 0.54500; set rmargin at screen 0.97833; set tmargin at screen 0.37386; set bmargin at screen 0.09422
set xrange [0.925:6.075]
set yrange [-0.498934544805228:0.498934544805228]
set xtics ('1' 1.0, '2' 2.0, '3' 3.0, '4' 4.0, '5' 5.0, '6' 6.0)
set ytics ('−0.4' -0.4, '−0.2' -0.2, '0.0' 0.0, '0.2' 0.2, '0.4' 0.4)
set label 'does one error tell the next? (autocorrelation)' at screen 0.54500, screen 0.40122 left font ',15' textcolor rgb color_ink
set label 'steps apart' at screen 0.76167, screen 0.02432 center textcolor rgb color_quiet
set arrow from graph 0, first 0.0 to graph 1, first 0.0 nohead linecolor rgb color_marker linewidth 1 dashtype (4,4)
plot $mark3_1 using 1:2:3 with filledcurves fillcolor rgb color_bar fillstyle transparent solid 0.18 noborder notitle, \
  $mark3_2 using 1:2 with impulses linecolor rgb color_forecast linewidth 1.6 dashtype 1 notitle, \
  $mark3_3 using 1:2 with points pointtype 7 pointsize 0.6 linecolor rgb color_forecast notitle
unset multiplot
unset output
}
