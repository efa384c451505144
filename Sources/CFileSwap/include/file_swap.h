#ifndef FILE_SWAP_H
#define FILE_SWAP_H

#include <stdbool.h>

/// One file or folder that is to stand in the place of another.
typedef struct {
  /// Where it was made; on the file system of its place.
  const char *made;
  /// Its place. What stood there before lies at `made` afterwards, if the file system can exchange; else at `old`.
  const char *place;
  /// A free name beside `made` for what stood there before, where the file system cannot exchange.
  const char *old;
} fs_swap;

/// What came of moving a set.
typedef struct {
  /// 0, or the error number of the move that failed; the moves before it have then been taken back.
  int error;
  /// Which move failed.
  int position;
  /// Whether a move before it could not be taken back.
  bool is_mixed;
} fs_outcome;

/// Puts every file of a set in its place, one right after the other, or none of them.
///
/// The moves are done by a short-lived process in a session of its own that shares this one's memory: it goes on to the
/// end where this process is killed in the midst of them.
fs_outcome fs_swap_all(const fs_swap *swaps, int count);

#endif
