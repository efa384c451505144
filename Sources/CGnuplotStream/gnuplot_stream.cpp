#include "gnuplot_stream.h"

#include <cassert>  // gnuplot-iostream uses assert without asking for it

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include <gnuplot-iostream.h>
#pragma clang diagnostic pop

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

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
  int error = 0;  // the first errno that writing met
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

/// Runs `body` and keeps the first error that it leaves in the stream.
template <typename Body>
void writing(gnuplot_stream *stream, Body body) {
  if (stream->error != 0) return;
  errno = 0;
  try {
    body(*stream->gnuplot);
    if (stream->gnuplot->good()) return;
  } catch (const std::exception &) {
    // errno holds the reason, where there is one.
  }
  stream->error = errno != 0 ? errno : EIO;
}

}  // namespace

namespace {

gnuplot_stream *open_stream(std::FILE *file, char *message, std::size_t capacity) {
  if (file == nullptr) {
    put_reason(errno, message, capacity);
    return nullptr;
  }
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

}  // namespace

gnuplot_stream *gnuplot_stream_open(const char *path, char *message, size_t capacity) {
  return open_stream(std::fopen(path, "we"), message, capacity);
}

gnuplot_stream *gnuplot_stream_open_descriptor(int descriptor, char *message, size_t capacity) {
  const int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  return open_stream(copy < 0 ? nullptr : fdopen(copy, "w"), message, capacity);
}

int gnuplot_stream_memory() { return memfd_create("chart", MFD_CLOEXEC); }

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

bool gnuplot_stream_close(gnuplot_stream *stream, char *message, size_t capacity) {
  writing(stream, [&](gnuplotio::Gnuplot &gnuplot) { gnuplot.flush(); });
  if (stream->error == 0) {
    // A network file system may report a full disk only on closing, and the header's own closing reports nothing.
    const int copy = dup(fileno(stream->file));
    if (copy < 0 || close(copy) != 0) stream->error = errno;
  }
  stream->gnuplot.reset();
  const int error = stream->error;
  delete stream;
  if (error != 0) put_reason(error, message, capacity);
  return error == 0;
}
