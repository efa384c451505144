// The loops, written once over S (the scalar), LANES (its vector width), N(name) and the constants of exp.
// levels.h includes this file once for each scalar and instruction level.

typedef S N(V) __attribute__((ext_vector_type(LANES)));
typedef S N(U) __attribute__((ext_vector_type(LANES), aligned(sizeof(S))));
typedef INTEGER N(I) __attribute__((ext_vector_type(LANES)));

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

// e^r for |r| ≤ ln2/2, by Horner.
INLINE V N(polynomial)(V r) {
  static const S c[] = {POLYNOMIAL};
  V p = (V)c[0];
#pragma clang loop unroll(full)
  for (int i = 1; i < (int)(sizeof c / sizeof *c); i++) p = p * r + (V)c[i];
  return p * (r * r) + r + (V)(S)1;
}

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

// Sums over a row are taken in as many parts as the widest vectors have lanes, whatever the level: the order of additions
// is then the same for all of them.
#define SUMS (64 / SCALAR_BYTES)

static double N(sum_of_squares)(long count, const S *x) {
  double sums[SUMS] = {0};
  double total = 0;
  long j = 0;
  for (; j + SUMS <= count; j += SUMS) {
    for (int part = 0; part < SUMS; part++) sums[part] += (double)x[j + part] * (double)x[j + part];
  }
  for (int part = 0; j < count; j++, part++) sums[part] += (double)x[j] * (double)x[j];
  for (int part = 0; part < SUMS; part++) total += sums[part];
  return total;
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

// Rows of states are often shorter than a few vectors, so the numbers behind the last whole one are taken one by one.
INLINE S N(dot)(long count, const S *x, const S *y) {
  V sums[SUMS / LANES];
  for (int part = 0; part < SUMS / LANES; part++) sums[part] = (V)(S)0;
  long j = 0;
  for (; j + SUMS <= count; j += SUMS) {
#pragma clang loop unroll(full)
    for (int part = 0; part < SUMS / LANES; part++) {
      long at = j + part * LANES;
      sums[part] += *(const N(U) *)(x + at) * *(const N(U) *)(y + at);
    }
  }
  S lanes[SUMS];
  __builtin_memcpy(lanes, sums, sizeof lanes);
  for (int half = SUMS / 2; half > 0; half /= 2) {
    for (int lane = 0; lane < half; lane++) lanes[lane] += lanes[lane + half];
  }
  for (; j < count; j++) lanes[0] += x[j] * y[j];
  return lanes[0];
}

/// y = (adds ? y : 0) + a·x
INLINE void N(put_scaled)(long count, S a, const S *x, S *y, bool adds) {
  long j = 0;
  for (; j + LANES <= count; j += LANES) {
    V v = (V)a * *(const N(U) *)(x + j);
    *(N(U) *)(y + j) = adds ? *(const N(U) *)(y + j) + v : v;
  }
#pragma clang loop vectorize(disable)
  for (; j < count; j++) {
    // Rounded before it is added, as above.
    S v = a * x[j];
    y[j] = adds ? y[j] + v : v;
  }
}

static void N(row_dots)(long steps, long rows, long H, double scale, const S *x, const S *y, long ldy, S *out) {
  for (long step = 0; step < steps; step++) {
    for (long row = 0; row < rows; row++, x += H) *out++ = (S)scale * N(dot)(H, x, y + row * ldy);
  }
}

static void N(add_weighted_rows)(long steps, long rows, long H, double scale, const S *w, const S *x, S *out,
                                 long ldout) {
  for (long step = 0; step < steps; step++) {
    for (long row = 0; row < rows; row++, x += H) N(put_scaled)(H, (S)scale * *w++, x, out + row * ldout, true);
  }
}

static void N(spread_rows)(long steps, long rows, long H, double scale, const S *w, const S *y, long ldy, S *x,
                           bool adds) {
  for (long step = 0; step < steps; step++) {
    for (long row = 0; row < rows; row++, x += H) N(put_scaled)(H, (S)scale * *w++, y + row * ldy, x, adds);
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

// `forgets` is a constant wherever this is inlined. The gate g stands after the forget gate, if there is one, and before o.
INLINE void N(lstm_forward_steps)(bool forgets, long B, long H, const S *bias, S *gates, const S *c_previous, S *c,
                                  S *tanh_c, S *h) {
  const long G = forgets ? 4 * H : 3 * H, at_g = G - 2 * H, at_o = G - H;
  for (long b = 0; b < B; b++, gates += G, c_previous += H, c += H, tanh_c += H, h += H) {
    EACH(H) {
      V i = N(vsigmoid)(LD(gates) + LD(bias));
      V f = forgets ? N(vsigmoid)(LD(gates + H) + LD(bias + H)) : (V)(S)1;
      V g = N(vtanh)(LD(gates + at_g) + LD(bias + at_g));
      V o = N(vsigmoid)(LD(gates + at_o) + LD(bias + at_o));
      V cell = forgets ? f * LD(c_previous) + i * g : LD(c_previous) + i * g;
      V squashed = N(vtanh)(cell);
      ST(gates, i);
      if (forgets) ST(gates + H, f);
      ST(gates + at_g, g);
      ST(gates + at_o, o);
      ST(c, cell);
      ST(tanh_c, squashed);
      ST(h, o * squashed);
    }
  }
}

static void N(lstm_forward)(bool forgets, long B, long H, const S *bias, S *gates, const S *c_previous, S *c,
                            S *tanh_c, S *h) {
  if (forgets) {
    N(lstm_forward_steps)(true, B, H, bias, gates, c_previous, c, tanh_c, h);
  } else {
    N(lstm_forward_steps)(false, B, H, bias, gates, c_previous, c, tanh_c, h);
  }
}

INLINE void N(lstm_backward_steps)(bool forgets, long B, long H, S *gates, const S *c_previous, const S *tanh_c,
                                   const S *dh, S *dc) {
  const V one = (V)(S)1;
  const long G = forgets ? 4 * H : 3 * H, at_g = G - 2 * H, at_o = G - H;
  for (long b = 0; b < B; b++, gates += G, c_previous += H, tanh_c += H, dh += H, dc += H) {
    EACH(H) {
      V i = LD(gates), f = LD(gates + H), g = LD(gates + at_g), o = LD(gates + at_o);
      V squashed = LD(tanh_c), d = LD(dh);
      V dcell = LD(dc) + d * o * (one - squashed * squashed);
      ST(gates, dcell * g * i * (one - i));
      if (forgets) ST(gates + H, dcell * LD(c_previous) * f * (one - f));
      ST(gates + at_g, dcell * i * (one - g * g));
      ST(gates + at_o, d * squashed * o * (one - o));
      ST(dc, forgets ? dcell * f : dcell);
    }
  }
}

static void N(lstm_backward)(bool forgets, long B, long H, S *gates, const S *c_previous, const S *tanh_c, const S *dh,
                             S *dc) {
  if (forgets) {
    N(lstm_backward_steps)(true, B, H, gates, c_previous, tanh_c, dh, dc);
  } else {
    N(lstm_backward_steps)(false, B, H, gates, c_previous, tanh_c, dh, dc);
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
                        double momentum) {
  EACH(count) {
    V w = LD(weights);
    V v = (V)(S)momentum * LD(velocity) + (V)(S)scale * LD(gradient);
    ST(velocity, v);
    ST(weights, w - (V)(S)rate * v);
  }
}

#undef LD
#undef ST
#undef EACH
