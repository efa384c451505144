# A chart, with its data. It makes errors.svg and errors.png beside this file:
#   gnuplot FILE
# Elsewhere, only one of them, a page, or in the other theme:
#   gnuplot -e "folder='DIR'; formats='svg pdf'; theme='dark'" FILE
set encoding utf8
set locale 'C'
slash = strlen(ARG0)
while (slash > 0 && ARG0[slash:slash] ne '/') { slash = slash - 1 }
picture = (exists('folder') ? folder.'/' : slash > 0 ? ARG0[1:slash] : './').'errors'
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
1 0.7566881756668865
2 0.8671436400365902
3 0.9742943262647348
4 0.8620079953428808
5 0.7267653948548617
6 0.8307950912059172
END
$mark1_2 << END
1 0.7566881756668865
2 0.8671436400365902
3 0.9742943262647348
4 0.8620079953428808
5 0.7267653948548617
6 0.8307950912059172
END
$mark1_3 << END
1 0.8810585446156979
2 1.225240577052683
3 1.3759793131592608
4 0.8325312314493097
5 0.7049419496010987
6 1.2977882303321486
END
$mark1_4 << END
1 0.8810585446156979
2 1.225240577052683
3 1.3759793131592608
4 0.8325312314493097
5 0.7049419496010987
6 1.2977882303321486
END
$mark1_5 << END
1 0.9828496124466944
2 1.026587208922252
3 1.0098214370612995
4 0.9922999536337093
5 1.0375426992880104
6 0.9597804022321392
END
$mark1_6 << END
1 0.9828496124466944
2 1.026587208922252
3 1.0098214370612995
4 0.9922999536337093
5 1.0375426992880104
6 0.9597804022321392
END
$mark2_1 << END
1 0.8554902915629577
2 0.403346838330618
3 1.0636838145552656
4 1.009873268953229
5 0.849017972741156
END
$mark2_2 << END
1 0.8554902915629577
2 0.403346838330618
3 1.0636838145552656
4 1.009873268953229
5 0.849017972741156
END
$mark2_3 << END
1 0.8379629629629629
2 1.1583856696395425
3 1.1534025374855825
4 1.2454238885200197
5 0.8694414799003912
END
$mark2_4 << END
1 0.8379629629629629
2 1.1583856696395425
3 1.1534025374855825
4 1.2454238885200197
5 0.8694414799003912
END
$mark2_5 << END
1 1.0416666666666667
2 0.9797715716706058
3 0.9688581314878894
4 1.0135472719645093
5 1.0035574528637496
END
$mark2_6 << END
1 1.0416666666666667
2 0.9797715716706058
3 0.9688581314878894
4 1.0135472719645093
5 1.0035574528637496
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
set label 'Sales, 6 months ahead: how the error grows' at screen 0.02000, screen 0.95333 left font ',21' textcolor rgb color_ink
set label 'MASE 0.84 · naive 1.05 · seasonal naive 1.00' at screen 0.02000, screen 0.90833 left textcolor rgb color_quiet
set key at screen 0.01333, screen 0.87333 left top horizontal Left reverse samplen 2 width squeeze maxcols 3 font ',13' textcolor rgb color_quiet
unset border; unset tics
set lmargin at screen 0.02000; set rmargin at screen 0.98000; set tmargin at screen 0.87333; set bmargin at screen 0.84000
plot [0:1] [0:1] NaN notitle, \
  keyentry with lines linecolor rgb color_forecast linewidth 2.6 dashtype 1 title 'model', \
  keyentry with lines linecolor rgb color_marker linewidth 1.6 dashtype 1 title 'naive', \
  keyentry with lines linecolor rgb color_baseline linewidth 1.6 dashtype 1 title 'seasonal naive'
unset label; unset key
set border 1 linecolor rgb color_marker
set grid noxtics ytics linetype 1 linecolor rgb color_grid linewidth 1
set xtics out nomirror scale 0.5 offset 0, lift textcolor rgb color_time
set ytics out nomirror scale 0 textcolor rgb color_quiet
set lmargin at screen 0.06375; set rmargin at screen 0.48833; set tmargin at screen 0.77333; set bmargin at screen 0.10333
set xrange [0.925:6.075]
set yrange [0.0:1.4310184856856312]
set xtics ('2' 2.0, '4' 4.0, '6' 6.0)
set ytics ('0.0' 0.0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1.0, '1.2' 1.2, '1.4' 1.4)
set label 'by step ahead' at screen 0.06375, screen 0.80333 left font ',15' textcolor rgb color_ink
set label 'steps ahead' at screen 0.27604, screen 0.02667 center textcolor rgb color_quiet
set label 'MASE' at screen 0.02000, screen 0.43833 center rotate by 90 textcolor rgb color_quiet
plot $mark1_1 using 1:2 with lines linecolor rgb color_forecast linewidth 2.6 dashtype 1 notitle, \
  $mark1_2 using 1:2 with points pointtype 7 pointsize 0.5 linecolor rgb color_forecast notitle, \
  $mark1_3 using 1:2 with lines linecolor rgb color_marker linewidth 1.6 dashtype 1 notitle, \
  $mark1_4 using 1:2 with points pointtype 7 pointsize 0.5 linecolor rgb color_marker notitle, \
  $mark1_5 using 1:2 with lines linecolor rgb color_baseline linewidth 1.6 dashtype 1 notitle, \
  $mark1_6 using 1:2 with points pointtype 7 pointsize 0.5 linecolor rgb color_baseline notitle
unset label
unset arrow
set lmargin at screen 0.53375; set rmargin at screen 0.97833; set tmargin at screen 0.77333; set bmargin at screen 0.10333
set xrange [0.94:5.06]
set yrange [0.0:1.2952408440608205]
set xtics ('1' 1.0, '2' 2.0, '3' 3.0, '4' 4.0, '5' 5.0)
set ytics ('0.0' 0.0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1.0, '1.2' 1.2)
set label 'by origin, the oldest first' at screen 0.53375, screen 0.80333 left font ',15' textcolor rgb color_ink
set label 'origin' at screen 0.75604, screen 0.02667 center textcolor rgb color_quiet
plot $mark2_1 using 1:2 with lines linecolor rgb color_forecast linewidth 2.6 dashtype 1 notitle, \
  $mark2_2 using 1:2 with points pointtype 7 pointsize 0.5 linecolor rgb color_forecast notitle, \
  $mark2_3 using 1:2 with lines linecolor rgb color_marker linewidth 1.6 dashtype 1 notitle, \
  $mark2_4 using 1:2 with points pointtype 7 pointsize 0.5 linecolor rgb color_marker notitle, \
  $mark2_5 using 1:2 with lines linecolor rgb color_baseline linewidth 1.6 dashtype 1 notitle, \
  $mark2_6 using 1:2 with points pointtype 7 pointsize 0.5 linecolor rgb color_baseline notitle
unset multiplot
unset output
}
