/// Which rows of a log a discrepancy may touch, by their outcome.
public enum QualifyingOutcomes: String, Sendable, CaseIterable {
  /// Every row.
  case all
  /// Those whose outcome lies above the threshold.
  case above
  /// Those whose outcome lies below it.
  case below

  func qualifies(_ outcome: Double, _ threshold: Double) -> Bool {
    switch self {
    case .all: true
    case .above: outcome > threshold
    case .below: outcome < threshold
    }
  }
}
