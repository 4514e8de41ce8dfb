/// One row of `cycles.csv`, with what was fitted and which monitors raised an alarm.
public struct CycleRecord: Sendable, Hashable {
  /// The cycle.
  public let cycle: Int
  /// The metrics' columns.
  public let columns: [String]
  /// One value a column; `nil` where this cycle has none.
  public let values: [Double?]
  /// What serves from this cycle on; `nil` when nothing has changed since the cycle before, and in cycle 0.
  public let deployed: Deployment?
  /// The model fitted at the end of the cycle, on its encoded features; `nil` when none was.
  public let fitted: LinearFit?
  /// Alarms raised in the cycle.
  public let alarms: [Alarm]

  /// The value of a column; `nil` where the scenario has no such column, or this cycle no value.
  public subscript(column: String) -> Double? {
    columns.firstIndex(of: column).flatMap { values[$0] }
  }
}

/// How a run ended.
public enum RunEnding: Sendable, Hashable {
  /// Every cycle was served.
  case completed
  /// The table ran out before this cycle.
  case outOfRows(cycle: Int)
  /// A loss or a parameter of this cycle was too large to go on with.
  case diverged(cycle: Int)
  /// A prediction of this cycle was missing: a value that is missing or not finite reached the predictor in serving.
  case missingValue(cycle: Int)
  /// No group has rows any more for this cycle: all have left.
  case everyoneLeft(cycle: Int)
  /// The learner could not fit at the end of this cycle.
  case learnerFailed(cycle: Int, reason: FitError)

  /// One word for tables.
  public var word: String {
    switch self {
    case .completed: "completed"
    case .outOfRows: "out-of-rows"
    case .diverged: "diverged"
    case .missingValue: "missing-value"
    case .everyoneLeft: "everyone-left"
    case .learnerFailed: "learner-failed"
    }
  }

  /// The cycle it ended in, when it was not the last.
  public var cycle: Int? {
    switch self {
    case .completed: nil
    case .outOfRows(let cycle), .diverged(let cycle), .missingValue(let cycle), .everyoneLeft(let cycle), .learnerFailed(let cycle, _):
      cycle
    }
  }

  /// What happened, in words.
  public var description: String {
    switch self {
    case .completed: "completed"
    case .outOfRows(let cycle): "the table ran out of rows before cycle \(cycle)"
    case .diverged(let cycle): "diverged in cycle \(cycle)"
    case .missingValue(let cycle):
      "a value that is missing or not finite reached the predictor in cycle \(cycle); an `impute` step that names the feature fills what is missing"
    case .everyoneLeft(let cycle): "every group has left before cycle \(cycle); there is nobody to serve"
    case .learnerFailed(let cycle, let reason): "the learner failed at the end of cycle \(cycle): \(reason)"
    }
  }
}
