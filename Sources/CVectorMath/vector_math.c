// The entries of vector_math.h: each picks the loop for the scalar and the instruction level.
#include "vector_math.h"

#include <math.h>

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define N(name) JOIN(name, SUFFIX)

// Wider levels are compiled for processors that may not run the rest of this file, which is why the attribute stands
// on the functions and not on the file.
#define AVX2 "avx2,fma"
#define AVX512 "avx2,fma,avx512f,avx512vl,avx512dq,avx512bw"

#define SCALAR_IS_FLOAT 1
#define S float
#define INTEGER int
#define EXP_LIMIT 87.0
#define ROUNDER 12582912.0
#define LN2_HIGH 0.693359375
#define LN2_LOW -2.12194440e-4
#define MANTISSA_BITS 23
#define ONE_BITS 0x3f800000
#define EXP expf
#define LOG1P log1pf

#define LANES 4
#define ROWS 6
#define SUFFIX float_baseline
#include "loops.h"
#include "products.h"
#undef ROWS
#undef LANES
#undef SUFFIX
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(AVX2))), apply_to = function)
#define LANES 8
#define ROWS 6
#define SUFFIX float_avx2
#include "loops.h"
#include "products.h"
#undef ROWS
#undef LANES
#undef SUFFIX
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(AVX512))), apply_to = function)
#define LANES 16
#define ROWS 12
#define SUFFIX float_avx512
#include "loops.h"
#include "products.h"
#undef ROWS
#undef LANES
#undef SUFFIX
#pragma clang attribute pop
#endif

#undef SCALAR_IS_FLOAT
#undef S
#undef INTEGER
#undef EXP_LIMIT
#undef ROUNDER
#undef LN2_HIGH
#undef LN2_LOW
#undef MANTISSA_BITS
#undef ONE_BITS
#undef EXP
#undef LOG1P

#define SCALAR_IS_FLOAT 0
#define S double
#define INTEGER long
#define EXP_LIMIT 708.0
#define ROUNDER 6755399441055744.0
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10
#define MANTISSA_BITS 52
#define ONE_BITS 0x3ff0000000000000
#define EXP exp
#define LOG1P log1p

#define LANES 2
#define ROWS 6
#define SUFFIX double_baseline
#include "loops.h"
#include "products.h"
#undef ROWS
#undef LANES
#undef SUFFIX
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(AVX2))), apply_to = function)
#define LANES 4
#define ROWS 6
#define SUFFIX double_avx2
#include "loops.h"
#include "products.h"
#undef ROWS
#undef LANES
#undef SUFFIX
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(AVX512))), apply_to = function)
#define LANES 8
#define ROWS 12
#define SUFFIX double_avx512
#include "loops.h"
#include "products.h"
#undef ROWS
#undef LANES
#undef SUFFIX
#pragma clang attribute pop
#endif

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

void vm_exp(vm_mode mode, long n, const void *x, void *y) {
  RUN(exp, n, x, y)
}

void vm_sigmoid(vm_mode mode, long n, const void *x, void *y) {
  RUN(sigmoid, n, x, y)
}

void vm_tanh(vm_mode mode, long n, const void *x, void *y) {
  RUN(tanh, n, x, y)
}

void vm_axpy(vm_mode mode, long n, double a, const void *x, void *y) {
  RUN(axpy, n, a, x, y)
}

void vm_scale(vm_mode mode, long n, double a, const void *x, void *y) {
  RUN(scale, n, a, x, y)
}

void vm_multiply(vm_mode mode, long n, const void *x, const void *z, void *y) {
  RUN(multiply, n, x, z, y)
}

double vm_sum_of_squares(vm_mode mode, long n, const void *x) {
  RUN(sum_of_squares, n, x)
}

void vm_transpose(vm_mode mode, long rows, long columns, const void *x, void *out) {
  RUN(transpose, rows, columns, x, out)
}

void vm_add_bias(vm_mode mode, long rows, long columns, const void *bias, void *y) {
  RUN(add_bias, rows, columns, bias, y)
}

void vm_add_column_sums(vm_mode mode, long rows, long columns, const void *x, void *out) {
  RUN(add_column_sums, rows, columns, x, out)
}

void vm_relu(vm_mode mode, long n, const void *x, void *y) {
  RUN(relu, n, x, y)
}

void vm_relu_backward(vm_mode mode, long n, const void *y, const void *dy, void *dx) {
  RUN(relu_backward, n, y, dy, dx)
}

