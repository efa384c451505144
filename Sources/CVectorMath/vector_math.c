// The entries of vector_math.h: each picks the loop for the scalar and the instruction level.
#include "vector_math.h"

#include <math.h>

#define JOIN_(a, b, c) a##_##b##_##c
#define JOIN(a, b, c) JOIN_(a, b, c)
#define N(name) JOIN(name, S, LEVEL)

#define S float
#define SCALAR_BYTES 4
#define INTEGER int
#define EXP_LIMIT 87.0
#define ROUNDER 12582912.0
#define LN2_HIGH 0.693359375
#define LN2_LOW -2.12194440e-4
#define MANTISSA_BITS 23
#define ONE_BITS 0x3f800000
// The minimax polynomial of Cephes expf.
#define POLYNOMIAL 1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, \
                   5.0000001201e-1f
#define EXP expf
#define LOG1P log1pf
#include "levels.h"

#define S double
#define SCALAR_BYTES 8
#define INTEGER long
#define EXP_LIMIT 708.0
#define ROUNDER 6755399441055744.0
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10
#define MANTISSA_BITS 52
#define ONE_BITS 0x3ff0000000000000
// The Taylor series to the 13th power, whose first dropped term is 4e-18.
#define POLYNOMIAL 1.0 / 6227020800.0, 1.0 / 479001600.0, 1.0 / 39916800.0, 1.0 / 3628800.0, 1.0 / 362880.0, \
                   1.0 / 40320.0, 1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5
#define EXP exp
#define LOG1P log1p
#include "levels.h"

vm_level vm_best_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  bool fma = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (fma && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
    return vm_avx512;
  if (fma) return vm_avx2;
#endif
  return vm_baseline;
}

#if defined(__x86_64__)
#define RUN(name, ...)                                        \
  switch (mode.scalar * 3 + mode.level) {                     \
    case 0: return name##_float_baseline(__VA_ARGS__);        \
    case 1: return name##_float_avx2(__VA_ARGS__);            \
    case 2: return name##_float_avx512(__VA_ARGS__);          \
    case 3: return name##_double_baseline(__VA_ARGS__);       \
    case 4: return name##_double_avx2(__VA_ARGS__);           \
    default: return name##_double_avx512(__VA_ARGS__);        \
  }
#else
#define RUN(name, ...)                                        \
  if (mode.scalar == vm_float) {                              \
    return name##_float_baseline(__VA_ARGS__);                \
  } else {                                                    \
    return name##_double_baseline(__VA_ARGS__);               \
  }
#endif

/// Defines the function `vm_name` of vector_math.h, with the arguments of its loop.
#define ENTRY(result, name, parameters, ...) \
  result vm_##name parameters { RUN(name, __VA_ARGS__) }

ENTRY(void, exp, (vm_mode mode, long n, const void *x, void *y), n, x, y)
ENTRY(void, tanh, (vm_mode mode, long n, const void *x, void *y), n, x, y)
ENTRY(void, axpy, (vm_mode mode, long n, double a, const void *x, void *y), n, a, x, y)
ENTRY(void, scale, (vm_mode mode, long n, double a, const void *x, void *y), n, a, x, y)
ENTRY(void, multiply, (vm_mode mode, long n, const void *x, const void *z, void *y), n, x, z, y)
ENTRY(double, sum_of_squares, (vm_mode mode, long n, const void *x), n, x)
ENTRY(void, add_bias, (vm_mode mode, long rows, long columns, const void *bias, void *y), rows, columns, bias, y)
ENTRY(void, add_column_sums, (vm_mode mode, long rows, long columns, const void *x, void *out), rows, columns, x, out)
ENTRY(void, row_dots, (vm_mode mode, long steps, long rows, long H, double scale, const void *x, const void *y,
       long ldy, void *out),
      steps, rows, H, scale, x, y, ldy, out)
ENTRY(void, add_weighted_rows, (vm_mode mode, long steps, long rows, long H, double scale, const void *w,
       const void *x, void *out, long ldout),
      steps, rows, H, scale, w, x, out, ldout)
