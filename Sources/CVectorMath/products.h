// Matrix products for weights that stay the same over many time steps, written once over S, LANES and ROWS (the rows of
// one tile). levels.h includes this file after loops.h, once for each scalar and instruction level.
//
// A matrix of k rows is packed into panels of WIDTH columns: panel after panel, row after row, short panels filled with
// zeros. A tile is ROWS × WIDTH sums that stay in registers while k runs.

#define WIDTH (2 * LANES)

/// The tile of the most rows that fit into what is left.
#define LARGEST(TILE, left)             \
  if (left >= ROWS) {                   \
    TILE(ROWS);                         \
  } else if (left >= 8 && ROWS > 8) {   \
    TILE(8);                            \
  } else if (left >= 4) {               \
    TILE(4);                            \
  } else if (left >= 2) {               \
    TILE(2);                            \
  } else {                              \
    TILE(1);                            \
  }

INLINE long N(padded)(long columns) { return (columns + WIDTH - 1) / WIDTH * WIDTH; }

/// b is (k × columns) with rows `ld` apart, or (columns × k) when `transposed`.
static void N(pack)(long k, long columns, const S *b, long ld, bool transposed, S *out) {
  for (long start = 0; start < columns; start += WIDTH, out += k * WIDTH) {
    long width = columns - start < WIDTH ? columns - start : WIDTH;
    if (width < WIDTH) __builtin_memset(out, 0, (unsigned long)(k * WIDTH) * sizeof(S));
    if (transposed) {
      // Row by row of b in short runs, so that the lines of the panel that are written stay near.
      for (long run = 0; run < k; run += 16) {
        long end = run + 16 < k ? run + 16 : k;
        for (long j = 0; j < width; j++) {
          const S *source = b + (start + j) * ld;
          for (long row = run; row < end; row++) out[row * WIDTH + j] = source[row];
        }
      }
    } else {
      for (long row = 0; row < k; row++) {
        __builtin_memcpy(out + row * WIDTH, b + row * ld + start, (unsigned long)width * sizeof(S));
      }
    }
  }
}

/// sums += a (rows × k) · panel (k × WIDTH). `rows` is a constant wherever this is inlined; the rows of a are reached
/// from every third one, because the processor has too few registers for a pointer to each.
INLINE void N(accumulate)(int rows, long k, const S *a, long lda, const S *panel, V sums[ROWS][2]) {
  const S *base[(ROWS + 2) / 3];
  for (int i = 0; i < (rows + 2) / 3; i++) base[i] = a + 3 * i * lda;
  for (long step = 0; step < k; step++, panel += WIDTH) {
    V left = *(const N(U) *)panel, right = *(const N(U) *)(panel + LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      V value = (V)base[i / 3][(i % 3) * lda + step];
      sums[i][0] += value * left;
      sums[i][1] += value * right;
    }
  }
}

/// The first `rows` rows and `width` columns of c = (adds ? c : 0) + sums.
INLINE void N(put)(int rows, V sums[ROWS][2], S *c, long ldc, long width, bool adds) {
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    for (int half = 0; half < 2; half++) {
      long left = width - half * LANES;
      if (left <= 0) continue;
      S *place = c + i * ldc + half * LANES;
      V v = sums[i][half];
      if (adds) v += N(load)(place, left);
      N(store)(place, left, v);
    }
  }
}

INLINE void N(tile)(int rows, long k1, const S *a1, long lda1, const S *panel1, long k2, const S *a2, long lda2,
                    const S *panel2, S *c, long ldc, long width, bool adds) {
  V sums[ROWS][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) sums[i][0] = sums[i][1] = (V)(S)0;
  N(accumulate)(rows, k1, a1, lda1, panel1, sums);
  N(accumulate)(rows, k2, a2, lda2, panel2, sums);
  N(put)(rows, sums, c, ldc, width, adds);
}

