// Elementwise loops of the recurrent engine, for float and double, at three instruction levels.
//
// One name serves both scalars: `mode` says which scalar the pointers point to and which instructions may be used.
// Arrays never overlap unless a comment says so. Letters: n elements, B rows, H hidden units.
#pragma once

#include <stdbool.h>

typedef enum { vm_float = 0, vm_double = 1 } vm_scalar;

/// What the processor must offer: nothing beyond x86-64 (or any other processor), AVX2 with FMA, AVX-512.
typedef enum { vm_baseline = 0, vm_avx2 = 1, vm_avx512 = 2 } vm_level;

typedef struct {
  vm_scalar scalar;
  vm_level level;
} vm_mode;

/// The highest level that this processor can run.
vm_level vm_best_level(void);

// y = f(x); x and y may be the same array.
void vm_exp(vm_mode mode, long n, const void *x, void *y);
void vm_tanh(vm_mode mode, long n, const void *x, void *y);

// y += a·x, y = a·x, y = x∘z (y may be x or z).
void vm_axpy(vm_mode mode, long n, double a, const void *x, void *y);
void vm_scale(vm_mode mode, long n, double a, const void *x, void *y);
void vm_multiply(vm_mode mode, long n, const void *x, const void *z, void *y);

/// Σ x², added in double in a fixed order.
double vm_sum_of_squares(vm_mode mode, long n, const void *x);

/// Each row of y (rows × columns) += bias (columns).
void vm_add_bias(vm_mode mode, long rows, long columns, const void *bias, void *y);

/// out (columns) += the sum over the rows of x (rows × columns).
void vm_add_column_sums(vm_mode mode, long rows, long columns, const void *x, void *out);

// Attention: x (steps × rows × H) holds a state for each step and row, w (steps × rows) a weight for each, and y (rows × H,
// rows ldy apart; the same row for all where ldy is 0) a vector for each row.

/// out (steps × rows) = scale · x·y, state by state.
void vm_row_dots(vm_mode mode, long steps, long rows, long H, double scale, const void *x, const void *y, long ldy,
                 void *out);
/// out (rows × H, rows ldout apart) += scale · Σ over the steps of w·x.
void vm_add_weighted_rows(vm_mode mode, long steps, long rows, long H, double scale, const void *w, const void *x,
                          void *out, long ldout);
/// x = (adds ? x : 0) + scale · w·y.
void vm_spread_rows(vm_mode mode, long steps, long rows, long H, double scale, const void *w, const void *y, long ldy,
                    void *x, bool adds);

// Products with weights that stay the same over many steps. A matrix (k × columns) is packed once into panels and then
// multiplied without further copying.

/// Packs b (k × columns, rows ld apart), or the transpose of b (columns × k, rows ld apart). The columns are filled up to
/// whole panels, of 32 at the most.
void vm_pack(vm_mode mode, long k, long columns, const void *b, long ld, bool transposed, void *out);

/// c (rows × columns, rows ldc apart) = (adds ? c : 0) + a1 (rows × k1)·b1 + a2 (rows × k2)·b2, with b1 and b2 packed.
/// k2 may be 0.
void vm_multiply_packed(vm_mode mode, long rows, long columns, long k1, const void *a1, long lda1, const void *b1,
                        long k2, const void *a2, long lda2, const void *b2, void *c, long ldc, bool adds);

/// How many numbers of scratch `vm_add_outer` needs.
long vm_outer_scratch_count(vm_mode mode, long m, long n1, long n2);

/// c1 (m × n1) += aᵀ·b1, c2 (m × n2) += aᵀ·b2, sums (m) += the column sums of a, all over the k rows of a (rows lda
/// apart), b1 and b2. n2 may be 0, sums may be null.
void vm_add_outer(vm_mode mode, long m, long k, const void *a, long lda, long n1, const void *b1, long ld1, void *c1,
                  long n2, const void *b2, long ld2, void *c2, void *sums, void *scratch);

/// c (m × n) += aᵀ·b over the k rows of a (k × m) and b (k × n), for a product that is done once.
void vm_add_plain_outer(vm_mode mode, long m, long n, long k, const void *a, const void *b, void *c);

// Rectifier: y = max(0, x), keeping NaN; backward: dx = dy where y > 0, else 0 (dx may be dy).
void vm_relu(vm_mode mode, long n, const void *x, void *y);
void vm_relu_backward(vm_mode mode, long n, const void *y, const void *dy, void *dx);

// Cells, one time step of B rows. Forward: `gates` (B × G·H) holds the sums before the bias and receives the gates.
// Backward: `gates` holds the gates and receives the gradient of the sums.

/// h = tanh(gates + bias).
void vm_rnn_forward(vm_mode mode, long B, long H, const void *bias, void *gates, void *h);
void vm_rnn_backward(vm_mode mode, long B, long H, void *gates, const void *dh);

/// Gates i f g o. c = f∘c′ + i∘g, h = o∘tanh(c); tanh_c is kept for the backward pass. Without a forget gate (`forgets`
/// false, gates i g o) f is 1.
void vm_lstm_forward(vm_mode mode, bool forgets, long B, long H, const void *bias, void *gates, const void *c_previous,
                     void *c, void *tanh_c, void *h);
/// dc (B × H) comes in as the gradient from the later step and leaves as the one for the earlier step.
void vm_lstm_backward(vm_mode mode, bool forgets, long B, long H, void *gates, const void *c_previous,
                      const void *tanh_c, const void *dh, void *dc);

/// Gates r z n. `product` (B × 3H) holds U·h′ and keeps U·h′ + recurrent_bias in its third part.
void vm_gru_forward(vm_mode mode, long B, long H, const void *bias, const void *recurrent_bias, void *gates,
                    void *product, const void *h_previous, void *h);
/// `product` receives the gradient of U·h′ + recurrent_bias; dh_previous += dh∘z.
void vm_gru_backward(vm_mode mode, long B, long H, void *gates, void *product, const void *h_previous, const void *dh,
                     void *dh_previous);

/// Gates i f z o; i and f leave in their stabilised form. c, n, m are cell, normaliser and stabiliser.
void vm_slstm_forward(vm_mode mode, long B, long H, const void *bias, void *gates, void *log_forget,
                      const void *c_previous, const void *n_previous, const void *m_previous, void *c, void *n, void *m,
                      void *h);
/// dc and dn come in from the later step and leave for the earlier one. The stabiliser cancels, so it has no gradient.
void vm_slstm_backward(vm_mode mode, long B, long H, void *gates, const void *log_forget, const void *c_previous,
                       const void *n_previous, const void *c, const void *n, const void *dh, void *dc, void *dn);

// Optimisers. `scale` multiplies the gradient first (mean over the batch and clipping).

/// Adam (Kingma & Ba 2015) and AdamW (decay > 0 shrinks the weights by rate·decay first). correction1 and 2 are
/// 1 − beta^step.
void vm_adam(vm_mode mode, long n, void *weights, const void *gradient, void *mean, void *square, double scale,
             double rate, double beta1, double beta2, double epsilon, double correction1, double correction2,
             double decay);

/// velocity = momentum·velocity + gradient; weights −= rate·velocity.
void vm_momentum(vm_mode mode, long n, void *weights, const void *gradient, void *velocity, double scale, double rate,
                 double momentum);
