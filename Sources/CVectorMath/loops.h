// The loops, written once over S (the scalar), LANES (its vector width), N(name) and the constants of exp.
// vector_math.c includes this file once for each scalar and instruction level.

typedef S N(V) __attribute__((ext_vector_type(LANES)));
typedef S N(U) __attribute__((ext_vector_type(LANES), aligned(sizeof(S))));
typedef INTEGER N(I) __attribute__((ext_vector_type(LANES)));

#include "polynomials.h"

#define V N(V)
#define INLINE static inline __attribute__((always_inline))

INLINE V N(load)(const S *p, long count) {
  if (__builtin_expect(count >= LANES, 1)) return *(const N(U) *)p;
  V v = (V)(S)0;
  __builtin_memcpy(&v, p, (unsigned long)count * sizeof(S));
  return v;
}

INLINE void N(store)(S *p, long count, V v) {
  if (__builtin_expect(count >= LANES, 1)) {
    *(N(U) *)p = v;
  } else {
    __builtin_memcpy(p, &v, (unsigned long)count * sizeof(S));
  }
}

#define LD(p) N(load)((p) + j, n - j)
#define ST(p, v) N(store)((p) + j, n - j, (v))
#define EACH(count) for (long j = 0, n = (count); j < n; j += LANES)

// Cody & Waite reduction to |r| ≤ ln2/2 and a polynomial. Comparisons are written so that NaN passes through.
INLINE V N(vexp)(V x) {
  x = x > (V)(S)EXP_LIMIT ? (V)(S)EXP_LIMIT : x;
  x = x < (V) - (S)EXP_LIMIT ? (V) - (S)EXP_LIMIT : x;
  V shifted = x * (V)(S)1.44269504088896340736 + (V)(S)ROUNDER;
  V k = shifted - (V)(S)ROUNDER;
  V r = x - k * (V)(S)LN2_HIGH;
  r = r - k * (V)(S)LN2_LOW;
  V p = N(polynomial)(r);
  N(I) exponent = ((N(I))shifted << MANTISSA_BITS) + (N(I))(INTEGER)ONE_BITS;
  return p * (V)exponent;
}

INLINE V N(vsigmoid)(V x) { return (V)(S)1 / ((V)(S)1 + N(vexp)(-x)); }
INLINE V N(vtanh)(V x) { return (V)(S)1 - (V)(S)2 / ((V)(S)1 + N(vexp)(x + x)); }

static void N(exp)(long count, const S *x, S *y) { EACH(count) ST(y, N(vexp)(LD(x))); }
static void N(sigmoid)(long count, const S *x, S *y) { EACH(count) ST(y, N(vsigmoid)(LD(x))); }
static void N(tanh)(long count, const S *x, S *y) { EACH(count) ST(y, N(vtanh)(LD(x))); }
static void N(axpy)(long count, double a, const S *x, S *y) { EACH(count) ST(y, LD(y) + (V)(S)a * LD(x)); }
static void N(scale)(long count, double a, const S *x, S *y) { EACH(count) ST(y, (V)(S)a * LD(x)); }
static void N(multiply)(long count, const S *x, const S *z, S *y) { EACH(count) ST(y, LD(x) * LD(z)); }

static void N(relu)(long count, const S *x, S *y) {
  EACH(count) {
    V v = LD(x);
    ST(y, v < (V)(S)0 ? (V)(S)0 : v);
  }
}

static void N(relu_backward)(long count, const S *y, const S *dy, S *dx) {
  EACH(count) {
    V v = LD(y), d = LD(dy);
    ST(dx, v == (V)(S)0 ? (V)(S)0 : d);
  }
}

static double N(sum_of_squares)(long count, const S *x) {
  double sums[LANES] = {0};
  double total = 0;
  EACH(count) {
    V v = LD(x);
    for (int lane = 0; lane < LANES; lane++) sums[lane] += (double)v[lane] * (double)v[lane];
  }
  for (int lane = 0; lane < LANES; lane++) total += sums[lane];
  return total;
}

