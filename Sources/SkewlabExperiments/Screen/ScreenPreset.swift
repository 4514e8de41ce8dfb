public import SkewlabEngine

/// One thing that may go wrong between training and serving, at the strength of an incident that teams have had.
public struct ScreenPreset: Sendable {
  /// The arm's name, and the discrepancy's kind.
  public let kind: String
  /// What happened, in a few words.
  public let incident: String
  /// The discrepancy, given the features that matter most.
  let node: @Sendable (ScreenTargets) -> DocumentNode?

  /// A preset of a kind of one's own.
  ///
  /// - Parameters:
  ///   - kind: The kind of discrepancy, which the catalog has to have.
  ///   - incident: What happened, in a few words.
  ///   - node: The discrepancy's parameters, given the features that matter most; `nil` where no feature suits.
  public init(kind: String, incident: String, node: @escaping @Sendable (ScreenTargets) -> DocumentNode?) {
    self.kind = kind
    self.incident = incident
    self.node = node
  }

  /// Every preset, in the order of the catalogue: one for each kind of discrepancy.
  public static let all: [ScreenPreset] = [
    ScreenPreset(kind: "unit", incident: "a unit that changed: values multiplied by 0.0929") { targets in
      (targets.areas.first ?? targets.numeric.first).map { ["features": .texts([$0]), "factor": 0.09290304] }
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
    ScreenPreset(kind: "coefficient-typo", incident: "a weight whose sign was lost on the way") { targets in
      targets.weightiest.map { ["feature": .string($0), "mistake": "sign-flipped"] } ?? ["mistake": "sign-flipped"]
    },
    ScreenPreset(kind: "link-approximation", incident: "a hard sigmoid instead of the logistic function") { _ in [:] },
    ScreenPreset(kind: "target-leakage", incident: "a feature filled in after the event") { targets in
      targets.numeric.first.map { ["features": .texts([$0]), "strength": 0.1] }
    },
    ScreenPreset(kind: "duplicated-rows", incident: "one logged row in ten twice") { _ in ["share": 0.1] },
    ScreenPreset(kind: "dropped-rows", incident: "one logged row in ten lost") { _ in ["share": 0.1] },
    ScreenPreset(kind: "learner-default", incident: "a library whose default penalty is 1") { _ in ["penalty": 1] },
  ]
}
