# A chart, with its data. It makes panels.svg and panels.png beside this file:
#   gnuplot FILE
# Elsewhere, only one of them, a page, or in the other theme:
#   gnuplot -e "folder='DIR'; formats='svg pdf'; theme='dark'" FILE
set encoding utf8
set locale 'C'
slash = strlen(ARG0)
while (slash > 0 && ARG0[slash:slash] ne '/') { slash = slash - 1 }
picture = (exists('folder') ? folder.'/' : slash > 0 ? ARG0[1:slash] : './').'panels'
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
1577836800 1 5
1580515200 2 6
1583020800 NaN NaN
1585699200 4 8
END
$mark1_2 << END
1577836800 2
1580515200 3
1583020800 NaN
1585699200 5
END
$mark1_3 << END
1577836800 2
1580515200 2
1583020800 3
1585699200 4
END
$mark1_4 << END
1585699200 5
END
$mark2_1 << END
1 4 1
2 6 1
3 2 1
END
$mark3_1 << END
1 0.5
2 -0.25
3 0.1
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
set label 'Parts' at screen 0.02000, screen 0.95745 left font ',21' textcolor rgb color_ink
set label 'one · two' at screen 0.02000, screen 0.91641 left textcolor rgb color_quiet
set key at screen 0.01333, screen 0.88450 left top horizontal Left reverse samplen 2 width squeeze maxcols 4 font ',13' textcolor rgb color_quiet
unset border; unset tics
set lmargin at screen 0.02000; set rmargin at screen 0.98000; set tmargin at screen 0.88450; set bmargin at screen 0.85410
plot [0:1] [0:1] NaN notitle, \
  keyentry with filledcurves fillcolor rgb color_forecast fillstyle transparent solid 0.18 noborder title 'interval', \
  keyentry with lines linecolor rgb color_history linewidth 1.5 dashtype 1 title 'readings', \
  keyentry with lines linecolor rgb color_backtest linewidth 2 dashtype (8,5) title 'plan', \
  keyentry with points pointtype 7 pointsize 1.0 linecolor rgb color_alarm title 'outside'
unset label; unset key
set border 1 linecolor rgb color_marker
set grid noxtics ytics linetype 1 linecolor rgb color_grid linewidth 1
set xtics out nomirror scale 0.5 offset 0, lift textcolor rgb color_time
set ytics out nomirror scale 0 textcolor rgb color_quiet
set lmargin at screen 0.05250; set rmargin at screen 0.97833; set tmargin at screen 0.79331; set bmargin at screen 0.49544
set xrange [1577718864.0:1585817136.0]
set yrange [0.72:8.28]
set xtics ('Jan'."\n".'2020' 1577836800.0, 'Feb' 1580515200.0, 'Mar' 1583020800.0, 'Apr' 1585699200.0)
set ytics ('2' 2.0, '4' 4.0, '6' 6.0, '8' 8.0)
set label 'over time' at screen 0.05250, screen 0.82067 left font ',15' textcolor rgb color_ink
set label '°C' at screen 0.02000, screen 0.64438 center rotate by 90 textcolor rgb color_quiet
plot $mark1_1 using 1:2:3 with filledcurves fillcolor rgb color_forecast fillstyle transparent solid 0.18 noborder notitle, \
  $mark1_2 using 1:2 with lines linecolor rgb color_history linewidth 1.5 dashtype 1 notitle, \
  $mark1_3 using 1:2 with lines linecolor rgb color_backtest linewidth 2 dashtype (8,5) notitle, \
  $mark1_4 using 1:2 with points pointtype 7 pointsize 1.0 linecolor rgb color_alarm notitle
unset label
unset arrow
set lmargin at screen 0.05250; set rmargin at screen 0.48833; set tmargin at screen 0.37386; set bmargin at screen 0.09422
set xrange [0.5:3.5]
set yrange [0.0:6.24]
set xtics ('1' 1.0, '2' 2.0, '3' 3.0)
set ytics ('0' 0.0, '2' 2.0, '4' 4.0, '6' 6.0)
set label 'how often' at screen 0.05250, screen 0.40122 left font ',15' textcolor rgb color_ink
set label 'error' at screen 0.27042, screen 0.02432 center textcolor rgb color_quiet
set label 'steps' at screen 0.02000, screen 0.23404 center rotate by 90 textcolor rgb color_quiet
plot $mark2_1 using 1:2:3 with boxes fillcolor rgb color_forecast fillstyle solid noborder notitle
unset label
unset arrow
set lmargin at screen 0.54500; set rmargin at screen 0.97833; set tmargin at screen 0.37386; set bmargin at screen 0.07599
set xrange [0.97:3.03]
set yrange [-0.28:0.53]
set xtics ('1' 1.0, '2' 2.0, '3' 3.0)
set ytics ('−0.2' -0.2, '0.0' 0.0, '0.2' 0.2, '0.4' 0.4)
set label 'impulses' at screen 0.54500, screen 0.40122 left font ',15' textcolor rgb color_ink
set arrow from graph 0, first 0.0 to graph 1, first 0.0 nohead linecolor rgb color_marker linewidth 1 dashtype (4,4)
plot $mark3_1 using 1:2 with impulses linecolor rgb color_forecast linewidth 1.6 dashtype 1 notitle
unset multiplot
unset output
}