static void N(transpose)(long rows, long columns, const S *x, S *out) {
  enum { TILE = 16 };
  for (long row = 0; row < rows; row += TILE) {
    for (long column = 0; column < columns; column += TILE) {
      long last_row = row + TILE < rows ? row + TILE : rows;
      long last_column = column + TILE < columns ? column + TILE : columns;
      for (long c = column; c < last_column; c++) {
        for (long r = row; r < last_row; r++) out[c * rows + r] = x[r * columns + c];
      }
    }
  }
}

static void N(add_bias)(long rows, long columns, const S *bias, S *y) {
  for (long row = 0; row < rows; row++, y += columns) EACH(columns) ST(y, LD(y) + LD(bias));
}

static void N(add_column_sums)(long rows, long columns, const S *x, S *out) {
  EACH(columns) {
    V sum = (V)(S)0;
    for (long row = 0; row < rows; row++) sum += LD(x + row * columns);
    ST(out, LD(out) + sum);
  }
}

static void N(rnn_forward)(long B, long H, const S *bias, S *gates, S *h) {
  for (long b = 0; b < B; b++, gates += H, h += H) {
    EACH(H) {
      V value = N(vtanh)(LD(gates) + LD(bias));
      ST(gates, value);
      ST(h, value);
    }
  }
}

static void N(rnn_backward)(long B, long H, S *gates, const S *dh) {
  EACH(B * H) {
    V h = LD(gates);
    ST(gates, LD(dh) * ((V)(S)1 - h * h));
  }
}

static void N(lstm_forward)(long B, long H, const S *bias, S *gates, const S *c_previous, S *c, S *tanh_c, S *h) {
  for (long b = 0; b < B; b++, gates += 4 * H, c_previous += H, c += H, tanh_c += H, h += H) {
    EACH(H) {
      V i = N(vsigmoid)(LD(gates) + LD(bias));
      V f = N(vsigmoid)(LD(gates + H) + LD(bias + H));
      V g = N(vtanh)(LD(gates + 2 * H) + LD(bias + 2 * H));
      V o = N(vsigmoid)(LD(gates + 3 * H) + LD(bias + 3 * H));
      V cell = f * LD(c_previous) + i * g;
      V squashed = N(vtanh)(cell);
      ST(gates, i);
      ST(gates + H, f);
      ST(gates + 2 * H, g);
      ST(gates + 3 * H, o);
      ST(c, cell);
      ST(tanh_c, squashed);
      ST(h, o * squashed);
    }
  }
}

static void N(lstm_backward)(long B, long H, S *gates, const S *c_previous, const S *tanh_c, const S *dh, S *dc) {
  const V one = (V)(S)1;
  for (long b = 0; b < B; b++, gates += 4 * H, c_previous += H, tanh_c += H, dh += H, dc += H) {
    EACH(H) {
      V i = LD(gates), f = LD(gates + H), g = LD(gates + 2 * H), o = LD(gates + 3 * H);
      V squashed = LD(tanh_c), d = LD(dh);
      V dcell = LD(dc) + d * o * (one - squashed * squashed);
      ST(gates, dcell * g * i * (one - i));
      ST(gates + H, dcell * LD(c_previous) * f * (one - f));
      ST(gates + 2 * H, dcell * i * (one - g * g));
      ST(gates + 3 * H, d * squashed * o * (one - o));
      ST(dc, dcell * f);
    }
  }
}

static void N(lstm1997_forward)(long B, long H, const S *bias, S *gates, const S *c_previous, S *c, S *tanh_c, S *h) {
  for (long b = 0; b < B; b++, gates += 3 * H, c_previous += H, c += H, tanh_c += H, h += H) {
    EACH(H) {
      V i = N(vsigmoid)(LD(gates) + LD(bias));
      V g = N(vtanh)(LD(gates + H) + LD(bias + H));
      V o = N(vsigmoid)(LD(gates + 2 * H) + LD(bias + 2 * H));
      V cell = LD(c_previous) + i * g;
      V squashed = N(vtanh)(cell);
      ST(gates, i);
      ST(gates + H, g);
      ST(gates + 2 * H, o);
      ST(c, cell);
      ST(tanh_c, squashed);
      ST(h, o * squashed);
    }
  }
}

