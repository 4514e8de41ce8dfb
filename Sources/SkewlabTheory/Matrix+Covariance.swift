internal import SkewlabNumerics

extension Matrix {
  /// GPG′ of this matrix P.
  func seen(through gap: Matrix) -> Matrix { gap * self * gap.transposed }

  /// tr(AB), B symmetric.
  func traceOfProduct(_ other: Matrix) -> Double { zip(elements, other.elements).reduce(0) { $0 + $1.0 * $1.1 } }

  /// Adds f·aa′.
  mutating func add(_ factor: Double, outer a: [Double]) {
    for j in a.indices { for i in a.indices { self[i, j] += factor * a[i] * a[j] } }
  }

  /// Without its first row and column.
  mutating func forgetConstant() {
    for i in 0..<rows {
      self[i, 0] = 0
      self[0, i] = 0
    }
  }

  /// The covariance of (prediction at the mean, weights) when the mean moves by so much.
  func moved(by step: [Double]) -> Matrix {
    if step.allSatisfy({ $0 == 0 }) { return self }
    var move = Matrix.identity(rows)
    for (j, h) in step.enumerated() { move[0, j + 1] = h }
    return seen(through: move)
  }
}
