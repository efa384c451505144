#include "gnuplot_stream.h"

#include <cassert>  // gnuplot-iostream uses assert without asking for it

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include <gnuplot-iostream.h>
#pragma clang diagnostic pop

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace {

/// A number that is printed in the shortest form that reads back as itself.
struct Number {
  double value;
};

/// A column that is borrowed from the caller, with what gnuplot-iostream asks of a container.
struct Column {
  using value_type = Number;

  struct const_iterator {
    const double *at = nullptr;
    Number operator*() const { return {*at}; }
    const_iterator &operator++() {
      ++at;
      return *this;
    }
    bool operator==(const const_iterator &other) const { return at == other.at; }
  };

  const double *first;
  std::size_t count;
  const_iterator begin() const { return {first}; }
  const_iterator end() const { return {first + count}; }
};

}  // namespace

namespace gnuplotio {

template <>
struct TextSender<Number> {
  static void send(std::ostream &stream, const Number &number) {
    if (!std::isfinite(number.value)) {
      stream << "NaN";
      return;
    }
    // Plain digits where a person would write them: times in seconds are not to become 1.7e+09.
    const double size = std::fabs(number.value);
    const bool plain = size == 0 || (size >= 1e-5 && size < 1e15);
    char text[64];
    const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    const auto end = std::to_chars(text, text + sizeof text, number.value, format).ptr;
    stream.write(text, end - text);
  }
};

}  // namespace gnuplotio

struct gnuplot_stream {
  std::unique_ptr<gnuplotio::Gnuplot> gnuplot;
  std::FILE *file = nullptr;
  pid_t child = -1;
  int printed = -1;  // what the child prints, a file in memory, so that it can never block on us
  int error = 0;     // the first errno that writing met
};

