internal import SkewlabEngine
internal import SkewlabNumerics

/// Weights on the rows of a table under which means of given functions are 0: w_i ∝ exp(θ′g_i), the weights nearest to equal ones in the Kullback–Leibler sense.
///
/// θ minimises log Σ exp(θ′g_i), a convex function whose gradient is the weighted mean of g; damped Newton steps, until each mean is 0 to 1e−12 of the function's spread. There is a solution if and only if
/// 0 is inside the convex hull of the g_i. Source: I. Csiszár, I-divergence geometry of probability distributions and minimization problems, Annals of Probability 3(1), 1975.
struct Tilting {
  /// One function: its value in each row.
  private let functions: [[Double]]
  private static let tolerance = 1e-12
  private static let steps = 200

  init(_ functions: [[Double]]) { self.functions = functions }

  /// The weights, which add up to the number of rows; `nil` where there are none.
  func weights() -> [Double]? {
    let count = functions[0].count, size = functions.count
    let scales = functions.map { g in max(abs(g.min() ?? 0), abs(g.max() ?? 0)) }
    for g in functions where !((g.min() ?? 0) < 0 && (g.max() ?? 0) > 0) { return nil }
    let scaled = zip(functions, scales).map { g, scale in g.map { $0 / scale } }
    var theta = Array(repeating: 0.0, count: size)
    var state = Self.state(scaled, theta, count: count)
    for _ in 0..<Self.steps {
      let gradient = state.gradient
      if gradient.allSatisfy({ abs($0) <= Self.tolerance }) { return state.weights }
      let direction = SymmetricSystem.solve(Self.covariance(scaled, state.weights, mean: gradient), gradient).solution.map { -$0 }
      let slope = dot(direction, gradient)
      guard slope < 0 else { return nil }
      var step = 1.0
      while true {
        let next = Self.state(scaled, zip(theta, direction).map { $0 + step * $1 }, count: count)
        // Near the minimum the decrease is below rounding; the gradient itself then says whether the step is good.
        let isLower = next.value <= state.value + 1e-4 * step * slope
        let isFlatter = next.gradient.reduce(0) { max($0, abs($1)) } < 0.5 * gradient.reduce(0) { max($0, abs($1)) }
        if isLower || isFlatter {
          theta = zip(theta, direction).map { $0 + step * $1 }
          state = next
          break
        }
        step /= 2
        if step < 1e-10 { return nil }
      }
    }
    return nil
  }

  private struct State {
    let value: Double
    let weights: [Double]
    let gradient: [Double]
  }

  private static func state(_ functions: [[Double]], _ theta: [Double], count: Int) -> State {
    var exponents = Array(repeating: 0.0, count: count)
    for (g, t) in zip(functions, theta) { for i in 0..<count { exponents[i] += t * g[i] } }
    let top = exponents.max() ?? 0
    var weights = Array(repeating: 0.0, count: count)
    for i in 0..<count { exponents[i] -= top }
    var span = weights.mutableSpan
    Elementary.exp(exponents.span, into: &span)
    let total = weights.reduce(0, +)
    for i in 0..<count { weights[i] *= Double(count) / total }
    let gradient = functions.map { g in dot(g, weights) / Double(count) }
    let value = top + Elementary.log(total)
    return State(value: value, weights: weights, gradient: gradient)
  }

  private static func covariance(_ functions: [[Double]], _ weights: [Double], mean: [Double]) -> Matrix {
    let size = functions.count, count = Double(weights.count)
    var matrix = Matrix(rows: size, columns: size)
    for j in 0..<size {
      let weighted = zip(functions[j], weights).map { ($0 - mean[j]) * $1 }
      for i in 0...j {
        matrix[i, j] = dot(weighted, functions[i]) / count - weighted.reduce(0, +) / count * mean[i]
        matrix[j, i] = matrix[i, j]
      }
    }
    return matrix
  }
}
