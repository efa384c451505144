# A chart, with its data. It makes map.svg and map.png beside this file:
#   gnuplot FILE
# Elsewhere, only one of them, a page, or in the other theme:
#   gnuplot -e "folder='DIR'; formats='svg pdf'; theme='dark'" FILE
set encoding utf8
set locale 'C'
slash = strlen(ARG0)
while (slash > 0 && ARG0[slash:slash] ne '/') { slash = slash - 1 }
picture = (exists('folder') ? folder.'/' : slash > 0 ? ARG0[1:slash] : './').'map'
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
$mark1_1_2 << END
1585699200 3 1584360000 1587038400 2.5 3.5
END
$mark1_1_4 << END
1581768000 1 1579176000 1584360000 0.5 1.5
END
$mark1_1_8 << END
1585699200 1 1584360000 1587038400 0.5 1.5
1581768000 2 1576497600 1587038400 1.5 2.5
END
do for [kind in kinds] {
reset
if (kind eq 'svg') {
set terminal svg size 1200,600 dynamic noenhanced font 'Liberation Sans,Arial,Helvetica,sans-serif,15' background color_background
lift = 0.35; squeeze = -4
} else {
if (kind eq 'pdf') {
set terminal pdfcairo size 12.500in,6.250in noenhanced font 'Liberation Sans,15' fontscale 0.75 background color_background
} else {
set terminal pngcairo size 1200,600 noenhanced font 'Liberation Sans,15' fontscale 0.75 background color_background
}
lift = 0; squeeze = 0
}
set output picture.'.'.kind
set multiplot
set label 'Map' at screen 0.02000, screen 0.95333 left font ',21' textcolor rgb color_ink
unset key
set border 1 linecolor rgb color_marker
set grid noxtics ytics linetype 1 linecolor rgb color_grid linewidth 1
set xtics out nomirror scale 0.5 offset 0, lift textcolor rgb color_time
set ytics out nomirror scale 0 textcolor rgb color_quiet
set lmargin at screen 0.05250; set rmargin at screen 0.97833; set tmargin at screen 0.85000; set bmargin at screen 0.08333
set xrange [1576497600.0:1587038400.0]
set yrange [0.5:3.5]
set xtics ('Jan'."\n".'2020' 1577836800.0, 'Feb' 1580515200.0, 'Mar' 1583020800.0, 'Apr' 1585699200.0)
set ytics ('1' 1.0, '2' 2.0, '3' 3.0)
set label 'map' at screen 0.05250, screen 0.88000 left font ',15' textcolor rgb color_ink
set label 'ahead' at screen 0.02000, screen 0.46667 center rotate by 90 textcolor rgb color_quiet
plot $mark1_1_2 using 1:2:3:4:5:6 with boxxyerror fillcolor rgb color_forecast fillstyle transparent solid 0.250 noborder notitle, \
  $mark1_1_4 using 1:2:3:4:5:6 with boxxyerror fillcolor rgb color_forecast fillstyle transparent solid 0.500 noborder notitle, \
  $mark1_1_8 using 1:2:3:4:5:6 with boxxyerror fillcolor rgb color_forecast fillstyle transparent solid 1.000 noborder notitle
unset multiplot
unset output
}
