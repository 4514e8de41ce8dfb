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
  /// Numeric features whose name says that they are areas, by the same size.
  public var areas: [String] {
    numeric.filter { name in
      ["sqft", "sq_ft", "sq-ft", "sqm", "sq_m", "square", "area"].contains { name.lowercased().contains($0) }
    }
  }
  /// The encoded feature whose weight times standard deviation is largest in size, by the model of
  /// cycle 0; `nil` where there is no such model.
  public private(set) var weightiest: String?
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
    weightiest = Self.weightiest(scenario, rows)
  }

  private static func weightiest(_ scenario: Scenario, _ rows: Rows) -> String? {
    var simulation = Simulation(scenario)
    guard let weights = simulation.step()?.fitted?.predictor.weights else { return nil }
    let side = scenario.pipeline.fit(rows.features, weights: Array(repeating: 1, count: rows.count))
    var buffers = side.makeBuffers(capacity: rows.capacity)
    let encoded = side.encode(rows.features, rows: rows.count, buffers: &buffers)
    let names = scenario.pipeline.output.columns.map(\.name)
    var largest: (name: String, effect: Double)?
    for (j, weight) in weights.enumerated() where names.indices.contains(j) {
      let values = (0..<rows.count).map { encoded[$0, j] }
      let effect = abs(weight) * MeanInterval(values).standardDeviation
      if effect > largest?.effect ?? 0 { largest = (names[j], effect) }
    }
    return largest?.name
  }
}