void vm_rnn_forward(vm_mode mode, long B, long H, const void *bias, void *gates, void *h) {
  RUN(rnn_forward, B, H, bias, gates, h)
}

void vm_rnn_backward(vm_mode mode, long B, long H, void *gates, const void *dh) {
  RUN(rnn_backward, B, H, gates, dh)
}

void vm_lstm_forward(vm_mode mode, long B, long H, const void *bias, void *gates, const void *c_previous, void *c,
                     void *tanh_c, void *h) {
  RUN(lstm_forward, B, H, bias, gates, c_previous, c, tanh_c, h)
}

void vm_lstm_backward(vm_mode mode, long B, long H, void *gates, const void *c_previous, const void *tanh_c,
                      const void *dh, void *dc) {
  RUN(lstm_backward, B, H, gates, c_previous, tanh_c, dh, dc)
}

void vm_lstm1997_forward(vm_mode mode, long B, long H, const void *bias, void *gates, const void *c_previous, void *c,
                         void *tanh_c, void *h) {
  RUN(lstm1997_forward, B, H, bias, gates, c_previous, c, tanh_c, h)
}

void vm_lstm1997_backward(vm_mode mode, long B, long H, void *gates, const void *tanh_c, const void *dh, void *dc) {
  RUN(lstm1997_backward, B, H, gates, tanh_c, dh, dc)
}

void vm_gru_forward(vm_mode mode, long B, long H, const void *bias, const void *recurrent_bias, void *gates,
                    void *product, const void *h_previous, void *h) {
  RUN(gru_forward, B, H, bias, recurrent_bias, gates, product, h_previous, h)
}

void vm_gru_backward(vm_mode mode, long B, long H, void *gates, void *product, const void *h_previous, const void *dh,
                     void *dh_previous) {
  RUN(gru_backward, B, H, gates, product, h_previous, dh, dh_previous)
}

void vm_slstm_forward(vm_mode mode, long B, long H, const void *bias, void *gates, void *log_forget,
                      const void *c_previous, const void *n_previous, const void *m_previous, void *c, void *n,
                      void *m, void *h) {
  RUN(slstm_forward, B, H, bias, gates, log_forget, c_previous, n_previous, m_previous, c, n, m, h)
}

void vm_slstm_backward(vm_mode mode, long B, long H, void *gates, const void *log_forget, const void *c_previous,
                       const void *n_previous, const void *c, const void *n, const void *dh, void *dc, void *dn) {
  RUN(slstm_backward, B, H, gates, log_forget, c_previous, n_previous, c, n, dh, dc, dn)
}

void vm_adam(vm_mode mode, long n, void *weights, const void *gradient, void *mean, void *square, double scale,
             double rate, double beta1, double beta2, double epsilon, double correction1, double correction2,
             double decay) {
  RUN(adam, n, weights, gradient, mean, square, scale, rate, beta1, beta2, epsilon, correction1, correction2, decay)
}

void vm_momentum(vm_mode mode, long n, void *weights, const void *gradient, void *velocity, double scale, double rate,
                 double momentum, double decay) {
  RUN(momentum, n, weights, gradient, velocity, scale, rate, momentum, decay)
}

long vm_clip(vm_mode mode, long n, double scale, double limit, void *gradient) {
  RUN(clip, n, scale, limit, gradient)
}

long vm_packed_count(vm_mode mode, long k, long columns) {
  RUN(packed_count, k, columns)
}

void vm_pack(vm_mode mode, long k, long columns, const void *b, long ld, bool transposed, void *out) {
  RUN(pack, k, columns, b, ld, transposed, out)
}

void vm_multiply_packed(vm_mode mode, long rows, long columns, long k1, const void *a1, long lda1, const void *b1,
                        long k2, const void *a2, long lda2, const void *b2, void *c, long ldc, bool adds) {
  RUN(multiply_packed, rows, columns, k1, a1, lda1, b1, k2, a2, lda2, b2, c, ldc, adds)
}

long vm_outer_scratch_count(vm_mode mode, long m, long n1, long n2) {
  RUN(outer_scratch_count, m, n1, n2)
}

void vm_add_outer(vm_mode mode, long m, long k, const void *a, long lda, long n1, const void *b1, long ld1, void *c1,
                  long n2, const void *b2, long ld2, void *c2, void *sums, void *scratch) {
  RUN(add_outer, m, k, a, lda, n1, b1, ld1, c1, n2, b2, ld2, c2, sums, scratch)
}
