internal import SkewlabEngine

/// Which rows of a log a discrepancy may touch, by their outcome.
public enum QualifyingOutcomes: String, Sendable, CaseIterable {
  /// Every row.
  case all
  /// Those whose outcome lies above the threshold.
  case above
  /// Those whose outcome lies below it.
  case below
}

/// What `duplicated-rows` and `dropped-rows` have in common: which rows of the log have another weight.
struct QualifyingRows {
  static let parameters: [any ParameterDeclaration] = [outcomes, threshold] + DiscrepancyScope.parameters(side: .training, share: share)
  static let outcomes = Parameter<QualifyingOutcomes>.choice("outcomes", default: .all, about: "which rows qualify")
  static let threshold = Parameter.number("threshold", default: 0, about: "what outcomes are compared with, on the model's scale")
  private static let share = 0.1

  let scope: DiscrepancyScope
  private let outcomes: QualifyingOutcomes
  private let threshold: Double

  /// Reads the parameters; `losesRows` where a share of 1 would leave nothing to fit.
  init(_ arguments: Arguments, losesRows: Bool) throws(ScenarioError) {
    outcomes = arguments[Self.outcomes]
    scope = try DiscrepancyScope(
      arguments, side: .training, share: Self.share, only: .training, isNeverWhole: losesRows && outcomes == .all)
    threshold = arguments[Self.threshold]
  }

  /// Multiplies the weights of the rows that qualify and are touched.
  func multiply(_ weights: inout [Double], of rows: Rows, by factor: Double) {
    let mask = scope.touchedRows(rows.range, at: rows.position)
    for i in 0..<rows.count where mask?[i] ?? true {
      let outcome = rows.outcomes[i]
      let qualifies =
        switch outcomes {
        case .all: true
        case .above: outcome > threshold
        case .below: outcome < threshold
        }
      if qualifies { weights[i] *= factor }
    }
  }
}
