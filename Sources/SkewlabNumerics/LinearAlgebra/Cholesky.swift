internal import COpenBLAS

/// The factorization A = L·Lᵀ of a symmetric positive definite matrix, by dpotrf.
public struct Cholesky: Sendable, Hashable {
  /// L: lower triangular, positive diagonal, zeros above it.
  public let lower: Matrix

  /// Factors a matrix, reading its lower triangle only. `nil` if it is not positive definite to working precision or not finite.
  public init?(_ symmetric: Matrix) {
    precondition(symmetric.isSquare, "only a square matrix has a Cholesky factor")
    guard symmetric.isFinite else { return nil }
    let n = symmetric.rows
    var factor = symmetric
    for j in 0..<n {
      for i in 0..<j { factor[i, j] = 0 }
    }
    if n > 0 {
      var (size, info) = (Int32(n), Int32(0))
      var uplo = CChar(UInt8(ascii: "L"))
      unsafe factor.elements.withUnsafeMutableBufferPointer { a in
        unsafe dpotrf_(&uplo, &size, a.baseAddress, &size, &info)
      }
      guard info == 0, factor.isFinite else { return nil }
    }
    lower = factor
  }

  /// The solution x of A·x = b, by dpotrs.
  public func solve(_ b: [Double]) -> [Double] {
    precondition(b.count == lower.rows, "the right side must have one element a row")
    var x = b
    guard !b.isEmpty else { return x }
    var (size, one, info) = (Int32(b.count), Int32(1), Int32(0))
    var uplo = CChar(UInt8(ascii: "L"))
    unsafe lower.elements.withUnsafeBufferPointer { a in
      unsafe x.withUnsafeMutableBufferPointer { x in
        unsafe dpotrs_(&uplo, &size, &one, a.baseAddress, &size, x.baseAddress, &size, &info)
      }
    }
    precondition(info == 0, "dpotrs rejected an argument")
    return x
  }

  /// ln det A = 2 Σ ln Lᵢᵢ; 0 for the empty matrix.
  public var logDeterminant: Double {
    (0..<lower.rows).reduce(0) { $0 + 2 * Elementary.log(lower[$1, $1]) }
  }

  /// An estimate of 1/(‖A‖₁·‖A⁻¹‖₁) by dpocon, usually within a factor of 3; 1 for the empty matrix.
  ///
  /// - Parameter norm: ‖A‖₁, the largest column sum of absolute values.
  func reciprocalCondition(norm: Double) -> Double {
    guard lower.rows > 0 else { return 1 }
    var (size, info, norm, result) = (Int32(lower.rows), Int32(0), norm, 0.0)
    var uplo = CChar(UInt8(ascii: "L"))
    var work = [Double](repeating: 0, count: 3 * lower.rows)
    var iwork = [Int32](repeating: 0, count: lower.rows)
    unsafe lower.elements.withUnsafeBufferPointer { a in
      unsafe work.withUnsafeMutableBufferPointer { work in
        unsafe iwork.withUnsafeMutableBufferPointer { iwork in
          unsafe dpocon_(&uplo, &size, a.baseAddress, &size, &norm, &result, work.baseAddress, iwork.baseAddress, &info)
        }
      }
    }
    precondition(info == 0, "dpocon rejected an argument")
    return result
  }
}
