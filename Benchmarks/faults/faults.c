// A layer between a program and the C library that counts the calls which change files below FAULT_ROOT, and lets the
// FAULT_AT-th of them fail with an error, or kills the program right before it. It can also keep a diary of what the disk
// was told, from which crash.py works out what a disk that forgets everything else would hold. Loaded by LD_PRELOAD.
//
//   FAULT_ROOT  absolute folder
//   FAULT_AT    which call, from 1; 0 for none
//   FAULT_KIND  kill, or the number of an error
//   FAULT_LOG   a file that gets the name of each counted call; may be left out
//   FAULT_DIARY an absolute folder for the diary, `ops` and a file for the contents at each fsync; may be left out
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

static const char *root, *diary;
static size_t root_length;
static int fault_at, fault_error, log_file = -1, ops_file = -1;
static pid_t program;
static atomic_int count, contents;

__attribute__((constructor)) static void begin(void) {
  root = getenv("FAULT_ROOT");
  if (root == NULL) return;
  root_length = strlen(root);
  const char *at = getenv("FAULT_AT"), *kind = getenv("FAULT_KIND"), *log = getenv("FAULT_LOG");
  fault_at = at ? atoi(at) : 0;
  fault_error = kind && strcmp(kind, "kill") != 0 ? atoi(kind) : 0;
  program = getpid();
  const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
  if (log) log_file = (int)syscall(SYS_openat, AT_FDCWD, log, flags, 0644);
  diary = getenv("FAULT_DIARY");
  if (diary == NULL) return;
  char path[4200];
  snprintf(path, sizeof path, "%s/ops", diary);
  ops_file = (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0644);
}

// The absolute path that a name stands for; false where it is not below the root.
static int find(int folder, const char *name, char *path, size_t size) {
  if (root == NULL || name == NULL) return 0;
  if (name[0] == '/') {
    snprintf(path, size, "%s", name);
  } else {
    char link[64];
    if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t length = readlink(link, path, size - 1);
    if (length <= 0) return 0;
    snprintf(path + length, size - length, "/%s", name);
  }
  return strncmp(path, root, root_length) == 0;
}

static int find_open(int file, char *path, size_t size) {
  if (root == NULL || file == log_file || file == ops_file) return 0;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, size - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return path[0] == '/' && strncmp(path, root, root_length) == 0;
}

