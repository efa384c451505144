#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "file_swap.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/// How a move was done, and so how it is taken back.
typedef enum { PLAIN, EXCHANGED, ASIDE } way_of_move;

static bool is_there(const char *path) {
  struct stat status;
  return lstat(path, &status) == 0;
}

static bool is_folder(const char *path) {
  struct stat status;
  return lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int move(const fs_swap *swap, way_of_move *way) {
  if (!is_there(swap->place)) {
    *way = PLAIN;
    return rename(swap->made, swap->place) == 0 ? 0 : errno;
  }
  // Somebody may have made a folder there meanwhile, with what is theirs in it.
  if (is_folder(swap->place) && !is_folder(swap->made)) return EISDIR;
  *way = EXCHANGED;
  if (renameat2(AT_FDCWD, swap->made, AT_FDCWD, swap->place, RENAME_EXCHANGE) == 0) return 0;
  // Some file systems cannot exchange (EINVAL), and some not folders (EXDEV); others do not know the call at all.
  if (errno != EINVAL && errno != ENOSYS && errno != EXDEV && errno != ENOTSUP) return errno;
  *way = ASIDE;
  bool takes_folder = is_folder(swap->place);
  // A second name for the old file leaves no moment without any; a folder cannot have one.
  int kept = takes_folder ? rename(swap->place, swap->old) : link(swap->place, swap->old);
  if (kept != 0 && !takes_folder) kept = rename(swap->place, swap->old);
  if (kept != 0) return errno;
  if (rename(swap->made, swap->place) == 0) return 0;
  int error = errno;
  rename(swap->old, swap->place);
  return error;
}

static int move_back(const fs_swap *swap, way_of_move way) {
  switch (way) {
  case PLAIN: return rename(swap->place, swap->made);
  case EXCHANGED: return renameat2(AT_FDCWD, swap->made, AT_FDCWD, swap->place, RENAME_EXCHANGE);
  case ASIDE:
    if (rename(swap->place, swap->made) != 0) return -1;
    return rename(swap->old, swap->place);
  }
  return -1;
}

typedef struct {
  const fs_swap *swaps;
  int count;
  way_of_move *ways;
  fs_outcome outcome;
} task;

static void carry_out(task *work) {
  for (int position = 0; position < work->count; position++) {
    int error = move(&work->swaps[position], &work->ways[position]);
    if (error == 0) continue;
    work->outcome.error = error;
    work->outcome.position = position;
    for (int done = position - 1; done >= 0; done--) {
      if (move_back(&work->swaps[done], work->ways[done]) != 0) work->outcome.is_mixed = true;
    }
    return;
  }
}

// The thread sanitizer takes every clone for a fork and stops where parent and child share memory.
static const bool has_child =
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
    false &&
#endif
#endif
    true;

static int child(void *argument) {
  // Out of the session, so that a signal to the process group does not reach it.
  setsid();
  carry_out(argument);
  return 0;
}

fs_outcome fs_swap_all(const fs_swap *swaps, int count) {
  way_of_move *ways = calloc((size_t)count + 1, sizeof *ways);
  task work = {.swaps = swaps, .count = count, .ways = ways};
  if (ways == NULL) {
    work.outcome.error = ENOMEM;
    return work.outcome;
  }
  const size_t size = 64 * 1024;
  char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  // The child inherits the mask: no handler of this process may run in it.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  // As posix_spawn does: shared memory, and this thread waits until the child has ended, which costs microseconds
  // whatever the size of the process. No SIGCHLD at the end, so that nobody else can collect the child.
  pid_t pid = stack == MAP_FAILED || !has_child ? -1 : clone(child, stack + size, CLONE_VM | CLONE_VFORK, &work);
  if (pid > 0) {
    while (waitpid(pid, NULL, __WCLONE) < 0 && errno == EINTR) {
    }
  } else {
    // Where no process can be made, the moves are done here.
    carry_out(&work);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (stack != MAP_FAILED) munmap(stack, size);
  free(ways);
  return work.outcome;
}