/// One row: four panels at a time, so that enough sums are under way to hide the time of an addition.
INLINE void N(row_sums)(long k, const S *a, const S *panel, long stride, int panels, V sums[4][2]) {
  for (long step = 0; step < k; step++, panel += WIDTH) {
    V value = (V)a[step];
#pragma clang loop unroll(full)
    for (int p = 0; p < panels; p++) {
      sums[p][0] += value * *(const N(U) *)(panel + p * stride);
      sums[p][1] += value * *(const N(U) *)(panel + p * stride + LANES);
    }
  }
}

static void N(multiply_row)(long columns, long k1, const S *a1, const S *b1, long k2, const S *a2, const S *b2, S *c,
                            bool adds) {
  long start = 0;
  for (; start + 4 * WIDTH <= columns; start += 4 * WIDTH) {
    V sums[4][2] = {{(V)(S)0, (V)(S)0}, {(V)(S)0, (V)(S)0}, {(V)(S)0, (V)(S)0}, {(V)(S)0, (V)(S)0}};
    N(row_sums)(k1, a1, b1 + start * k1, k1 * WIDTH, 4, sums);
    N(row_sums)(k2, a2, b2 + start * k2, k2 * WIDTH, 4, sums);
    for (int p = 0; p < 4; p++) N(put)(1, sums + p, c + start + p * WIDTH, 0, WIDTH, adds);
  }
  for (; start < columns; start += WIDTH) {
    V sums[4][2] = {{(V)(S)0, (V)(S)0}};
    long width = columns - start < WIDTH ? columns - start : WIDTH;
    N(row_sums)(k1, a1, b1 + start * k1, 0, 1, sums);
    N(row_sums)(k2, a2, b2 + start * k2, 0, 1, sums);
    N(put)(1, sums, c + start, 0, width, adds);
  }
}

static void N(multiply_packed)(long rows, long columns, long k1, const S *a1, long lda1, const S *b1, long k2,
                               const S *a2, long lda2, const S *b2, S *c, long ldc, bool adds) {
  if (rows == 1) {
    N(multiply_row)(columns, k1, a1, b1, k2, a2, b2, c, adds);
    return;
  }
  for (long start = 0; start < columns; start += WIDTH) {
    const S *panel1 = b1 + start * k1, *panel2 = b2 + start * k2;
    long width = columns - start < WIDTH ? columns - start : WIDTH;
    for (long row = 0; row < rows;) {
      const S *x1 = a1 + row * lda1, *x2 = a2 + row * lda2;
      S *place = c + row * ldc + start;
      long left = rows - row;
#define TILE(count) N(tile)(count, k1, x1, lda1, panel1, k2, x2, lda2, panel2, place, ldc, width, adds); row += count
      LARGEST(TILE, left)
#undef TILE
    }
  }
}

// Weight gradients: aᵀ·[b1 | b2] and the column sums of a, over k rows in blocks that fit the caches.

#define DEPTH 256
/// Up to this many columns of b2 are summed while a is packed; a panel for them would be mostly empty.
#define NARROW 4
/// Vectors that hold one row of a strip.
#define PARTS ((ROWS + LANES - 1) / LANES)

INLINE long N(joined)(long n1, long n2) { return N(padded)(n1 + (n2 > NARROW ? n2 : 0)); }

static long N(outer_scratch_count)(long m, long n1, long n2) {
  long tiles = (m + ROWS - 1) / ROWS, width = N(joined)(n1, n2);
  return tiles * ROWS * width + DEPTH * width + DEPTH * ROWS + 2 * LANES;
}

/// Rows [0, depth) of the columns [start, start + WIDTH) of [b1 | b2 | 0].
static void N(pack_joined)(long depth, long start, long n1, const S *b1, long ld1, long n2, const S *b2, long ld2,
                           S *out) {
  for (long row = 0; row < depth; row++, out += WIDTH) {
    if (start + WIDTH <= n1) {
      *(N(U) *)out = *(const N(U) *)(b1 + row * ld1 + start);
      *(N(U) *)(out + LANES) = *(const N(U) *)(b1 + row * ld1 + start + LANES);
      continue;
    }
    for (long j = 0; j < WIDTH; j++) {
      long column = start + j;
      out[j] = column < n1        ? b1[row * ld1 + column]
               : column < n1 + n2 ? b2[row * ld2 + column - n1]
                                  : (S)0;
    }
  }
}