// Whether the call must fail; errno says how.
static int strikes(const char *name, const char *path) {
  int number = ++count;
  if (log_file >= 0) {
    char line[4200];
    int length = snprintf(line, sizeof line, "%d %s %s\n", number, name, path);
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

// Writes a line of the diary where a call has succeeded.
static long told(long result, const char *what, const char *path, const char *other) {
  if (result < 0 || ops_file < 0) return result;
  int error = errno;
  struct stat status;
  unsigned long inode = lstat(path, &status) == 0 ? status.st_ino : 0;
  char line[9000];
  int length = snprintf(line, sizeof line, "%s\t%lu\t%s\t%s\n", what, inode, path, other ? other : "");
  syscall(SYS_write, ops_file, line, length);
  errno = error;
  return result;
}

// Keeps what a file holds at the moment when it is brought to the disk.
static long kept(long result, int file, const char *path) {
  if (result < 0 || ops_file < 0) return result;
  struct stat status;
  if (fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) return told(result, "syncdir", path, NULL);
  char copy[4200], bytes[65536], link[64];
  snprintf(copy, sizeof copy, "%s/%d-%d", diary, (int)getpid(), ++contents);
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  int from = (int)syscall(SYS_openat, AT_FDCWD, link, O_RDONLY | O_CLOEXEC);
  int to = (int)syscall(SYS_openat, AT_FDCWD, copy, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  for (ssize_t size; (size = read(from, bytes, sizeof bytes)) > 0;) syscall(SYS_write, to, bytes, size);
  syscall(SYS_close, from);
  syscall(SYS_close, to);
  return told(result, "sync", path, copy);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *bytes, size_t size) {
  char path[4200];
  if (find_open(file, path, sizeof path) && strikes("write", path)) return -1;
  return syscall(SYS_write, file, bytes, size);
}
static ssize_t put_at(int file, const void *bytes, size_t size, off_t offset) {
  char path[4200];
  if (find_open(file, path, sizeof path) && strikes("pwrite", path)) return -1;
  return syscall(SYS_pwrite64, file, bytes, size, offset);
}
ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset) { return put_at(file, bytes, size, offset); }
ssize_t pwrite64(int file, const void *bytes, size_t size, off_t offset) { return put_at(file, bytes, size, offset); }
static int bring(int file, long call) {
  char path[4200];
  int counts = find_open(file, path, sizeof path);
  if (counts && strikes("fsync", path)) return -1;
  int result = (int)syscall(call, file);
  return counts ? (int)kept(result, file, path) : result;
}
int fsync(int file) { return bring(file, SYS_fsync); }
int fdatasync(int file) { return bring(file, SYS_fdatasync); }
static int cut(int file, off_t size) {
  char path[4200];
  if (find_open(file, path, sizeof path) && strikes("ftruncate", path)) return -1;
  return (int)syscall(SYS_ftruncate, file, size);
}
int ftruncate(int file, off_t size) { return cut(file, size); }
int ftruncate64(int file, off_t size) { return cut(file, size); }

static int open_at(int folder, const char *name, int flags, mode_t mode) {
  char path[4200];
  int counts = (flags & (O_WRONLY | O_RDWR | O_CREAT)) && find(folder, name, path, sizeof path);
  if (counts && strikes("open", path)) return -1;
  int is_new = counts && (flags & O_CREAT) && syscall(SYS_faccessat, folder, name, F_OK) != 0;
  int result = (int)syscall(SYS_openat, folder, name, flags, mode);
  return is_new ? (int)told(result, "create", path, NULL) : result;
}
#define MODE(flags) \
  mode_t mode = 0; \
  if ((flags) & O_CREAT) { \
    va_list rest; \
    va_start(rest, flags); \
    mode = va_arg(rest, mode_t); \
    va_end(rest); \
  }
int open(const char *path, int flags, ...) {
  MODE(flags)
  return open_at(AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  MODE(flags)
  return open_at(AT_FDCWD, path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) {
  MODE(flags)
  return open_at(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
  MODE(flags)
  return open_at(folder, path, flags, mode);
}
static FILE *open_stream(FILE *(*real)(const char *, const char *), const char *name, const char *mode) {
  char path[4200];
  int counts = mode[0] != 'r' && find(AT_FDCWD, name, path, sizeof path);
  if (counts && strikes("fopen", path)) return NULL;
  int is_new = counts && access(path, F_OK) != 0;
  FILE *result = real(name, mode);
  if (is_new) told(result ? 0 : -1, "create", path, NULL);
  return result;
}
FILE *fopen(const char *path, const char *mode) { return open_stream(REAL(fopen), path, mode); }
FILE *fopen64(const char *path, const char *mode) { return open_stream(REAL(fopen64), path, mode); }

static int move(int a, const char *from, int b, const char *to, unsigned flags) {
  char old[4200], path[4200];
  int counts = find(a, from, old, sizeof old) | find(b, to, path, sizeof path);
  if (counts && strikes("rename", path)) return -1;
  int result = (int)syscall(SYS_renameat2, a, from, b, to, flags);
  // RENAME_EXCHANGE
  return counts ? (int)told(result, flags & 2 ? "exchange" : "rename", old, path) : result;
}
int rename(const char *from, const char *to) { return move(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { return move(a, from, b, to, 0); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) { return move(a, from, b, to, flags); }
int link(const char *from, const char *to) {
  char old[4200], path[4200];
  int counts = find(AT_FDCWD, to, path, sizeof path) && find(AT_FDCWD, from, old, sizeof old);
  if (counts && strikes("link", path)) return -1;
  int result = (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
  return counts ? (int)told(result, "link", old, path) : result;
}
static int take_away(int folder, const char *name, int flags) {
  char path[4200];
  int counts = find(folder, name, path, sizeof path);
  if (counts && strikes(flags & AT_REMOVEDIR ? "rmdir" : "unlink", path)) return -1;
  int result = (int)syscall(SYS_unlinkat, folder, name, flags);
  return counts ? (int)told(result, "unlink", path, NULL) : result;
}
int unlink(const char *path) { return take_away(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return take_away(AT_FDCWD, path, AT_REMOVEDIR); }
int unlinkat(int folder, const char *path, int flags) { return take_away(folder, path, flags); }
static int make_folder(int folder, const char *name, mode_t mode) {
  char path[4200];
  int counts = find(folder, name, path, sizeof path);
  if (counts && strikes("mkdir", path)) return -1;
  int result = (int)syscall(SYS_mkdirat, folder, name, mode);
  return counts ? (int)told(result, "mkdir", path, NULL) : result;
}
int mkdir(const char *path, mode_t mode) { return make_folder(AT_FDCWD, path, mode); }
int mkdirat(int folder, const char *path, mode_t mode) { return make_folder(folder, path, mode); }
