/// Why a factorization gives no result.
public enum LinearAlgebraError: Error, Sendable, Hashable {
  /// The input holds a NaN or an infinity.
  case notFinite
  /// A LAPACK iteration did not converge; the routine's own `info`.
  case noConvergence(info: Int)
}
