#include <cblas.h>

// Of the builds with threads of their own; others do not have it.
int blas_thread_shutdown_(void) __attribute__((weak));

/// Ends the threads that OpenBLAS makes when it is loaded: nobody needs them here, and they look for work in a loop, each
/// on a processor of its own, for as long as a short command lives.
static inline void openblas_end_threads(void) {
  openblas_set_num_threads(1);
  if (blas_thread_shutdown_) blas_thread_shutdown_();
}
