import Foundation
import SkewlabEngine
import SkewlabNumerics

/// The law of a gaussian world's features, with the node that gives it.
struct Population: Sendable {
  let mean: [Double]
  let covariance: Matrix
  /// Correlation of neighbours; 0 is the identity.
  let correlation: Double

  init(mean: [Double], correlation: Double = 0) {
    self.mean = mean
    self.correlation = correlation
    covariance = Matrix(mean.indices.map { i in mean.indices.map { j in i == j ? 1 : pow(correlation, Double(abs(i - j))) } })
  }

  init(features: Int, correlation: Double = 0) { self.init(mean: Array(repeating: 0, count: features), correlation: correlation) }

  var features: Int { mean.count }

  /// M = S + mm′.
  var secondMoment: Matrix { covariance + outer(mean, mean) }

  /// The world with these features.
  func world(coefficients: [Double], intercept: Double = 0, noise: Double = 1) -> DocumentNode {
    [
      "kind": "gaussian", "features": .integer(features), "mean": .numbers(mean),
      "covariance": correlation == 0 ? "identity" : ["autoregressive": .number(correlation)], "coefficients": .numbers(coefficients),
      "intercept": .number(intercept), "noise": .number(noise),
    ]
  }

  /// E(a + x′w)² for the difference (a, w) of two predictors: the squared M-norm, the constant included.
  func squaredDistance(_ model: LinearPredictor, _ other: LinearPredictor) -> Double {
    let w = zip(model.weights, other.weights).map { $0 - $1 }
    let constant = model.intercept - other.intercept + dot(mean, w)
    return constant * constant + dot(w, covariance.times(w))
  }

  /// E(a + x′w)(b + x′v) for the differences from a third predictor.
  func product(_ model: LinearPredictor, _ other: LinearPredictor, around center: LinearPredictor) -> Double {
    let w = zip(model.weights, center.weights).map { $0 - $1 }, v = zip(other.weights, center.weights).map { $0 - $1 }
    return (model.intercept - center.intercept + dot(mean, w)) * (other.intercept - center.intercept + dot(mean, v))
      + dot(w, covariance.times(v))
  }
}

/// ab′.
func outer(_ a: [Double], _ b: [Double]) -> Matrix { Matrix(a.map { x in b.map { x * $0 } }) }

/// The inverse, by singular values: the matrices here are small and not symmetric.
func inverse(_ matrix: Matrix) -> Matrix {
  var elements: [Double] = []
  for j in 0..<matrix.columns {
    guard let solved = try? LeastSquares.minimumNorm(matrix, Matrix.identity(matrix.rows).column(j)), solved.rank == matrix.rows else {
      preconditionFailure("a singular matrix")
    }
    elements += solved.solution
  }
  return Matrix(rows: matrix.rows, columns: matrix.columns, elements: elements)
}

/// Σ of the diagonal.
func trace(_ matrix: Matrix) -> Double { (0..<matrix.rows).reduce(0) { $0 + matrix[$1, $1] } }

/// a + b, element by element.
func plus(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + $1 } }