namespace {

void put(const char *text, char *message, std::size_t capacity) {
  if (message == nullptr || capacity == 0) return;
  const std::size_t all = std::strlen(text);
  std::size_t count = std::min(all, capacity - 1);
  // Not in the middle of a UTF-8 character.
  while (count < all && count > 0 && (static_cast<unsigned char>(text[count]) & 0xC0) == 0x80) --count;
  std::memcpy(message, text, count);
  message[count] = 0;
}

void put_reason(int error, char *message, std::size_t capacity) {
  char text[256];
  put(strerror_r(error, text, sizeof text), message, capacity);
}

/// What a child printed, as much of its beginning as there is room for.
void put_contents(int file, char *message, std::size_t capacity) {
  if (message == nullptr || capacity == 0) return;
  const ssize_t count = pread(file, message, capacity - 1, 0);
  message[count > 0 ? count : 0] = 0;
}

/// Keeps SIGPIPE from this thread while it writes to a gnuplot that may be gone; the write then fails with EPIPE.
class PipeSignalGuard {
 public:
  PipeSignalGuard() {
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~PipeSignalGuard() {
    const int error = errno;
    const timespec now = {};
    if (!was_pending_) {
      while (sigtimedwait(&pipe_, nullptr, &now) == -1 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
  }
  PipeSignalGuard(const PipeSignalGuard &) = delete;
  PipeSignalGuard &operator=(const PipeSignalGuard &) = delete;

 private:
  sigset_t pipe_, before_;
  bool was_pending_;
};

/// Runs `body` and keeps the first error that it leaves in the stream.
template <typename Body>
void writing(gnuplot_stream *stream, Body body) {
  if (stream->error != 0) return;
  PipeSignalGuard guard;
  errno = 0;
  try {
    body(*stream->gnuplot);
    if (stream->gnuplot->good()) return;
  } catch (const std::exception &) {
    // errno holds the reason, where there is one.
  }
  stream->error = errno != 0 ? errno : EIO;
}

gnuplot_stream *wrap(std::FILE *file, char *message, std::size_t capacity) {
  try {
    auto stream = std::make_unique<gnuplot_stream>();
    stream->gnuplot = std::make_unique<gnuplotio::Gnuplot>(file);
    stream->file = file;
    return stream.release();
  } catch (const std::exception &problem) {
    std::fclose(file);
    put(problem.what(), message, capacity);
    return nullptr;
  }
}

/// Starts `executable` with its standard input at `input` and both outputs at `output`; returns 0 or an errno.
int start(const char *executable, int input, int output, pid_t *child) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  if (int error = posix_spawn_file_actions_init(&files)) return error;
  if (int error = posix_spawnattr_init(&attributes)) {
    posix_spawn_file_actions_destroy(&files);
    return error;
  }
  posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
  // The child must not inherit signals that this thread has blocked or this process ignores.
  sigset_t none, usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  char defaults[] = "-d";
  char *arguments[] = {const_cast<char *>(executable), defaults, nullptr};
  const int error = posix_spawn(child, executable, &files, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

/// Waits until the child has ended; ends it when the time is over. Returns whether it ended by itself.
bool wait_for(pid_t child, double seconds, int *status) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::duration<double>(seconds);
  auto pause = std::chrono::milliseconds(1);
  for (;;) {
    int raw = 0;
    const pid_t ended = waitpid(child, &raw, WNOHANG);
    if (ended == child) {
      *status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
      return true;
    }
    // A process that ignores SIGCHLD has its children reaped for it; there is then no status to be had.
    if (ended < 0 && errno != EINTR) {
      *status = 0;
      return true;
    }
    if (Clock::now() >= deadline) {
      kill(child, SIGKILL);
      while (waitpid(child, &raw, 0) < 0 && errno == EINTR) {
      }
      *status = 128 + SIGKILL;
      return false;
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(16));
  }
}

}  // namespace

gnuplot_stream *gnuplot_stream_open_file(const char *path, char *message, size_t capacity) {
  std::FILE *file = std::fopen(path, "we");
  if (file == nullptr) {
    put_reason(errno, message, capacity);
    return nullptr;
  }
  return wrap(file, message, capacity);
}

gnuplot_stream *gnuplot_stream_open_process(const char *executable, char *message, size_t capacity) {
  int ends[2] = {-1, -1};
  const int printed = memfd_create("gnuplot", MFD_CLOEXEC);
  pid_t child = -1;
  int error = 0;
  if (printed < 0 || pipe2(ends, O_CLOEXEC) != 0) {
    error = errno;
  } else {
    error = start(executable, ends[0], printed, &child);
    close(ends[0]);
    if (error != 0) close(ends[1]);
  }
  std::FILE *file = error == 0 ? fdopen(ends[1], "w") : nullptr;
  if (error == 0 && file == nullptr) {
    error = errno;
    close(ends[1]);
  }
  gnuplot_stream *stream = nullptr;
  if (error == 0) {
    stream = wrap(file, message, capacity);
  } else {
    put_reason(error, message, capacity);
  }
  if (stream == nullptr) {
    int status = 0;
    if (child > 0) wait_for(child, 1, &status);
    if (printed >= 0) close(printed);
    return nullptr;
  }
  stream->child = child;
  stream->printed = printed;
  return stream;
}

void gnuplot_stream_write(gnuplot_stream *stream, const char *text, size_t count) {
  writing(stream, [&](gnuplotio::Gnuplot &gnuplot) { gnuplot.write(text, static_cast<std::streamsize>(count)); });
}

void gnuplot_stream_send_columns(
    gnuplot_stream *stream, const double *const *columns, size_t column_count, size_t row_count) {
  writing(stream, [&](gnuplotio::Gnuplot &gnuplot) {
    std::vector<Column> table;
    table.reserve(column_count);
    for (size_t column = 0; column < column_count; ++column) table.push_back({columns[column], row_count});
    // The header's own send() ends with an "e", which a datablock would take for data.
    gnuplotio::top_level_array_sender(gnuplot, table, gnuplotio::Mode1DUnwrap(), gnuplotio::ModeText());
  });
}

gnuplot_ending gnuplot_stream_close(
    gnuplot_stream *stream, double seconds, int *status, char *message, size_t capacity) {
  writing(stream, [&](gnuplotio::Gnuplot &gnuplot) { gnuplot.flush(); });
  if (stream->error == 0 && stream->child < 0) {
    // A network file system may report a full disk only on closing, and the header's own closing reports nothing.
    const int copy = dup(fileno(stream->file));
    if (copy < 0 || close(copy) != 0) stream->error = errno;
  }
  {
    PipeSignalGuard guard;
    stream->gnuplot.reset();
  }
  gnuplot_ending ending = gnuplot_ending_done;
  *status = 0;
  put("", message, capacity);
  if (stream->error != 0) {
    ending = gnuplot_ending_unwritten;
    put_reason(stream->error, message, capacity);
  }
  if (stream->child >= 0) {
    const bool ended = wait_for(stream->child, seconds, status);
    // A gnuplot that stopped at an error reads no further, so its own message says more than the broken pipe.
    if (!ended || *status != 0) {
      ending = ended ? gnuplot_ending_failed : gnuplot_ending_timed_out;
      put_contents(stream->printed, message, capacity);
    }
    close(stream->printed);
  }
  delete stream;
  return ending;
}
