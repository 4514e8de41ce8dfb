internal import SkewlabEngine
internal import SkewlabNumerics

/// One thing that may go wrong between training and serving, at the strength of an incident that teams have had.
public struct ScreenPreset: Sendable {
  /// The arm's name, and the discrepancy's kind.
  public let kind: String
  /// What happened, in a few words.
  public let incident: String
  /// The discrepancy, given the features that matter most.
  let node: @Sendable (ScreenTargets) -> DocumentNode?

  /// Every preset, in the order of the catalogue: one for each kind of discrepancy.
  public static let all: [ScreenPreset] = [
    ScreenPreset(kind: "unit", incident: "square feet read as square metres") { targets in
      targets.numeric.first.map { ["features": .texts([$0]), "factor": 0.09290304] }
    },
    ScreenPreset(kind: "stale-feature", incident: "a cache that is five rows old") { targets in
      targets.numeric.first.map { ["features": .texts([$0]), "rows": 5] }
    },
    ScreenPreset(kind: "misaligned-rows", incident: "features joined to the next row") { targets in
      targets.numeric.first.map { ["features": .texts([$0])] }
    },
    ScreenPreset(kind: "default-on-timeout", incident: "a feature store that times out for one row in twenty") { targets in
      targets.numeric.first.map { ["features": .texts([$0]), "probability": 0.05] }
    },
    ScreenPreset(kind: "timezone", incident: "hours in another time zone, eight hours off") { targets in
      targets.hours.first.map { ["features": .texts([$0]), "hours": 8] }
    },
    ScreenPreset(kind: "feature-noise", incident: "a sensor whose noise is half the feature's own spread") { targets in
      targets.numeric.first.map { ["features": .texts([$0]), "sd": .number(0.5 * (targets.deviations[$0] ?? 1))] }
    },
    ScreenPreset(kind: "unseen-category", incident: "capitals in one text in ten") { targets in
      targets.text.first.map { ["features": .texts([$0]), "share": 0.1] }
    },
    ScreenPreset(kind: "swap-features", incident: "two columns exchanged in a positional array") { targets in
      targets.numeric.count > 1 ? ["features": .texts(Array(targets.numeric.prefix(2)))] : nil
    },
    ScreenPreset(kind: "impute-mismatch", incident: "missing values read as 0") { _ in ["with": "constant", "value": 0] },
    ScreenPreset(kind: "stale-statistics", incident: "a scaler that was fitted three cycles ago") { _ in
      ["step": "standardize", "cycles": 3]
    },
    ScreenPreset(kind: "double-transform", incident: "features standardised by the client and again by the server") { _ in
      ["step": "standardize"]
    },
    ScreenPreset(kind: "skip-transform", incident: "features that are not standardised") { _ in ["step": "standardize"] },
    ScreenPreset(kind: "step-order", incident: "the last two steps exchanged") { targets in
      targets.steps > 1 ? ["step": .integer(targets.steps - 2), "with": .integer(targets.steps - 1)] : nil
    },
    ScreenPreset(kind: "category-order", incident: "an encoder with the categories in another order") { targets in
      targets.text.first.map { ["features": .texts([$0])] }
    },
    ScreenPreset(kind: "log-variant", incident: "log10 instead of log1p") { _ in ["variant": "log10"] },
    ScreenPreset(kind: "bin-edges", incident: "bins closed on the other side") { _ in [:] },
    ScreenPreset(kind: "truncate", incident: "a number cut to whole halves of its spread") { targets in
      targets.numeric.first.map { ["features": .texts([$0]), "grid": .number(0.5 * (targets.deviations[$0] ?? 1))] }
    },
    ScreenPreset(kind: "ddof", incident: "a standard deviation with n − 1") { _ in [:] },
    ScreenPreset(kind: "rounding", incident: "half to even instead of half up") { _ in [:] },
    ScreenPreset(kind: "quantile-method", incident: "another rule of interpolation") { _ in [:] },
    ScreenPreset(kind: "clip-threshold", incident: "a clip that moved from 3σ to 2σ") { _ in [:] },
    ScreenPreset(kind: "hash-variant", incident: "another seed of the hash") { _ in [:] },
    ScreenPreset(kind: "missing-as-zero", incident: "missing read as 0") { _ in [:] },
    ScreenPreset(kind: "precision", incident: "a scorer in half precision") { _ in ["format": "float16"] },
    ScreenPreset(kind: "coefficient-typo", incident: "a weight whose sign was lost on the way") { _ in ["mistake": "sign-flipped"] },
    ScreenPreset(kind: "link-approximation", incident: "a hard sigmoid instead of the logistic function") { _ in [:] },
    ScreenPreset(kind: "target-leakage", incident: "a feature filled in after the event") { targets in
      targets.numeric.first.map { ["features": .texts([$0]), "strength": 0.1] }
    },
    ScreenPreset(kind: "duplicated-rows", incident: "one logged row in ten twice") { _ in ["share": 0.1] },
    ScreenPreset(kind: "dropped-rows", incident: "one logged row in ten lost") { _ in ["share": 0.1] },
    ScreenPreset(kind: "learner-default", incident: "a library whose default penalty is 1") { _ in ["penalty": 1] },
  ]
}

/// What a screen aims at: the features of the raw rows, the most telling first.
struct ScreenTargets: Sendable {
  /// Numeric features, by the size of their correlation with the outcome.
  var numeric: [String] = []
  /// Their standard deviations.
  var deviations: [String: Double] = [:]
  /// Text features.
  var text: [String] = []
  /// Features that count hours.
  var hours: [String] = []
  /// Steps of the pipeline.
  var steps = 0

  /// Looks at the rows of cycle 0.
  init(_ scenario: Scenario) {
    let world = scenario.world.component
    var rows = Rows(schema: world.schema, capacity: scenario.rows, hasIdentities: world.everyRow != nil)
    world.draw(
      0..<scenario.rows, at: .init(replicate: 0, cycle: 0), conditions: WorldConditions(features: world.schema.count), into: &rows)
    var strengths: [(name: String, correlation: Double)] = []
    for (j, column) in world.schema.columns.enumerated() {
      guard column.isNumeric else {
        text.append(column.name)
        continue
      }
      let present = (0..<rows.count).filter { !rows.features[$0, j].isNaN }
      guard !present.isEmpty else { continue }
      let x = present.map { rows.features[$0, j] }, y = present.map { rows.outcomes[$0] }, n = Double(present.count)
      let meanX = x.reduce(0, +) / n, meanY = y.reduce(0, +) / n
      let xx = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }, yy = y.reduce(0) { $0 + ($1 - meanY) * ($1 - meanY) }
      let xy = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
      deviations[column.name] = (xx / n).squareRoot()
      if column.name.lowercased().contains("hour") { hours.append(column.name) }
      strengths.append((column.name, xx > 0 && yy > 0 ? abs(xy) / (xx * yy).squareRoot() : 0))
    }
    numeric = strengths.sorted { $0.correlation > $1.correlation }.map(\.name)
    steps = scenario.pipeline.steps.count
  }
}