ENTRY(void, spread_rows, (vm_mode mode, long steps, long rows, long H, double scale, const void *w, const void *y,
       long ldy, void *x, bool adds),
      steps, rows, H, scale, w, y, ldy, x, adds)
ENTRY(void, relu, (vm_mode mode, long n, const void *x, void *y), n, x, y)
ENTRY(void, relu_backward, (vm_mode mode, long n, const void *y, const void *dy, void *dx), n, y, dy, dx)
ENTRY(void, rnn_forward, (vm_mode mode, long B, long H, const void *bias, void *gates, void *h), B, H, bias, gates, h)
ENTRY(void, rnn_backward, (vm_mode mode, long B, long H, void *gates, const void *dh), B, H, gates, dh)
ENTRY(void, lstm_forward, (vm_mode mode, bool forgets, long B, long H, const void *bias, void *gates,
       const void *c_previous, void *c, void *tanh_c, void *h),
      forgets, B, H, bias, gates, c_previous, c, tanh_c, h)
ENTRY(void, lstm_backward, (vm_mode mode, bool forgets, long B, long H, void *gates, const void *c_previous,
       const void *tanh_c, const void *dh, void *dc),
      forgets, B, H, gates, c_previous, tanh_c, dh, dc)
ENTRY(void, gru_forward, (vm_mode mode, long B, long H, const void *bias, const void *recurrent_bias, void *gates,
       void *product, const void *h_previous, void *h),
      B, H, bias, recurrent_bias, gates, product, h_previous, h)
ENTRY(void, gru_backward, (vm_mode mode, long B, long H, void *gates, void *product, const void *h_previous,
       const void *dh, void *dh_previous),
      B, H, gates, product, h_previous, dh, dh_previous)
ENTRY(void, slstm_forward, (vm_mode mode, long B, long H, const void *bias, void *gates, void *log_forget,
       const void *c_previous, const void *n_previous, const void *m_previous, void *c, void *n, void *m, void *h),
      B, H, bias, gates, log_forget, c_previous, n_previous, m_previous, c, n, m, h)
ENTRY(void, slstm_backward, (vm_mode mode, long B, long H, void *gates, const void *log_forget,
       const void *c_previous, const void *n_previous, const void *c, const void *n, const void *dh, void *dc,
       void *dn),
      B, H, gates, log_forget, c_previous, n_previous, c, n, dh, dc, dn)
ENTRY(void, adam, (vm_mode mode, long n, void *weights, const void *gradient, void *mean, void *square, double scale,
       double rate, double beta1, double beta2, double epsilon, double correction1, double correction2, double decay),
      n, weights, gradient, mean, square, scale, rate, beta1, beta2, epsilon, correction1, correction2, decay)
ENTRY(void, momentum, (vm_mode mode, long n, void *weights, const void *gradient, void *velocity, double scale,
       double rate, double momentum),
      n, weights, gradient, velocity, scale, rate, momentum)
ENTRY(void, pack, (vm_mode mode, long k, long columns, const void *b, long ld, bool transposed, void *out),
      k, columns, b, ld, transposed, out)
ENTRY(void, multiply_packed, (vm_mode mode, long rows, long columns, long k1, const void *a1, long lda1,
       const void *b1, long k2, const void *a2, long lda2, const void *b2, void *c, long ldc, bool adds),
      rows, columns, k1, a1, lda1, b1, k2, a2, lda2, b2, c, ldc, adds)
ENTRY(long, outer_scratch_count, (vm_mode mode, long m, long n1, long n2), m, n1, n2)
ENTRY(void, add_outer, (vm_mode mode, long m, long k, const void *a, long lda, long n1, const void *b1, long ld1,
       void *c1, long n2, const void *b2, long ld2, void *c2, void *sums, void *scratch),
      m, k, a, lda, n1, b1, ld1, c1, n2, b2, ld2, c2, sums, scratch)
ENTRY(void, add_plain_outer, (vm_mode mode, long m, long n, long k, const void *a, const void *b, void *c),
      m, n, k, a, b, c)
