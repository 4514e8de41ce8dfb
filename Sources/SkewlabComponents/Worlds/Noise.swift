internal import OrderedCollections
internal import SkewlabEngine
internal import SkewlabNumerics

/// The noise of a numeric outcome: mean zero, standard deviation `sd` over the population, of some shape.
struct Noise: Sendable {
  enum Shape: String, Sendable, CaseIterable {
    case normal
    case studentT = "student-t"
    case heteroscedastic
  }

  var shape: Shape
  var sd: Double
  var degrees: Double
  var slope: Double

  static let parameter = Parameter<Noise>(
    "noise",
    type: .either([
      .number(.atLeast(0)),
      .map([
        "shape": .choice(Shape.allCases.map(\.rawValue)), "sd": .number(.atLeast(0)), "degrees": .number(.above(2)),
        "slope": .number(.atLeast(0)),
      ]),
    ]), default: 1.0,
    about: """
      a number: normal with that standard deviation; or `{shape: normal | student-t | heteroscedastic, sd: 1, degrees: 5, slope: 1}`. student-t is scaled to \
      the sd; heteroscedastic is normal with variance sd²·(1 + slope·z²)/(1 + slope), z the first feature standardised, 0 where it does not vary
      """
  ) { $0.map(Noise.init(checked:)) }

  private init(checked node: DocumentNode) {
    shape = node["shape"]?.text.flatMap(Shape.init(rawValue:)) ?? .normal
    sd = node.double ?? node["sd"]?.double ?? 1
    degrees = node["degrees"]?.double ?? 5
    slope = node["slope"]?.double ?? 1
  }

  /// The variance of the noise at this `scale` over rows whose first feature, standardised with the population's mean and deviation, has the mean square `meanSquare`.
  func variance(scale: Double, meanSquare: Double) -> Double {
    let variance = (sd * scale) * (sd * scale)
    return shape == .heteroscedastic ? variance * (1 + slope * meanSquare) / (1 + slope) : variance
  }

  /// Adds noise to the outcomes of a block. `first` is mean and standard deviation of the first feature.
  func add(to rows: inout Rows, stream: RandomStream, scale: Double, first: (mean: Double, sd: Double)) {
    let sd = self.sd * scale, count = rows.count
    guard sd > 0 else { return }
    var scratch = rows.scratch.taken()
    var span = scratch.mutableSpan
    var draws = span._mutatingExtracting(0..<count)
    var unit = sd
    switch shape {
    case .normal, .heteroscedastic: stream.normals(at: rows.position, rows: rows.range, into: &draws)
    case .studentT:
      stream.studentT(degreesOfFreedom: degrees, at: rows.position, rows: rows.range, into: &draws)
      unit = sd * ((degrees - 2) / degrees).squareRoot()
    }
    rows.scratch = scratch
    if shape == .heteroscedastic {
      for i in 0..<count {
        let z = first.sd > 0 ? (rows.features[i, 0] - first.mean) / first.sd : 0
        rows.outcomes[i] += unit * ((1 + slope * z * z) / (1 + slope)).squareRoot() * rows.scratch[i]
      }
    } else {
      for i in 0..<count { rows.outcomes[i] += unit * rows.scratch[i] }
    }
  }
}
