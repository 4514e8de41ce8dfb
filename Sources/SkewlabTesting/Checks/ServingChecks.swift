internal import SkewlabEngine
internal import SkewlabNumerics

/// The contract of a decision.
enum DecisionChecks {
  static let all = [NamedCheck(.decisionRowWise, rowWise)]

  @Sendable private static func rowWise(_ subject: Subject) throws(ScenarioError) -> [String] {
    let decision = subject.scenario.decision.component
    let scores = Blocks.normals("scores")
    func decide(_ range: Range<Int>) -> (served: [Double], propensities: [Double]) {
      var served = Array(repeating: 0.0, count: range.count), propensities = served
      var servedSpan = served.mutableSpan, propensitySpan = propensities.mutableSpan
      decision.decide(scores.span.extracting(range), rows: range, at: Blocks.position, served: &servedSpan, propensities: &propensitySpan)
      return (served, propensities)
    }
    let whole = decide(0..<Blocks.count)
    if let row = whole.propensities.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
      return ["row \(row) has propensity \(decimalText(whole.propensities[row])), which is no probability"]
    }
    for range in Blocks.cuts.flatMap({ $0 }) {
      let part = decide(range)
      let row = Blocks.firstDifference(part.served, whole.served, rows: range)
      if let row = row ?? Blocks.firstDifference(part.propensities, whole.propensities, rows: range) {
        return ["row \(row) is decided on differently in the block \(range)"]
      }
    }
    return []
  }
}

/// The contract of an observation.
enum ObservationChecks {
  static let all = [NamedCheck(.observationRowWise, rowWise)]

  @Sendable private static func rowWise(_ subject: Subject) throws(ScenarioError) -> [String] {
    let observation = subject.scenario.observation.component
    let served = Blocks.normals("served"), outcomes = Blocks.normals("outcomes")
    func observe(_ range: Range<Int>) -> [Double] {
      var seen = Array(repeating: -1.0, count: range.count)
      seen.change {
        observation.observe(
          served: served.span.extracting(range), outcomes: outcomes.span.extracting(range), rows: range, at: Blocks.position, into: &$0)
      }
      return seen
    }
    let whole = observe(0..<Blocks.count)
    if let row = whole.firstIndex(where: { $0 != 0 && $0 != 1 }) { return ["row \(row) gets \(decimalText(whole[row])) instead of 0 or 1"] }
    if observation.seesEverything, whole.contains(0) { return ["says that it sees everything, and does not"] }
    for range in Blocks.cuts.flatMap({ $0 }) {
      if let row = Blocks.firstDifference(observe(range), whole, rows: range) {
        return ["row \(row) is seen differently in the block \(range)"]
      }
    }
    return []
  }
}

/// The contract of a runtime.
enum RuntimeChecks {
  static let all = [NamedCheck(.runtimeBlocks, blocks)]

  @Sendable private static func blocks(_ subject: Subject) throws(ScenarioError) -> [String] {
    guard let model = Blocks.model(subject.scenario) else { return [] }
    let fresh = subject.scenario.runtime.component
    let scores = Blocks.normals("scores"), previous = fresh.usesPreviousModel ? Blocks.normals("previous") : []
    var measured: [RuntimeMeasurements?] = []
    /// Two cycles, in blocks of so many rows.
    func serve(_ runtime: inout any Runtime, blockRows: Int) -> [Double] {
      var served: [Double] = []
      measured = []
      for cycle in 1...2 {
        let position = RandomStream.Position(replicate: 0, cycle: cycle)
        runtime.beginCycle(at: position)
        for start in stride(from: 0, to: scores.count, by: blockRows) {
          let range = start..<min(start + blockRows, scores.count)
          var block = Array(scores[range])
          // The first model has none before it.
          let others = previous.span.extracting(cycle == 1 || previous.isEmpty ? 0..<0 : range)
          block.change { runtime.serve(&$0, previous: others, rows: range, deployed: model) }
          served += block
        }
        measured.append(runtime.endCycle())
      }
      return served
    }
    var first = fresh, second = fresh, third = fresh
    let whole = serve(&first, blockRows: scores.count)
    let measuredWhole = measured
    if measuredWhole.contains(where: { ($0 == nil) != fresh.measures.isEmpty }) { return ["what it measures is not what it says"] }
    if let row = whole.firstIndex(where: { !$0.isFinite }) { return ["row \(row % scores.count) is served \(decimalText(whole[row]))"] }
    if serve(&second, blockRows: scores.count).map(\.bitPattern) != whole.map(\.bitPattern) { return ["a copy serves other values"] }
    if serve(&third, blockRows: 64).map(\.bitPattern) != whole.map(\.bitPattern) { return ["blocks of 64 rows are served other values"] }
    if measured != measuredWhole { return ["in blocks of 64 rows other things are measured"] }
    return []
  }
}
