#include "plain_rows.h"

#include <string.h>

static const uint64_t ones = 0x0101010101010101;
static const uint64_t tops = 0x8080808080808080;

// The top bit of the first byte of eight that is a letter; what is set above that means nothing.
static uint64_t found(uint64_t eight, uint64_t letter) {
  uint64_t differing = eight ^ letter;
  return (differing - ones) & ~differing & tops;
}

static bool is_end(uint8_t byte) { return byte == '\r' || byte == '\n'; }

struct plain_rows plain_rows_cut(const uint8_t *bytes, size_t count, uint8_t delimiter, struct plain_place *place,
                                 uint8_t *text, ptrdiff_t *ends, ptrdiff_t *rows, ptrdiff_t *lines) {
  const uint64_t delimiters = delimiter * ones, returns = '\r' * ones, feeds = '\n' * ones;
  const struct plain_place from = *place;
  struct plain_place now = from;
  struct plain_rows cut = {0};
  size_t at = 0, size = 0, cells = 0;
  bool is_empty = true;
  while (at < count) {
    uint8_t byte = bytes[at];
    if ((byte == ' ' || byte == '\t') && byte != delimiter) {
      at++;
      continue;
    }
    if (is_empty && is_end(byte)) {
      // The second letter of a CRLF ends no line of its own.
      bool is_second = byte == '\n' && now.after_return;
      now.after_return = byte == '\r';
      if (!is_second) now.line++;
      at++;
    } else {
      size_t start = size;
      // Up to the end of the cell, eight bytes at a time.
      for (;;) {
        if (count - at < 8) {
          while (at < count && bytes[at] != delimiter && !is_end(bytes[at])) text[size++] = bytes[at++];
          break;
        }
        uint64_t eight;
        memcpy(&eight, bytes + at, 8);
        memcpy(text + size, &eight, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        eight = __builtin_bswap64(eight);
#endif
        uint64_t stops = found(eight, delimiters) | found(eight, returns) | found(eight, feeds);
        size_t passed = stops == 0 ? 8 : (size_t)__builtin_ctzll(stops) / 8;
        at += passed;
        size += passed;
        if (stops != 0) break;
      }
      // Without its end the row comes again.
      if (at == count) break;
      byte = bytes[at++];
      while (size > start && (text[size - 1] == ' ' || text[size - 1] == '\t')) size--;
      ends[cells++] = from.position + (ptrdiff_t)size;
      is_empty = byte != delimiter;
      if (!is_empty) continue;
      rows[cut.rows] = from.cell + (ptrdiff_t)cells;
      lines[cut.rows++] = now.line++;
      now.after_return = byte == '\r';
    }
    cut.read = at;
    cut.text = size;
    cut.cells = cells;
    now.position = from.position + (ptrdiff_t)size;
    now.cell = from.cell + (ptrdiff_t)cells;
    *place = now;
  }
  return cut;
}