static void N(lstm1997_backward)(long B, long H, S *gates, const S *tanh_c, const S *dh, S *dc) {
  const V one = (V)(S)1;
  for (long b = 0; b < B; b++, gates += 3 * H, tanh_c += H, dh += H, dc += H) {
    EACH(H) {
      V i = LD(gates), g = LD(gates + H), o = LD(gates + 2 * H), squashed = LD(tanh_c), d = LD(dh);
      V dcell = LD(dc) + d * o * (one - squashed * squashed);
      ST(gates, dcell * g * i * (one - i));
      ST(gates + H, dcell * i * (one - g * g));
      ST(gates + 2 * H, d * squashed * o * (one - o));
      ST(dc, dcell);
    }
  }
}

static void N(gru_forward)(long B, long H, const S *bias, const S *recurrent_bias, S *gates, S *product,
                           const S *h_previous, S *h) {
  for (long b = 0; b < B; b++, gates += 3 * H, product += 3 * H, h_previous += H, h += H) {
    EACH(H) {
      V r = N(vsigmoid)(LD(gates) + LD(bias) + (LD(product) + LD(recurrent_bias)));
      V z = N(vsigmoid)(LD(gates + H) + LD(bias + H) + (LD(product + H) + LD(recurrent_bias + H)));
      V inner = LD(product + 2 * H) + LD(recurrent_bias + 2 * H);
      V candidate = N(vtanh)(LD(gates + 2 * H) + LD(bias + 2 * H) + r * inner);
      ST(gates, r);
      ST(gates + H, z);
      ST(gates + 2 * H, candidate);
      ST(product + 2 * H, inner);
      ST(h, candidate + z * (LD(h_previous) - candidate));
    }
  }
}

static void N(gru_backward)(long B, long H, S *gates, S *product, const S *h_previous, const S *dh, S *dh_previous) {
  const V one = (V)(S)1;
  for (long b = 0; b < B; b++, gates += 3 * H, product += 3 * H, h_previous += H, dh += H, dh_previous += H) {
    EACH(H) {
      V r = LD(gates), z = LD(gates + H), candidate = LD(gates + 2 * H), inner = LD(product + 2 * H), d = LD(dh);
      V dn = d * (one - z) * (one - candidate * candidate);
      V dz = d * (LD(h_previous) - candidate) * z * (one - z);
      V dr = dn * inner * r * (one - r);
      ST(gates, dr);
      ST(gates + H, dz);
      ST(gates + 2 * H, dn);
      ST(product, dr);
      ST(product + H, dz);
      ST(product + 2 * H, dn * r);
      ST(dh_previous, LD(dh_previous) + d * z);
    }
  }
}

// log σ(x) = −log(1 + e^−x) needs a logarithm; scalar libm keeps it exact, and the cell is not one of the fast ones.
INLINE V N(vlog_sigmoid)(V x) {
  V out;
  for (int lane = 0; lane < LANES; lane++) {
    S value = x[lane];
    out[lane] = value < 0 ? value - LOG1P(EXP(value)) : -LOG1P(EXP(-value));
  }
  return out;
}

