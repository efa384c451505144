// A layer between a program and the C library that counts the calls which change files below FAULT_ROOT, and lets the
// FAULT_AT-th of them fail with an error, or kills the program right before it. Loaded by LD_PRELOAD.
//
//   FAULT_ROOT  absolute folder
//   FAULT_AT    which call, from 1; 0 for none
//   FAULT_KIND  kill, or the number of an error
//   FAULT_LOG   a file that gets the name of each counted call; may be left out
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *root;
static size_t root_length;
static int fault_at, fault_error, log_file = -1;
static pid_t program;
static atomic_int count;

__attribute__((constructor)) static void begin(void) {
  root = getenv("FAULT_ROOT");
  if (root == NULL) return;
  root_length = strlen(root);
  const char *at = getenv("FAULT_AT"), *kind = getenv("FAULT_KIND"), *log = getenv("FAULT_LOG");
  fault_at = at ? atoi(at) : 0;
  fault_error = kind && strcmp(kind, "kill") != 0 ? atoi(kind) : 0;
  program = getpid();
  if (log) log_file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

static int is_below(const char *path) {
  if (root == NULL || path == NULL) return 0;
  // Relative paths are the program's own: it is started in the root.
  return path[0] != '/' || strncmp(path, root, root_length) == 0;
}

static int is_open_below(int descriptor) {
  if (root == NULL || descriptor == log_file) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return path[0] == '/' && strncmp(path, root, root_length) == 0;
}

// Whether the call must fail; errno says how.
static int strikes(const char *name, const char *path) {
  int number = ++count;
  if (log_file >= 0) {
    char line[4200];
    int length = snprintf(line, sizeof line, "%d %s %s\n", number, name, path ? path : "");
    syscall(SYS_write, log_file, line, length);
  }
  if (number != fault_at) return 0;
  if (fault_error == 0) {
    // Not getpid(): the call may come from a process that the program has made.
    kill(program, SIGKILL);
    // The program itself never comes back from this; its child goes on.
    return 0;
  }
  errno = fault_error;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *bytes, size_t size) {
  if (is_open_below(file) && strikes("write", NULL)) return -1;
  return syscall(SYS_write, file, bytes, size);
}
ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset) {
  if (is_open_below(file) && strikes("pwrite", NULL)) return -1;
  return syscall(SYS_pwrite64, file, bytes, size, offset);
}
int fsync(int file) {
  if (is_open_below(file) && strikes("fsync", NULL)) return -1;
  return (int)syscall(SYS_fsync, file);
}
int ftruncate(int file, off_t size) {
  if (is_open_below(file) && strikes("ftruncate", NULL)) return -1;
  return (int)syscall(SYS_ftruncate, file, size);
}
int open(const char *path, int flags, ...) {
  mode_t mode = 0;
  if (flags & O_CREAT) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) && is_below(path) && strikes("open", path)) return -1;
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  mode_t mode = 0;
  if (flags & O_CREAT) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) && is_below(path) && strikes("open", path)) return -1;
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
FILE *fopen(const char *path, const char *mode) {
  if (mode[0] != 'r' && is_below(path) && strikes("fopen", path)) return NULL;
  return REAL(fopen)(path, mode);
}
FILE *fopen64(const char *path, const char *mode) {
  if (mode[0] != 'r' && is_below(path) && strikes("fopen", path)) return NULL;
  return REAL(fopen64)(path, mode);
}
int rename(const char *from, const char *to) {
  if (is_below(to) && strikes("rename", to)) return -1;
  return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
  if (is_below(to) && strikes("renameat2", to)) return -1;
  return (int)syscall(SYS_renameat2, a, from, b, to, flags);
}
int link(const char *from, const char *to) {
  if (is_below(to) && strikes("link", to)) return -1;
  return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int unlink(const char *path) {
  if (is_below(path) && strikes("unlink", path)) return -1;
  return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}
int rmdir(const char *path) {
  if (is_below(path) && strikes("rmdir", path)) return -1;
  return (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}
int unlinkat(int folder, const char *path, int flags) {
  if (is_below(path) && strikes("unlinkat", path)) return -1;
  return (int)syscall(SYS_unlinkat, folder, path, flags);
}
int mkdir(const char *path, mode_t mode) {
  if (is_below(path) && strikes("mkdir", path)) return -1;
  return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}
