internal import COpenBLAS

/// Least squares by the singular value decomposition.
public enum LeastSquares {
  /// The vector of least Euclidean norm among those that minimise ‖a·x − b‖₂, by dgelsd.
  ///
  /// - Parameters:
  ///   - a: Any shape and rank.
  ///   - b: One element a row of `a`.
  ///   - relativeCutoff: Singular values at most this share of the largest count as zero; by default max(rows, columns)·2⁻⁵².
  /// - Returns: The solution and the number of singular values kept.
  public static func minimumNorm(
    _ a: Matrix, _ b: [Double], relativeCutoff: Double? = nil
  ) throws(LinearAlgebraError) -> (solution: [Double], rank: Int) {
    precondition(b.count == a.rows, "the right side must have one element a row")
    guard a.isFinite, b.allSatisfy({ $0.isFinite }) else { throw .notFinite }
    guard a.rows > 0, a.columns > 0 else { return ([Double](repeating: 0, count: a.columns), 0) }
    var cutoff = relativeCutoff ?? Double(max(a.rows, a.columns)) * Double.ulpOfOne
    var matrix = a
    var right = b + [Double](repeating: 0, count: max(0, a.columns - a.rows))
    var singular = [Double](repeating: 0, count: min(a.rows, a.columns))
    var (m, n, one, ldb) = (Int32(a.rows), Int32(a.columns), Int32(1), Int32(right.count))
    var (rank, info) = (Int32(0), Int32(0))
    var work = [0.0]
    var iwork = [Int32(0)]
    var length = Int32(-1)
    // The first call asks for the sizes of the work arrays, the second solves.
    for _ in 0..<2 {
      unsafe matrix.elements.withUnsafeMutableBufferPointer { a in
        unsafe right.withUnsafeMutableBufferPointer { b in
          unsafe singular.withUnsafeMutableBufferPointer { s in
            unsafe work.withUnsafeMutableBufferPointer { work in
              unsafe iwork.withUnsafeMutableBufferPointer { iwork in
                unsafe dgelsd_(
                  &m, &n, &one, a.baseAddress, &m, b.baseAddress, &ldb, s.baseAddress, &cutoff, &rank, work.baseAddress, &length,
                  iwork.baseAddress, &info)
              }
            }
          }
        }
      }
      guard info == 0 else { throw .noConvergence(info: Int(info)) }
      if length == -1 {
        length = Int32(work[0])
        work = [Double](repeating: 0, count: Int(length))
        iwork = [Int32](repeating: 0, count: max(1, Int(iwork[0])))
      }
    }
    return (Array(right[0..<a.columns]), Int(rank))
  }
}
