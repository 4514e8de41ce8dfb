internal import CSkewlabKernels

/// The instruction sets that the kernels are compiled for. Every result has the same bits from each of them.
package enum InstructionSet: String, CaseIterable, Sendable {
  /// What every CPU of the target has: SSE2 on x86-64, NEON on arm64.
  case baseline
  /// x86-64 with AVX2.
  case avx2 = "AVX2"
  /// x86-64 with AVX-512 F, DQ and VL.
  case avx512 = "AVX-512"

  /// The best one of this machine.
  package static var best: InstructionSet { allCases.last { $0.isAvailable } ?? .baseline }

  /// The one that kernels called from this thread use.
  package static var inUse: InstructionSet { allCases.first { $0.path == skewlab_path_in_use() } ?? .baseline }

  /// Whether this machine can run it.
  package var isAvailable: Bool { skewlab_can_run(path) != 0 }

  /// Runs a body whose kernels, where called from this thread, use this set: for tests. It has to be available.
  package func force<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    precondition(isAvailable, "this machine has no \(rawValue)")
    skewlab_force_path(path)
    defer { skewlab_choose_path() }
    return try body()
  }

  private var path: skewlab_path {
    switch self {
    case .baseline: SKEWLAB_BASELINE
    case .avx2: SKEWLAB_AVX2
    case .avx512: SKEWLAB_AVX512
    }
  }
}
