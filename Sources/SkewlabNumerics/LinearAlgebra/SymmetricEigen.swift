internal import COpenBLAS

/// The decomposition A = V·diag(λ)·Vᵀ of a symmetric matrix, by dsyev.
public struct SymmetricEigen: Sendable, Hashable {
  /// The eigenvalues, ascending.
  public let values: [Double]
  /// The orthonormal eigenvectors, column j belonging to `values[j]`; each is determined up to its sign.
  public let vectors: Matrix

  /// Decomposes a matrix, reading its lower triangle only.
  public init(_ symmetric: Matrix) throws(LinearAlgebraError) {
    precondition(symmetric.isSquare, "only a square matrix has eigenvalues")
    guard symmetric.isFinite else { throw .notFinite }
    let n = symmetric.rows
    var vectors = symmetric
    var values = [Double](repeating: 0, count: n)
    if n > 0 {
      var work = [Double](repeating: 0, count: max(1, 34 * n))
      var (size, length, info) = (Int32(n), Int32(work.count), Int32(0))
      var (job, uplo) = (CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "L")))
      unsafe vectors.elements.withUnsafeMutableBufferPointer { a in
        unsafe values.withUnsafeMutableBufferPointer { w in
          unsafe work.withUnsafeMutableBufferPointer { work in
            unsafe dsyev_(&job, &uplo, &size, a.baseAddress, &size, w.baseAddress, work.baseAddress, &length, &info)
          }
        }
      }
      guard info == 0 else { throw .noConvergence(info: Int(info)) }
    }
    self.values = values
    self.vectors = vectors
  }
}
