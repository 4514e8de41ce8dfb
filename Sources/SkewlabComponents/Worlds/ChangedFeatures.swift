internal import SkewlabEngine
internal import SkewlabNumerics

/// What conditions make of features with a known mean and covariance: x = center + D·A·(x₀ − mean), with A of the mixings, one after another, and D the scales.
struct ChangedFeatures: Sendable {
  /// The mean of the changed features.
  let center: [Double]
  /// D.
  let scales: [Double]
  /// The two features of a mixing that cancel.
  private let cancelling: WorldConditions.Mixing?
  /// A mixing cancels where it leaves no more than this of the variance: c² has a rounding error of about 10⁻¹⁶, so that less of it is known to fewer than four digits.
  private static let leastVariance = 1e-12
  private let steps: [Step]

  private struct Step: Sendable {
    let feature: Int, other: Int
    /// The deviation becomes own·(its own) + taken·(the other's).
    let own: Double, taken: Double
  }

  /// - Parameters:
  ///   - mean: As described.
  ///   - covariance: The same; asked for only where features mix.
  ///   - conditions: The changes.
  init(mean: [Double], covariance: () -> Matrix, conditions: WorldConditions) {
    let stay = conditions.featureOffsets.allSatisfy { $0 == 0 }
    center = stay ? mean : zip(mean, conditions.featureOffsets).map { $0 + $1 }
    scales = conditions.featureScales
    guard !conditions.mixings.isEmpty else {
      steps = []
      cancelling = nil
      return
    }
    var current = covariance()
    var made: [Step] = [], cancelled: WorldConditions.Mixing?
    for mixing in conditions.mixings {
      let a = mixing.feature, b = mixing.other, r = mixing.share
      let ratio = (current[a, a] / current[b, b]).squareRoot()
      let correlation = current[a, b] / (current[a, a] * current[b, b]).squareRoot()
      let rest = (1 - r * r).squareRoot()
      let variance = 1 + 2 * r * rest * correlation, size = variance.squareRoot()
      if !(variance > Self.leastVariance), cancelled == nil { cancelled = mixing }
      let step = Step(feature: a, other: b, own: rest / size, taken: r * ratio / size)
      made.append(step)
      current = Self.mixed(current, by: [step])
    }
    steps = made
    cancelling = cancelled
  }

  /// In words, what is wrong where two features cancel; `nil` where none do.
  func problem(_ schema: Schema) -> String? {
    cancelling.map { "the two features '\(schema.names[$0.feature])' and '\(schema.names[$0.other])' would cancel" }
  }

  /// Whether A is not the identity.
  var mixes: Bool { !steps.isEmpty }

  /// A·v.
  func mixed(_ v: [Double]) -> [Double] {
    var v = v
    for step in steps { v[step.feature] = step.own * v[step.feature] + step.taken * v[step.other] }
    return v
  }

  /// A′·v.
  func transposeMixed(_ v: [Double]) -> [Double] {
    var v = v
    for step in steps.reversed() {
      v[step.other] += step.taken * v[step.feature]
      v[step.feature] *= step.own
    }
    return v
  }

  /// D·A·S·A′·D: the covariance of the changed features, S that of the features as described.
  func covariance(_ described: Matrix) -> Matrix {
    var s = mixed(described)
    for j in scales.indices { for i in scales.indices { s[i, j] *= scales[i] * scales[j] } }
    return s
  }

  /// A·S·A′.
  func mixed(_ covariance: Matrix) -> Matrix { Self.mixed(covariance, by: steps) }

  private static func mixed(_ covariance: Matrix, by steps: [Step]) -> Matrix {
    var s = covariance
    for step in steps {
      for j in 0..<s.columns { s[step.feature, j] = step.own * s[step.feature, j] + step.taken * s[step.other, j] }
      for i in 0..<s.rows { s[i, step.feature] = step.own * s[i, step.feature] + step.taken * s[i, step.other] }
    }
    return s
  }

  /// Mixes the columns of deviations, in place.
  func mix(_ deviations: inout Matrix, rows: Int) {
    for step in steps {
      deviations.withMutableColumn(step.feature, rows: 0..<rows) { x in for i in x.indices { x[i] *= step.own } }
      deviations.addMultiple(step.taken, ofColumn: step.other, toColumn: step.feature, rows: rows)
    }
  }

  /// Turns the columns of deviations into the changed features, in place.
  func apply(toDeviations features: inout Matrix, rows: Int) {
    mix(&features, rows: rows)
    for j in center.indices {
      let shift = center[j], scale = scales[j]
      if shift == 0, scale == 1 { continue }
      features.withMutableColumn(j, rows: 0..<rows) { x in for i in x.indices { x[i] = shift + scale * x[i] } }
    }
  }
}
