#ifndef PUBLIC_HOLIDAYS_H
#define PUBLIC_HOLIDAYS_H

/// Lines of text, sorted by country: "DE 1991-2040 0101 0501" is the years that are known and the days (MMDD) that are
/// holidays in each of them, "DE 2026 0403 0406" those of one year beside them.
const char *public_holidays(void);

#endif
