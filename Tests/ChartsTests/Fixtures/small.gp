# A chart, with its data. It makes small.svg and small.png beside this file:
#   gnuplot FILE
# Elsewhere, or only one of them:
#   gnuplot -e "folder='DIR'; formats='svg'" FILE
set encoding utf8
set locale 'C'
slash = strlen(ARG0)
while (slash > 0 && ARG0[slash:slash] ne '/') { slash = slash - 1 }
picture = (exists('folder') ? folder.'/' : slash > 0 ? ARG0[1:slash] : './').'small'
kinds = exists('formats') ? formats : 'svg png'
$band1_1 << END
1593561600 2.5 5.5
1596240000 4 8
END
$band1_2 << END
1593561600 3 5
1596240000 4.5 7.5
END
$history1 << END
1577836800 1
1580515200 3
1583020800 2
1585699200 4
1588291200 3
1590969600 5
END
$baseline1 << END
1588291200 2
1590969600 4
END
$truth1 << END
1588291200 3
1590969600 5
END
$fold1 << END
1588291200 2.8
1590969600 5.4
END
$forecast1 << END
1593561600 4
1596240000 6
END
do for [kind in kinds] {
reset
if (kind eq 'svg') {
set terminal svg size 1200,600 dynamic noenhanced font 'Liberation Sans,Arial,Helvetica,sans-serif,15' background '#ffffff'
lift = 0.35; squeeze = -4
} else {
set terminal pngcairo size 1200,600 noenhanced font 'Liberation Sans,15' fontscale 0.75 background '#ffffff'
lift = 0; squeeze = 0
}
set output picture.'.'.kind
set label 'Two steps ahead' at screen 0.05250, screen 0.95333 left font ',21' textcolor rgb '#222222'
set label 'MASE 0.62 · seasonal naive 1.31' at screen 0.05250, screen 0.90833 left textcolor rgb '#666666'
set key at screen 0.04583, screen 0.87333 left top horizontal Left reverse samplen 2 width squeeze maxcols 7 font ',13' textcolor rgb '#666666'
set border 1 linecolor rgb '#999999'
set grid noxtics ytics linetype 1 linecolor rgb '#E4E4E4' linewidth 1
set xtics out nomirror scale 0.5 offset 0, lift textcolor rgb '#666666'
set ytics out nomirror scale 0 textcolor rgb '#666666'
set lmargin at screen 0.05250; set rmargin at screen 0.97833; set tmargin at screen 0.78667; set bmargin at screen 0.09667
set xrange [1576497600.0:1597579200.0]
set yrange [0.6499999999999999:8.35]
set xtics ('Jan'."\n".'2020' 1577836800.0, 'Feb' 1580515200.0, 'Mar' 1583020800.0, 'Apr' 1585699200.0, 'May' 1588291200.0, 'Jun' 1590969600.0, 'Jul' 1593561600.0, 'Aug' 1596240000.0)
set ytics ('2' 2.0, '4' 4.0, '6' 6.0, '8' 8.0)
set label '°C' at screen 0.02000, screen 0.44167 center rotate by 90 textcolor rgb '#666666'
set arrow from first 1590969600.0, graph 0 to first 1590969600.0, graph 1 nohead linecolor rgb '#999999' linewidth 1 dashtype (3,3)
set label 'origin' at first 1590969600.0, graph 1 center offset character 0, 0.5 font ',13' textcolor rgb '#666666'
plot $band1_1 using 1:2:3 with filledcurves fillcolor rgb '#0072B2' fillstyle transparent solid 0.160 noborder notitle, \
  $band1_2 using 1:2:3 with filledcurves fillcolor rgb '#0072B2' fillstyle transparent solid 0.160 noborder notitle, \
  $history1 using 1:2 with lines linecolor rgb '#444444' linewidth 1.5 dashtype 1 notitle, \
  $baseline1 using 1:2 with lines linecolor rgb '#009E73' linewidth 1.2 dashtype 1 notitle, \
  $truth1 using 1:2 with lines linecolor rgb '#000000' linewidth 2.2 dashtype 1 notitle, \
  $fold1 using 1:2 with lines linecolor rgb '#D55E00' linewidth 2 dashtype (8,5) notitle, \
  $forecast1 using 1:2 with lines linecolor rgb '#0072B2' linewidth 2.4 dashtype 1 notitle, \
  keyentry with lines linecolor rgb '#444444' linewidth 1.5 dashtype 1 title 'history', \
  keyentry with lines linecolor rgb '#0072B2' linewidth 2.4 dashtype 1 title 'forecast', \
  keyentry with filledcurves fillcolor rgb '#0072B2' fillstyle transparent solid 0.294 noborder title '80 % interval', \
  keyentry with filledcurves fillcolor rgb '#0072B2' fillstyle transparent solid 0.160 noborder title '95 % interval', \
  keyentry with lines linecolor rgb '#000000' linewidth 2.2 dashtype 1 title 'held out', \
  keyentry with lines linecolor rgb '#D55E00' linewidth 2 dashtype (8,5) title 'backtest', \
  keyentry with lines linecolor rgb '#009E73' linewidth 1.2 dashtype 1 title 'seasonal naive'
unset output
}
