// A C face over the C++ header gnuplot-iostream: a stream of gnuplot commands and data that ends in a file or in a
// running gnuplot. No C++ exception leaves it; whatever goes wrong comes back as a return value and a text.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A stream that is being written. Not safe to use from two threads at once.
typedef struct gnuplot_stream gnuplot_stream;

/// How a stream ended.
typedef enum gnuplot_ending {
  /// Everything was written; a gnuplot that was fed has exited with status 0.
  gnuplot_ending_done = 0,
  /// Something could not be written; the message is the system's reason.
  gnuplot_ending_unwritten = 1,
  /// gnuplot exited with another status than 0 or was ended by a signal; the message is what it printed.
  gnuplot_ending_failed = 2,
  /// gnuplot did not finish in time and was ended; the message is what it printed until then.
  gnuplot_ending_timed_out = 3,
} gnuplot_ending;

/// Opens a stream that writes to a new file at `path`, or over the file that is there.
/// Returns NULL where that fails, with the system's reason in `message` (cut to `capacity` bytes, zero included).
gnuplot_stream *gnuplot_stream_open_file(const char *path, char *message, size_t capacity);

/// Starts the gnuplot at `executable` (a path; PATH is not searched), without its start-up files, and opens a stream
/// that feeds it. The child has the environment and the working folder of this process.
/// Returns NULL where that fails, with the system's reason in `message`.
gnuplot_stream *gnuplot_stream_open_process(const char *executable, char *message, size_t capacity);

/// Writes `count` bytes of UTF-8 text. Failures are kept and reported by `gnuplot_stream_close`.
void gnuplot_stream_write(gnuplot_stream *stream, const char *text, size_t count);

/// Writes columns of numbers as lines of text: `row_count` lines of `column_count` numbers, each in the shortest form
/// that reads back as the same number; what is not finite is written as `NaN`. Failures are kept as above.
void gnuplot_stream_send_columns(
    gnuplot_stream *stream, const double *const *columns, size_t column_count, size_t row_count);

/// Ends the stream and frees it. A gnuplot that was fed gets its end of file and `seconds` to finish.
/// `status` is its exit status, or 128 and the number of the signal that ended it; 0 for a file.
gnuplot_ending gnuplot_stream_close(
    gnuplot_stream *stream, double seconds, int *status, char *message, size_t capacity);

#ifdef __cplusplus
}
#endif
