internal import SkewlabNumerics

/// A scenario as typed components: what a ``Simulation`` runs. Made once from a ``ScenarioDocument``; everything in it has been checked.
public struct Scenario: Sendable {
  /// The name, for files and tables.
  public let name: String
  /// The title, for people; the name unless given.
  public let title: String
  /// The seed of every random number.
  public let seed: UInt64
  /// Cycles to serve; cycle 0 comes on top.
  public let cycles: Int
  /// Rows drawn in a cycle.
  public let rows: Int
  /// Independent repetitions.
  public let replicates: Int
  /// The share of rows kept for ``PredictionSums`` of the model on its own window.
  public let evaluationShare: Double
  /// Where rows come from.
  public let world: Installed<any World>
  /// The world's features as rows have them: some may be missing where a shift takes values away.
  public let schema: Schema
  /// How the world changes.
  public let shifts: [Installed<any Shift>]
  /// The training side's steps.
  public let pipeline: Pipeline
  /// Its steps, as discrepancies address them.
  let steps: [PipelineStep]
  /// What a side runs where step discrepancies act, by their indices.
  let sidePipelines: [[Int]: Pipeline]
  /// How the sides differ.
  public let discrepancies: [Installed<any Discrepancy>]
  /// How long predictions take.
  public let runtime: Installed<any Runtime>
  /// What is done with scores.
  public let decision: Installed<any Decision>
  /// How the world reacts.
  public let responses: [Installed<any Response>]
  /// What the log sees.
  public let observation: Installed<any Observation>
  /// How models are fitted.
  public let learner: Installed<any Learner>
  /// When, and on what.
  public let retraining: Installed<any Retraining>
  /// Detectors and their signals.
  public let monitors: [(detector: Installed<any Detector>, signal: Signal)]
  /// The metrics, in the order of their columns.
  public let metrics: [Installed<any Metric>]
  /// What can be measured.
  public internal(set) var traits: MeasurementTraits
  /// Why the log keeps rows, where moments would need no memory; `nil` when it keeps moments.
  public internal(set) var rowsReason: String?
  /// Remarks that are not errors, such as a table that runs out before the last cycle.
  public let notes: [String]
  /// For each feature, what decides which of its values go missing.
  let gapStreams: [RandomStream]
  /// For a world that is a table: the fit to the whole table.
  let bestByIdentity: BestByIdentity?

  /// The columns of `cycles.csv` after arm, replicate and cycle.
  public var columns: [String] { metrics.flatMap { $0.component.columns(for: traits) } }

  /// Doubles that the log and a fit on it hold at most, per run: the rows, and where rows are kept a copy raw and one encoded, and two more of the latter for a learner that needs them; `Int.max` when too many to count.
  public var loggedDoubles: Int {
    let p = schema.count + 1, window = retraining.component.window
    let reach = min(window.reach(rows: rows) ?? (rowsReason == nil ? 1 : cycles + 1), cycles + 1)
    let span = window.originals == nil ? reach : min(reach, cycles) + 1
    let each =
      rowsReason == nil
      ? (2 * p).multipliedReportingOverflow(by: (p + 1) * (logCut == nil ? 1 : 2))
      : rows.multipliedReportingOverflow(
        by: 2 * p + pipeline.output.count + (learner.component.needsRows ? 2 * (pipeline.output.count + 1) : 0))
    let all = each.partialValue.multipliedReportingOverflow(by: span)
    return each.overflow || all.overflow ? .max : all.partialValue
  }

  /// The row of each cycle at which the window begins in its oldest one; `nil` where it has whole cycles only, or everything.
  var logCut: Int? {
    let window = retraining.component.window
    return window.reach(rows: rows).map { $0 > cycles + 1 } ?? true ? nil : window.cut(rows: rows)
  }

  /// Makes the log keep rows, if it kept moments, for a reason outside the scenario.
  package mutating func keepRows(_ reason: String) {
    guard rowsReason == nil else { return }
    rowsReason = reason
    traits.keepsRows = true
  }
}
