# A chart, with its data. It makes crude-oil.svg and crude-oil.png beside this file:
#   gnuplot FILE
# Elsewhere, or only one of them:
#   gnuplot -e "folder='DIR'; formats='svg'" FILE
set encoding utf8
set locale 'C'
slash = strlen(ARG0)
while (slash > 0 && ARG0[slash:slash] ne '/') { slash = slash - 1 }
picture = (exists('folder') ? folder.'/' : slash > 0 ? ARG0[1:slash] : './').'crude-oil'
kinds = exists('formats') ? formats : 'svg png'
$history1 << END
1539043200 74.95
1539129600 73.18
1539216000 70.97
1539302400 71.41
1539561600 71.84
1539648000 71.93
1539734400 69.63
1539820800 68.63
1539907200 69.16
1540166400 69.25
1540252800 66.49
1540339200 66.56
1540425600 67.25
1540512000 67.58
1540771200 67
1540857600 66.18
1540944000 65.31
1541030400 63.67
1541116800 63.12
1541376000 63.12
1541462400 62.16
1541548800 61.69
1541635200 60.71
1541721600 60.19
1541980800 59.85
1542067200 55.63
1542153600 56.16
1542240000 56.45
1542326400 56.49
1542585600 57.16
1542672000 53.39
1542758400 54.41
1542844800 NaN
1542931200 NaN
1543190400 51.46
1543276800 51.31
1543363200 50.06
1543449600 51.46
1543536000 50.78
1543795200 52.98
1543881600 53.21
1543968000 52.64
1544054400 51.54
1544140800 52.76
1544400000 51.07
1544486400 51.65
1544572800 51.04
1544659200 52.69
1544745600 51.26
1545004800 49.8
1545091200 46.12
1545177600 47.96
1545264000 45.64
1545350400 45.38
1545609600 NaN
1545696000 NaN
1545782400 46.04
1545868800 44.48
1545955200 45.15
1546214400 NaN
END
$baseline1 << END
1545091200 51.65
1545177600 51.04
1545264000 52.69
1545350400 51.26
1545609600 49.8
1545696000 51.65
1545782400 51.04
1545868800 52.69
1545955200 51.26
1546214400 49.8
END
$truth1 << END
1545091200 46.12
1545177600 47.96
1545264000 45.64
1545350400 45.38
1545609600 NaN
1545696000 NaN
1545782400 46.04
1545868800 44.48
1545955200 45.15
1546214400 NaN
END
$fold1 << END
1545091200 49.58345829166106
1545177600 49.620623371978304
1545264000 49.700526466731574
1545350400 49.66700956800257
1545609600 49.5037044760437
1545696000 49.22346644274784
1545782400 49.607605949342116
1545868800 49.685596867401415
1545955200 49.63925969781338
1546214400 49.79165593301283
END
$forecast1 << END
1546300800 44.86465829191788
1546387200 44.723436046329084
1546473600 44.316706698818706
1546560000 44.28939975186098
1546819200 44.09565340879489
1546905600 43.60828224634659
1546992000 44.209794419513784
1547078400 44.24182118318944
1547164800 44.449540718732685
1547424000 44.65912903460545
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
set label 'Crude oil (WTI), ten business days ahead' at screen 0.06000, screen 0.95333 left font ',21' textcolor rgb '#222222'
set label 'MASE 1.25 · naive 1.29 · seasonal naive 1.52 · 10 folds of 10 steps' at screen 0.06000, screen 0.90833 left textcolor rgb '#666666'
set key at screen 0.05333, screen 0.87333 left top horizontal Left reverse samplen 2 width squeeze maxcols 5 font ',13' textcolor rgb '#666666'
set border 1 linecolor rgb '#999999'
set grid noxtics ytics linetype 1 linecolor rgb '#E4E4E4' linewidth 1
set xtics out nomirror scale 0.5 offset 0, lift textcolor rgb '#666666'
set ytics out nomirror scale 0 textcolor rgb '#666666'
set lmargin at screen 0.06000; set rmargin at screen 0.97833; set tmargin at screen 0.78667; set bmargin at screen 0.09667
set xrange [1538917488.0:1547549712.0]
set yrange [42.04119635866392:76.51708588768267]
set xtics ('15 Oct'."\n".'2018' 1539561600.0, '29 Oct' 1540771200.0, '12 Nov' 1541980800.0, '26 Nov' 1543190400.0, '10 Dec' 1544400000.0, '24 Dec' 1545609600.0, '7 Jan'."\n".'2019' 1546819200.0)
set ytics ('50' 50.0, '60' 60.0, '70' 70.0)
set label 'US dollars a barrel' at screen 0.02000, screen 0.44167 center rotate by 90 textcolor rgb '#666666'
set arrow from first 1546214400.0, graph 0 to first 1546214400.0, graph 1 nohead linecolor rgb '#999999' linewidth 1 dashtype (3,3)
set label 'origin' at first 1546214400.0, graph 1 center offset character 0, 0.5 font ',13' textcolor rgb '#666666'
plot $history1 using 1:2 with lines linecolor rgb '#444444' linewidth 1.5 dashtype 1 notitle, \
  $baseline1 using 1:2 with lines linecolor rgb '#009E73' linewidth 1.2 dashtype 1 notitle, \
  $truth1 using 1:2 with lines linecolor rgb '#000000' linewidth 2.2 dashtype 1 notitle, \
  $fold1 using 1:2 with lines linecolor rgb '#D55E00' linewidth 2 dashtype (8,5) notitle, \
  $forecast1 using 1:2 with lines linecolor rgb '#0072B2' linewidth 2.4 dashtype 1 notitle, \
  keyentry with lines linecolor rgb '#444444' linewidth 1.5 dashtype 1 title 'history', \
  keyentry with lines linecolor rgb '#0072B2' linewidth 2.4 dashtype 1 title 'forecast', \
  keyentry with lines linecolor rgb '#000000' linewidth 2.2 dashtype 1 title 'held out', \
  keyentry with lines linecolor rgb '#D55E00' linewidth 2 dashtype (8,5) title 'backtest', \
  keyentry with lines linecolor rgb '#009E73' linewidth 1.2 dashtype 1 title 'seasonal naive'
unset output
}