static void N(slstm_forward)(long B, long H, const S *bias, S *gates, S *log_forget, const S *c_previous,
                             const S *n_previous, const S *m_previous, S *c, S *normaliser, S *m, S *h) {
  for (long b = 0; b < B; b++) {
    EACH(H) {
      V input = LD(gates) + LD(bias);
      V log_f = N(vlog_sigmoid)(LD(gates + H) + LD(bias + H));
      V z = N(vtanh)(LD(gates + 2 * H) + LD(bias + 2 * H));
      V o = N(vsigmoid)(LD(gates + 3 * H) + LD(bias + 3 * H));
      V carried = log_f + LD(m_previous);
      V top = carried > input ? carried : input;
      V i = N(vexp)(input - top), f = N(vexp)(carried - top);
      V cell = f * LD(c_previous) + i * z;
      V norm = f * LD(n_previous) + i;
      ST(gates, i);
      ST(gates + H, f);
      ST(gates + 2 * H, z);
      ST(gates + 3 * H, o);
      ST(log_forget, log_f);
      ST(c, cell);
      ST(normaliser, norm);
      ST(m, top);
      ST(h, o * cell / norm);
    }
    gates += 4 * H, log_forget += H, c_previous += H, n_previous += H, m_previous += H;
    c += H, normaliser += H, m += H, h += H;
  }
}

static void N(slstm_backward)(long B, long H, S *gates, const S *log_forget, const S *c_previous, const S *n_previous,
                              const S *c, const S *normaliser, const S *dh, S *dc, S *dn) {
  const V one = (V)(S)1;
  for (long b = 0; b < B; b++) {
    EACH(H) {
      V i = LD(gates), f = LD(gates + H), z = LD(gates + 2 * H), o = LD(gates + 3 * H), d = LD(dh);
      V norm = LD(normaliser), ratio = LD(c) / norm;
      V dcell = LD(dc) + d * o / norm;
      V dnorm = LD(dn) - d * o * ratio / norm;
      ST(gates, i * (dcell * z + dnorm));
      ST(gates + H, f * (dcell * LD(c_previous) + dnorm * LD(n_previous)) * (one - N(vexp)(LD(log_forget))));
      ST(gates + 2 * H, dcell * i * (one - z * z));
      ST(gates + 3 * H, d * ratio * o * (one - o));
      ST(dc, dcell * f);
      ST(dn, dnorm * f);
    }
    gates += 4 * H, log_forget += H, c_previous += H, n_previous += H, c += H, normaliser += H;
    dh += H, dc += H, dn += H;
  }
}

static void N(adam)(long count, S *weights, const S *gradient, S *mean, S *square, double scale, double rate,
                    double beta1, double beta2, double epsilon, double correction1, double correction2, double decay) {
  const V factor = (V)(S)scale, b1 = (V)(S)beta1, b2 = (V)(S)beta2, rest1 = (V)(S)(1 - beta1),
          rest2 = (V)(S)(1 - beta2), keep = (V)(S)(1 - rate * decay), step = (V)(S)(rate / correction1),
          root = (V)(S)(1 / __builtin_sqrt(correction2)), floor = (V)(S)epsilon;
  EACH(count) {
    V g = LD(gradient) * factor;
    V m = b1 * LD(mean) + rest1 * g;
    V v = b2 * LD(square) + rest2 * g * g;
    ST(mean, m);
    ST(square, v);
    ST(weights, keep * LD(weights) - step * m / (__builtin_elementwise_sqrt(v) * root + floor));
  }
}

static void N(momentum)(long count, S *weights, const S *gradient, S *velocity, double scale, double rate,
                        double momentum, double decay) {
  EACH(count) {
    V w = LD(weights);
    V v = (V)(S)momentum * LD(velocity) + (V)(S)scale * LD(gradient) + (V)(S)decay * w;
    ST(velocity, v);
    ST(weights, w - (V)(S)rate * v);
  }
}

static long N(clip)(long count, double scale, double limit, S *gradient) {
  long cut = 0;
  S factor = (S)scale, top = (S)limit;
  for (long k = 0; k < count; k++) {
    S value = gradient[k] * factor;
    if (value > top || value < -top) cut++;
    gradient[k] = value > top ? top : value < -top ? -top : value;
  }
  return cut;
}

#undef V
#undef INLINE
#undef LD
#undef ST
#undef EACH
