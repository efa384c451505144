import CVectorMath

/// Which of the engine's loops and products a processor runs.
public enum ProcessorPath: String, Sendable, CaseIterable, CustomStringConvertible {
  /// Nothing beyond what every x86-64 processor, or one of another kind, has.
  case baseline
  /// AVX2 with FMA.
  case avx2 = "AVX2"
  /// AVX-512.
  case avx512 = "AVX-512"

  /// The one that this processor runs.
  public static var best: ProcessorPath {
    switch vm_best_level() {
    case vm_avx512: .avx512
    case vm_avx2: .avx2
    default: .baseline
    }
  }

  public var description: String { rawValue }
}
