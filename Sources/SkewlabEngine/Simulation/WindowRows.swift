internal import SkewlabNumerics

/// The rows of a window as training reads them: gathered, with the training side's source and log discrepancies, in the order in which they were logged.
struct WindowRows: Sendable {
  /// Raw features and outcomes of the rows to fit, and their weights.
  let fitted: Part
  /// The same of the rows kept for evaluation.
  let evaluation: Part

  init(_ log: Log, cycle: Int, columns: Int, scenario: Scenario) {
    let discrepancies = scenario.discrepancies.map(\.component)
    let sources = discrepancies.compactMap { $0 as? any SourceDiscrepancy }.filter { $0.scope.isActive(on: .training, cycle: cycle) }
    let logs = discrepancies.compactMap { $0 as? any LogDiscrepancy }.filter { $0.scope.isActive(on: .training, cycle: cycle) }
    let reading = SourceReading(sources, of: scenario) { range, position, rows in
      guard let logged = log.rows(ofCycle: Int(position.cycle)) else { return scenario.drawRaw(range, at: position, into: &rows) }
      rows.copy(range, of: logged)
    }
    func read(_ entry: Log.Entry, weight: Double, inWindow: Range<Int>) -> Block? {
      guard var rows = entry.rows else { return nil }
      var weights = Array(repeating: weight, count: rows.count)
      for discrepancy in logs { discrepancy.alter(&rows, weights: &weights) }
      reading.alter(&rows)
      return Block(entry: entry, rows: rows, weights: weights, inWindow: inWindow)
    }
    let originals = log.originals.flatMap { read($0, weight: 1, inWindow: 0..<log.rowsPerCycle) }
    let recent = log.entries.compactMap { entry in
      let age = cycle - entry.cycle
      return read(entry, weight: log.window.weight(age: age), inWindow: log.window.rows(age: age, of: log.rowsPerCycle))
    }
    func gather(evaluation: Bool) -> Part {
      let old = originals.map { [($0, $0.chosen(evaluation: evaluation))] } ?? []
      let new = recent.map { ($0, $0.chosen(evaluation: evaluation)) }
      var all = old + new
      if !evaluation, let count = log.window.sample { Self.sample(&all, count, cycle: cycle, scenario: scenario) }
      var part = Part(all, columns: columns, keepsOrigins: scenario.choosesWindowRows)
      let oldCount = old.isEmpty ? 0 : all[0].1.count
      if !evaluation {
        part.forget(by: log.forgetting, in: 0..<oldCount)
        part.forget(by: log.forgetting, in: oldCount..<part.weights.count)
      }
      if let share = log.window.originals { part.give(share, to: oldCount) }
      return part
    }
    fitted = gather(evaluation: false)
    evaluation = gather(evaluation: true)
  }

  /// Keeps so many rows at random: those with the least numbers of a stream, each row with one of its own for every fit.
  private static func sample(_ blocks: inout [(Block, [Int])], _ count: Int, cycle: Int, scenario: Scenario) {
    guard blocks.reduce(0, { $0 + $1.1.count }) > count, let first = blocks.first else { return }
    let stream = RandomStream(seed: scenario.seed, name: "retraining/sample/row")
    let position = RandomStream.Position(replicate: Int(first.0.rows.position.replicate), cycle: cycle)
    let numbers = blocks.map { block, chosen in
      chosen.map { stream.uniform(at: position, row: Int(block.rows.position.cycle) * scenario.rows + $0) }
    }
    let last = numbers.flatMap { $0 }.sorted()[count - 1]
    for place in blocks.indices {
      blocks[place].1 = zip(blocks[place].1, numbers[place]).filter { $1 <= last }.map(\.0)
    }
  }

  /// One cycle's rows, of which some are in the window.
  fileprivate struct Block {
    let entry: Log.Entry
    let rows: Rows
    let weights: [Double]
    let inWindow: Range<Int>

    func chosen(evaluation: Bool) -> [Int] {
      inWindow.filter { entry.isSeen[$0] && entry.isEvaluation[$0] == evaluation && weights[$0] > 0 }
    }
  }

  struct Part: Sendable {
    private(set) var features: Matrix
    private(set) var outcomes: [Double] = []
    private(set) var weights: [Double] = []
    /// Each row's group; empty unless a metric asks for it.
    private(set) var groups: [Int] = []
    /// Where each row was drawn; empty unless rows are chosen for a step.
    private(set) var origins: [(position: RandomStream.Position, row: Int)] = []

    fileprivate init(_ blocks: [(block: Block, chosen: [Int])], columns: Int, keepsOrigins: Bool) {
      let count = blocks.reduce(0) { $0 + $1.chosen.count }
      features = Matrix(rows: count, columns: columns)
      outcomes.reserveCapacity(count)
      weights.reserveCapacity(count)
      var start = 0
      for (block, chosen) in blocks {
        for j in 0..<columns {
          block.rows.features.withColumn(j) { source in
            features.withMutableColumn(j) { target in
              for (k, i) in chosen.enumerated() { target[start + k] = source[i] }
            }
          }
        }
        for i in chosen {
          outcomes.append(block.rows.outcomes[i])
          weights.append(block.weights[i])
        }
        if !block.rows.groups.isEmpty { groups += chosen.map { block.rows.groups[$0] } }
        if keepsOrigins { origins += chosen.map { (block.rows.position, $0) } }
        start += chosen.count
      }
    }

    /// The rows of one group.
    func only(group: Int) -> Part {
      let chosen = groups.indices.filter { groups[$0] == group }
      var part = self
      part.features = Matrix(
        rows: chosen.count, columns: features.columns, elements: (0..<features.columns).flatMap { j in chosen.map { features[$0, j] } })
      part.outcomes = chosen.map { outcomes[$0] }
      part.weights = chosen.map { weights[$0] }
      part.groups = chosen.map { groups[$0] }
      if !origins.isEmpty { part.origins = chosen.map { origins[$0] } }
      return part
    }

    /// Each row makes those before it in the range weigh less by the factor.
    fileprivate mutating func forget(by factor: Double, in range: Range<Int>) {
      guard factor != 1 else { return }
      var power = 1.0
      for i in range.reversed() {
        weights[i] *= power
        power *= factor
      }
    }

    /// Brings the first rows to a share of the weight.
    fileprivate mutating func give(_ share: Double, to first: Int) {
      let own = weights[..<first].reduce(0, +), others = weights[first...].reduce(0, +)
      guard own > 0, others > 0 else { return }
      let factor = originalsFactor(share, own: own, others: others)
      for i in 0..<first { weights[i] *= factor }
    }
  }
}
