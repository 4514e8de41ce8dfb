internal import SkewlabEngine
internal import SkewlabNumerics

/// Rows of a world, and numbers to go with them, cut in several ways.
enum Blocks {
  /// Rows tried at a time: enough that parts begin at odd and even rows.
  static let count = 301
  /// Cuts of `0..<count`, in the order in which they are asked for.
  static let cuts: [[Range<Int>]] = [[0..<100, 100..<217, 217..<count], [200..<count, 0..<1, 1..<200]]
  static let position = RandomStream.Position(replicate: 0, cycle: 2)

  /// Rows `range` of a cycle of the scenario's world.
  static func rows(
    _ scenario: Scenario, _ range: Range<Int>, at position: RandomStream.Position = position, conditions: WorldConditions? = nil,
    capacity: Int? = nil
  ) -> Rows {
    let world = scenario.world.component
    var rows = Rows(schema: world.schema, capacity: capacity ?? range.count, hasIdentities: world.everyRow != nil)
    world.draw(range, at: position, conditions: conditions ?? WorldConditions(features: world.schema.count), into: &rows)
    return rows
  }

  /// Numbers of a stream of the checks' own, one a row.
  static func normals(_ name: String, _ range: Range<Int> = 0..<count) -> [Double] {
    RandomStream(seed: 7, name: "conformance/\(name)").normals(count: range.upperBound, at: position).dropFirst(range.lowerBound).map { $0 }
  }

  /// The model fitted at the end of cycle 0.
  static func model(_ scenario: Scenario) -> DeployedModel? {
    var simulation = Simulation(scenario)
    _ = simulation.step()
    return simulation.model
  }

  /// The first row of a column in which parts differ from the whole; `nil` when every bit is the same.
  static func firstDifference(_ part: Matrix, _ whole: Matrix, rows: Range<Int>) -> (row: Int, column: Int)? {
    for j in 0..<whole.columns {
      for (k, i) in rows.enumerated() where part[k, j].bitPattern != whole[i, j].bitPattern { return (i, j) }
    }
    return nil
  }

  /// The first row in which parts differ from the whole.
  static func firstDifference(_ part: [Double], _ whole: [Double], rows: Range<Int>) -> Int? {
    for (k, i) in rows.enumerated() where part[k].bitPattern != whole[i].bitPattern { return i }
    return nil
  }
}

extension Array where Element == Double {
  /// Gives the elements for change as a span.
  mutating func change(_ body: (inout MutableSpan<Double>) -> Void) {
    var span = mutableSpan
    body(&span)
  }
}

extension RandomStream.Position {
  /// The checks' own position, which keeps the literal short.
  static func replicate(_ replicate: Int) -> RandomStream.Position { RandomStream.Position(replicate: replicate, cycle: 1) }
}