/// Copies a strip of ROWS columns of a, of which `rows` exist and `readable` may be read, and adds up its columns, alone
/// and times each narrow column.
INLINE void N(pack_strip)(long depth, long rows, long readable, const S *a, long lda, int narrow, const S *b, long ldb,
                          S *strip, S *sums, S *c) {
  V total[PARTS], product[NARROW][PARTS];
  for (int part = 0; part < PARTS; part++) {
    total[part] = (V)(S)0;
    for (int q = 0; q < narrow; q++) product[q][part] = (V)(S)0;
  }
  for (long step = 0; step < depth; step++, a += lda, b += ldb, strip += ROWS) {
    // The next strips' lines; no hardware prefetcher follows a column.
    __builtin_prefetch((const char *)(a + ROWS) + 64, 0, 2);
#pragma clang loop unroll(full)
    for (int part = 0; part < PARTS; part++) {
      long left = readable - part * LANES;
      V v = left > 0 ? N(load)(a + part * LANES, left) : (V)(S)0;
      // Writes past the strip's row are overwritten by the next row, or fall into the scratch's spare room.
      *(N(U) *)(strip + part * LANES) = v;
      total[part] += v;
#pragma clang loop unroll(full)
      for (int q = 0; q < narrow; q++) product[q][part] += v * (V)b[q];
    }
  }
  for (long i = 0; i < rows; i++) {
    if (sums) sums[i] += total[i / LANES][i % LANES];
    for (int q = 0; q < narrow; q++) c[i * narrow + q] += product[q][i / LANES][i % LANES];
  }
}

/// total (ROWS × WIDTH) += stripᵀ · panel
INLINE void N(outer_tile)(long depth, const S *strip, const S *panel, S *total) {
  V sums[ROWS][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < ROWS; i++) {
    sums[i][0] = *(const N(U) *)(total + i * WIDTH);
    sums[i][1] = *(const N(U) *)(total + i * WIDTH + LANES);
  }
  for (long step = 0; step < depth; step++, panel += WIDTH, strip += ROWS) {
    V left = *(const N(U) *)panel, right = *(const N(U) *)(panel + LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < ROWS; i++) {
      V value = (V)strip[i];
      sums[i][0] += value * left;
      sums[i][1] += value * right;
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < ROWS; i++) {
    *(N(U) *)(total + i * WIDTH) = sums[i][0];
    *(N(U) *)(total + i * WIDTH + LANES) = sums[i][1];
  }
}

static void N(add_outer)(long m, long k, const S *a, long lda, long n1, const S *b1, long ld1, S *c1, long n2,
                         const S *b2, long ld2, S *c2, S *sums, S *scratch) {
  long width = N(joined)(n1, n2), tiles = (m + ROWS - 1) / ROWS, narrow = n2 <= NARROW ? n2 : 0, wide = n2 - narrow;
  S *totals = scratch, *packed = totals + tiles * ROWS * width, *strip = packed + DEPTH * width;
  __builtin_memset(totals, 0, (unsigned long)(tiles * ROWS * width) * sizeof(S));
  for (long block = 0; block < k; block += DEPTH) {
    long depth = k - block < DEPTH ? k - block : DEPTH;
    for (long start = 0; start < width; start += WIDTH) {
      N(pack_joined)(depth, start, n1, b1 + block * ld1, ld1, wide, b2 + block * ld2, ld2, packed + start * depth);
    }
    for (long tile = 0; tile < tiles; tile++) {
      long first = tile * ROWS, left = m - first, rows = left < ROWS ? left : ROWS;
      const S *source = a + block * lda + first, *thin = b2 + block * ld2;
      S *line = sums ? sums + first : sums, *corner = narrow ? c2 + first * n2 : c2;
      // Full vectors may be read where the row goes on; beyond its end nothing may be touched.
      long readable = left >= PARTS * LANES ? PARTS * LANES : rows;
#define STRIP(count) N(pack_strip)(depth, rows, readable, source, lda, count, thin, ld2, strip, line, corner)
      switch (narrow) {
        case 0: STRIP(0); break;
        case 1: STRIP(1); break;
        case 2: STRIP(2); break;
        case 3: STRIP(3); break;
        default: STRIP(4); break;
      }
#undef STRIP
      for (long start = 0; start < width; start += WIDTH) {
        N(outer_tile)(depth, strip, packed + start * depth, totals + tile * ROWS * width + start * ROWS);
      }
    }
  }
  for (long row = 0; row < m; row++) {
    const S *line = totals + row / ROWS * ROWS * width + row % ROWS * WIDTH;
    for (long j = 0; j < n1; j++) c1[row * n1 + j] += line[j / WIDTH * WIDTH * ROWS + j % WIDTH];
    for (long j = 0; j < wide; j++) c2[row * n2 + j] += line[(n1 + j) / WIDTH * WIDTH * ROWS + (n1 + j) % WIDTH];
  }
}

// The weight gradient of a layer that is run once: aᵀ·b over short blocks of rows, of which at the most a panel is packed.

#define BLOCK 128

/// c += aᵀ·panel over `depth` rows of a (lda apart) and of the panel (`stride` apart), of which `halves` vectors count.
INLINE void N(plain_tile)(int rows, int halves, long depth, const S *a, long lda, const S *panel, long stride, S *c,
                          long ldc, long width) {
  V sums[ROWS][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) sums[i][0] = sums[i][1] = (V)(S)0;
  for (long step = 0; step < depth; step++, a += lda, panel += stride) {
    V left = *(const N(U) *)panel, right = halves == 2 ? *(const N(U) *)(panel + LANES) : left;
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      V value = (V)a[i];
      sums[i][0] += value * left;
      if (halves == 2) sums[i][1] += value * right;
    }
  }
  N(put)(rows, sums, c, ldc, width, true);
}

