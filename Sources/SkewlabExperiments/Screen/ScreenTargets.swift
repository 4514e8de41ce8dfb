internal import SkewlabEngine
internal import SkewlabNumerics

/// What a screen aims at: the features of the raw rows of cycle 0, the most telling first.
public struct ScreenTargets: Sendable {
  /// Numeric features, by the size of their correlation with the outcome.
  public private(set) var numeric: [String] = []
  /// Their standard deviations (dividing by n), of the values present.
  public private(set) var deviations: [String: Double] = [:]
  /// Text features.
  public private(set) var text: [String] = []
  /// Numeric features whose name has `hour` in it.
  public private(set) var hours: [String] = []
  /// Steps of the pipeline.
  public let steps: Int

  /// Looks at the rows of cycle 0.
  init(_ scenario: Scenario) {
    let world = scenario.world.component
    var rows = Rows(schema: world.schema, capacity: scenario.rows, hasIdentities: world.everyRow != nil)
    scenario.drawRaw(0..<scenario.rows, at: .init(replicate: 0, cycle: 0), into: &rows)
    steps = scenario.pipeline.steps.count
    var strengths: [(name: String, correlation: Double)] = []
    for (j, column) in world.schema.columns.enumerated() {
      guard column.isNumeric else {
        text.append(column.name)
        continue
      }
      let present = (0..<rows.count).filter { !rows.features[$0, j].isNaN }
      guard !present.isEmpty else { continue }
      let x = present.map { rows.features[$0, j] }, y = present.map { rows.outcomes[$0] }
      let sums = PairSums(x.span, y.span)
      deviations[column.name] = (sums.xx / sums.count).squareRoot()
      if column.name.lowercased().contains("hour") { hours.append(column.name) }
      strengths.append((column.name, sums.xx > 0 && sums.yy > 0 ? abs(sums.xy) / (sums.xx * sums.yy).squareRoot() : 0))
    }
    numeric = strengths.sorted { $0.correlation > $1.correlation }.map(\.name)
  }
}
