#ifndef ALMANAC_PLAIN_ROWS_H
#define ALMANAC_PLAIN_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Where a text stands between two rows.
struct plain_place {
  // The bytes of all cells so far, and how many cells they are.
  ptrdiff_t position, cell;
  // The line that comes next, from 1, and whether a CR ended the one before, so that an LF only ends it too.
  ptrdiff_t line;
  bool after_return;
};

// What was cut: bytes that were read, bytes of cells, cells, and rows that have some.
struct plain_rows {
  size_t read, text, cells, rows;
};

// Cuts the rows that are whole in some bytes, which begin with a row and hold no quote, as libcsv cuts them: a cell has no
// blanks or tabs around it, rows end in CR, LF or both, and a row of blanks alone has no cells.
//
// The delimiter is no end of a line. Each array has room for as many elements as there are bytes.
//
// place: where the bytes stand in all of the text, then where the row behind those that were cut does.
// text: the bytes of the cells one after another; ends: where each ends, counted from the first cell of all; rows: how many
// cells there are up to the end of each row, likewise; lines: the line of each row.
struct plain_rows plain_rows_cut(const uint8_t *bytes, size_t count, uint8_t delimiter, struct plain_place *place,
                                 uint8_t *text, ptrdiff_t *ends, ptrdiff_t *rows, ptrdiff_t *lines);

#endif