INLINE void N(plain_panel)(int halves, long m, long n, long depth, const S *a, const S *panel, long stride, S *c,
                           long width) {
  for (long row = 0; row < m;) {
    long left = m - row;
#define TILE(count) N(plain_tile)(count, halves, depth, a + row, m, panel, stride, c + row * n, n, width); row += count
    LARGEST(TILE, left)
#undef TILE
  }
}

static void N(add_plain_outer)(long m, long n, long k, const S *a, const S *b, S *c) {
  S packed[BLOCK * WIDTH];
  // A short panel is read on into the next row, and what was read too far is left out in the end; but behind b lies
  // nothing.
  const S *end = b + k * n;
  for (long block = 0; block < k; block += BLOCK, a += BLOCK * m, b += BLOCK * n) {
    long depth = k - block < BLOCK ? k - block : BLOCK;
    for (long start = 0; start < n; start += WIDTH) {
      long width = n - start < WIDTH ? n - start : WIDTH;
      if (width == WIDTH && m <= 2 * ROWS) {
        N(plain_panel)(2, m, n, depth, a, b + start, n, c + start, width);
        continue;
      }
      for (long row = 0; row < depth; row++) {
        const S *source = b + row * n + start;
        S *out = packed + row * WIDTH;
        if (source + WIDTH <= end) {
          *(N(U) *)out = *(const N(U) *)source;
          *(N(U) *)(out + LANES) = *(const N(U) *)(source + LANES);
        } else {
          for (long j = 0; j < WIDTH; j++) out[j] = j < width ? source[j] : (S)0;
        }
      }
      if (width > LANES) {
        N(plain_panel)(2, m, n, depth, a, packed, WIDTH, c + start, width);
      } else {
        N(plain_panel)(1, m, n, depth, a, packed, WIDTH, c + start, width);
      }
    }
  }
}

#undef BLOCK
#undef DEPTH
#undef NARROW
#undef PARTS
#undef WIDTH
#undef LARGEST
#undef V
#undef INLINE
#undef ROWS
#undef LANES
#undef LEVEL
