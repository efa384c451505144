// A C face over the C++ header gnuplot-iostream: a file of gnuplot commands and data. No C++ exception leaves it; whatever
// goes wrong comes back as a return value and a text.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A stream that is being written. Not safe to use from two threads at once.
typedef struct gnuplot_stream gnuplot_stream;

/// Opens a stream that writes to a new file at `path`, or over the file that is there.
/// Returns NULL where that fails, with the system's reason in `message` (cut to `capacity` bytes, zero included).
gnuplot_stream *gnuplot_stream_open(const char *path, char *message, size_t capacity);

/// The same for a file that is open already; the descriptor stays open and is the caller's.
gnuplot_stream *gnuplot_stream_open_descriptor(int descriptor, char *message, size_t capacity);

/// A new file without a name, in memory alone; -1 where that fails, with the reason in `errno`.
int gnuplot_stream_memory(void);

/// Writes `count` bytes of UTF-8 text. Failures are kept and reported by `gnuplot_stream_close`.
void gnuplot_stream_write(gnuplot_stream *stream, const char *text, size_t count);

/// Writes columns of numbers as lines of text: `row_count` lines of `column_count` numbers, each in the shortest form
/// that reads back as the same number; what is not finite is written as `NaN`. Failures are kept as above.
void gnuplot_stream_send_columns(
    gnuplot_stream *stream, const double *const *columns, size_t column_count, size_t row_count);

/// Ends the stream and frees it. Returns false where something could not be written, with the system's reason.
bool gnuplot_stream_close(gnuplot_stream *stream, char *message, size_t capacity);

#ifdef __cplusplus
}
#endif
