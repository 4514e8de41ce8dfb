internal import COpenBLAS

/// The eigenvalues of any square matrix, by dgeev.
public struct GeneralEigenvalues: Sendable, Hashable {
  /// A complex number.
  public struct Value: Sendable, Hashable {
    /// The real part.
    public var real: Double
    /// The imaginary part.
    public var imaginary: Double

    /// A number.
    public init(real: Double, imaginary: Double = 0) {
      self.real = real
      self.imaginary = imaginary
    }

    /// √(re² + im²), without overflow.
    public var magnitude: Double {
      let a = max(abs(real), abs(imaginary)), b = min(abs(real), abs(imaginary))
      return a == 0 ? 0 : a * (1 + (b / a) * (b / a)).squareRoot()
    }
  }

  /// The eigenvalues, the largest in magnitude first; of a conjugate pair the one with the positive imaginary part first.
  public let values: [Value]

  /// The eigenvalues of a matrix.
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    precondition(matrix.isSquare, "only a square matrix has eigenvalues")
    guard matrix.isFinite else { throw .notFinite }
    let n = matrix.rows
    var a = matrix
    var real = [Double](repeating: 0, count: n), imaginary = real
    if n > 0 {
      var work = [Double](repeating: 0, count: 34 * n), none = [0.0]
      var (size, one, length, info) = (Int32(n), Int32(1), Int32(work.count), Int32(0))
      var left = CChar(UInt8(ascii: "N")), right = left
      unsafe a.elements.withUnsafeMutableBufferPointer { a in
        unsafe real.withUnsafeMutableBufferPointer { wr in
          unsafe imaginary.withUnsafeMutableBufferPointer { wi in
            unsafe work.withUnsafeMutableBufferPointer { work in
              unsafe none.withUnsafeMutableBufferPointer { v in
                unsafe dgeev_(
                  &left, &right, &size, a.baseAddress, &size, wr.baseAddress, wi.baseAddress, v.baseAddress, &one, v.baseAddress, &one,
                  work.baseAddress, &length, &info)
              }
            }
          }
        }
      }
      guard info == 0 else { throw .noConvergence(info: Int(info)) }
    }
    values = zip(real, imaginary).map { Value(real: $0, imaginary: $1) }.sorted {
      $0.magnitude != $1.magnitude
        ? $0.magnitude > $1.magnitude : $0.real != $1.real ? $0.real > $1.real : $0.imaginary > $1.imaginary
    }
  }

  /// The largest magnitude; 0 for the empty matrix.
  public var spectralRadius: Double { values.first?.magnitude ?? 0 }
}
