package import SkewlabNumerics

/// The world as shifts have it.
extension Scenario {
  /// The world's state in a cycle.
  func conditions(at position: RandomStream.Position) -> WorldConditions {
    Self.conditions(shifts, features: schema.count, at: position)
  }

  private static func conditions(_ shifts: [Installed<any Shift>], features: Int, at position: RandomStream.Position) -> WorldConditions {
    var conditions = WorldConditions(features: features)
    for shift in shifts { shift.component.apply(to: &conditions, at: position) }
    return conditions
  }

  /// Rows of a cycle as the world draws them, with the shifts of that cycle.
  package func drawRaw(_ range: Range<Int>, at position: RandomStream.Position, into rows: inout Rows) {
    draw(range, at: position, conditions: conditions(at: position), best: nil, into: &rows)
  }

  /// The same under conditions that are known already.
  ///
  /// - Parameter best: The best predictor: its scores are of complete rows, so that they are kept as ``Rows/bestPredictions`` before values go missing.
  func draw(
    _ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, best: LinearPredictor?, into rows: inout Rows
  ) {
    world.component.draw(range, at: position, conditions: conditions, into: &rows)
    guard schema != world.component.schema else { return }
    if let best, keepsBestScores {
      if rows.bestPredictions.count != rows.capacity { rows.bestPredictions = Array(repeating: 0, count: rows.capacity) }
      var scores = rows.bestPredictions.taken()
      var span = scores.mutableSpan
      best.score(rows.features, rows: rows.count, into: &span)
      rows.bestPredictions = scores
    }
    var numbers = rows.scratch.count < rows.count ? Array(repeating: 0, count: rows.count) : rows.scratch.taken()
    for j in 0..<schema.count where conditions.missingRates[j] > 0 {
      let rate = conditions.missingRates[j]
      var span = numbers.mutableSpan
      var part = span._mutatingExtracting(0..<rows.count)
      gapStreams[j].uniforms(at: position, rows: range, into: &part)
      rows.withFeature(j) { x in
        for i in x.indices where numbers[i] < rate { x[i] = .nan }
      }
    }
    rows.scratch = numbers
  }

  /// Whether rows come with the best predictor's scores, which are its predictions unless these are probabilities: values go missing, and it reads complete rows.
  var keepsBestScores: Bool { schema != world.component.schema && !world.component.drawsBestPredictions }

  /// A stream for each feature.
  static func gapStreams(_ schema: Schema, seed: UInt64) -> [RandomStream] {
    schema.names.map { RandomStream(seed: seed, name: "shift/missing-rate/cells/\($0)") }
  }

  /// The features with those that shifts make missing.
  static func schema(_ world: any World, _ shifts: [Installed<any Shift>]) -> Schema {
    var schema = world.schema
    for j in shifts.flatMap({ $0.component.gaps }) { schema.columns[j].mayBeMissing = true }
    return schema
  }

  /// Refuses shifts that the world cannot make, or that lead it beyond its limits, or beyond what a number can hold, in some cycle of some replicate.
  static func check(
    _ shifts: [Installed<any Shift>], world: any World, cycles: Int, replicates: Int, document: ScenarioDocument
  ) throws(ScenarioError) {
    for shift in shifts {
      guard let refusal = world.refusal(of: shift.component.changes) else { continue }
      throw ScenarioError(refusal, path: shift.path, location: document.root.node(at: shift.path)?.location)
    }
    guard !shifts.isEmpty else { return }
    let features = world.schema.count, limited = shifts.last { !$0.component.changes.isDisjoint(with: world.limitedChanges) }
    // Most shifts are the same in every replicate: what was found possible is not asked for twice.
    var possible: [WorldConditions?] = Array(repeating: nil, count: cycles + 1)
    for replicate in 0..<replicates {
      var isNew = false
      for cycle in 0...cycles {
        let position = RandomStream.Position(replicate: replicate, cycle: cycle)
        let conditions = conditions(shifts, features: features, at: position)
        if conditions == possible[cycle] { continue }
        isNew = true
        func refusal(_ problem: String, of shift: Installed<any Shift>) -> ScenarioError {
          ScenarioError(
            .conflict(
              "in cycle \(cycle)\(possible[cycle] == nil ? "" : " of replicate \(replicate)") \(problem)",
              advice: "make the change smaller, or choose another profile"),
            path: shift.path, location: document.root.node(at: shift.path)?.location)
        }
        if !conditions.isFinite {
          let first = shifts.indices.first { !Self.conditions(Array(shifts[...$0]), features: features, at: position).isFinite }
          throw refusal("the change is beyond any number", of: shifts[first ?? 0])
        }
        if let limited, let problem = world.problem(under: conditions) { throw refusal(problem, of: limited) }
        if possible[cycle] == nil { possible[cycle] = conditions }
      }
      // Where nothing but overflow can be wrong, replicates that are alike need not be asked one by one.
      if limited == nil, !isNew { return }
    }
  }
}
