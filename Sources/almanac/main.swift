import AlmanacCommand

Almanac.main()
