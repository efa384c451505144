// e^r for |r| ≤ ln2/2, by Horner. Float: the minimax polynomial of Cephes expf. Double: the Taylor series to the 13th
// power, whose first dropped term is 4e-18.

#if SCALAR_IS_FLOAT
static inline __attribute__((always_inline)) N(V) N(polynomial)(N(V) r) {
  N(V) p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  return p * (r * r) + r + 1.0f;
}
#else
static inline __attribute__((always_inline)) N(V) N(polynomial)(N(V) r) {
  N(V) p = r * (1.0 / 6227020800.0) + (1.0 / 479001600.0);
  p = p * r + (1.0 / 39916800.0);
  p = p * r + (1.0 / 3628800.0);
  p = p * r + (1.0 / 362880.0);
  p = p * r + (1.0 / 40320.0);
  p = p * r + (1.0 / 5040.0);
  p = p * r + (1.0 / 720.0);
  p = p * r + (1.0 / 120.0);
  p = p * r + (1.0 / 24.0);
  p = p * r + (1.0 / 6.0);
  p = p * r + 0.5;
  return p * (r * r) + r + 1.0;
}
#endif
