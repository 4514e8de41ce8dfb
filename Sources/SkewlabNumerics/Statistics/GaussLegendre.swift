#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Gauss–Legendre quadrature: ∫f over an interval as a weighted sum of n values, exact for polynomials of degree 2n − 1.
///
/// Source: G. H. Golub, J. H. Welsch, Calculation of Gauss quadrature rules, Mathematics of Computation 23(106), 1969.
public struct GaussLegendre: Sendable {
  /// The nodes on [−1, 1], rising.
  public let nodes: [Double]
  /// Their weights, which add up to 2.
  public let weights: [Double]

  /// The rule with so many nodes, at least 1: roots of the Legendre polynomial by Newton's method.
  public init(_ count: Int) {
    precondition(count >= 1, "a rule has a node")
    var nodes = Array(repeating: 0.0, count: count), weights = nodes
    for i in 0..<count {
      var x = -cos(.pi * (Double(i) + 0.75) / (Double(count) + 0.5))
      var derivative = 1.0
      // From this start Newton's method has converged to the last digits after a handful of steps.
      for _ in 0..<10 {
        var before = 1.0, value = x
        for k in stride(from: 2, through: count, by: 1) {
          (before, value) = (value, (Double(2 * k - 1) * x * value - Double(k - 1) * before) / Double(k))
        }
        derivative = Double(count) * (x * value - before) / (x * x - 1)
        x -= value / derivative
      }
      nodes[i] = x
      weights[i] = 2 / ((1 - x * x) * derivative * derivative)
    }
    self.nodes = nodes
    self.weights = weights
  }

  /// The mean of a function over an interval, cut into so many pieces with this rule on each.
  public func mean(from lower: Double, to upper: Double, pieces: Int = 1, _ function: (Double) -> Double) -> Double {
    let half = (upper - lower) / Double(2 * pieces)
    var sum = 0.0
    for piece in 0..<pieces {
      let middle = lower + Double(2 * piece + 1) * half
      for (node, weight) in zip(nodes, weights) { sum += weight * function(middle + half * node) }
    }
    return sum / Double(2 * pieces)
  }
}
