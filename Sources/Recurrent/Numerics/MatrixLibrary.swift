import COpenBLAS

/// The library that does the large matrix products.
public enum MatrixLibrary {
  /// Ends the threads that it made when it was loaded. A command does this first: the threads of a training are its own,
  /// and a run of a few milliseconds would otherwise spend most of its processor time on theirs.
  public static func endThreads() { openblas_end_threads() }
}
