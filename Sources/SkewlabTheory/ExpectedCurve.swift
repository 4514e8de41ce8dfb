public import SkewlabEngine
internal import SkewlabNumerics

/// What theory expects of each cycle's metrics.
public struct ExpectedCurve: Sendable {
  /// How an expectation holds.
  public enum Kind: String, Sendable, Hashable {
    /// Exactly, at the scenario's number of rows.
    case exact
    /// For infinitely many rows.
    case population
  }

  /// The metrics' columns.
  public let columns: [String]
  /// For each cycle from 0 as far as numbers stay finite, a value for each column that theory tells.
  public let values: [[Double?]]
  /// How the values of each column hold.
  public let kinds: [Kind]

  /// More work than this is not done beside a run: parameters³ × cycles, and rows × parameters² of a table.
  static let mostWork = 2e9

  /// The curve of a scenario; `nil` where there is no theory, or it would take longer than the run.
  public init?(_ scenario: Scenario) {
    let size = Double(scenario.pipeline.output.count + scenario.world.component.schema.count + 1)
    let rows = Double(scenario.world.component.everyRow?.count ?? 0)
    guard size * size * (size * Double(scenario.cycles) + rows) <= Self.mostWork, let loop = PopulationLoop(scenario) else { return nil }
    self.init(loop)
  }

  init(_ loop: PopulationLoop) {
    let scenario = loop.scenario
    columns = scenario.columns
    var path = PopulationPath(loop)
    let records = path.run()
    var values = records.map(\.values)
    guard let sampling = SamplingTheory(loop, records) else {
      self.values = values
      kinds = columns.map { _ in .population }
      return
    }
    let place = Dictionary(columns.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    for (cycle, addition) in zip(1..., sampling.additions) {
      func add(_ amount: Double, to column: String) {
        if let place = place[column], let value = values[cycle][place] { values[cycle][place] = value + amount }
      }
      add(addition.offline, to: "offline_loss")
      add(addition.served, to: "served_loss")
      add(addition.served - addition.offline, to: "skew")
      add(addition.untouched, to: "untouched_loss")
      add(addition.untouched, to: "excess_loss")
      add(addition.servedExcess, to: "served_excess")
    }
    self.values = values
    kinds = columns.map { Self.exact.contains($0) ? .exact : .population }
  }

  /// What ``SamplingTheory`` tells exactly.
  private static let exact: Set<String> = [
    "offline_loss", "served_loss", "skew", "untouched_loss", "best_loss", "excess_loss", "served_excess", "served_mean_prediction",
    "untouched_mean_prediction", "offline_mean_prediction", "fits",
  ]

  /// The value of a column in a cycle, and how it holds; `nil` where theory tells none.
  public func value(_ column: String, cycle: Int) -> (value: Double, kind: Kind)? {
    guard values.indices.contains(cycle), let place = columns.firstIndex(of: column), let value = values[cycle][place] else { return nil }
    return (value, kinds[place])
  }
}
