internal import SkewlabNumerics

/// What training will read: the raw rows of the cycles in the window, or only their moments.
struct Log: Sendable {
  /// One cycle, as it was logged.
  struct Entry: Sendable {
    let cycle: Int
    /// Raw moments of (features…, outcome) of rows to fit, and of those kept for evaluation.
    var fitted: Moments, evaluation: Moments
    /// The rows, in a log that keeps them; none in one that keeps moments.
    var rows: Rows?
    /// For each of ``rows``: whether it is kept for evaluation, and whether its outcome was seen.
    var isEvaluation: [Bool], isSeen: [Bool]
  }

  let window: Window
  let keepsRows: Bool
  private(set) var entries: [Entry] = []
  /// For windows that never forget: the sum of everything, decayed where the window decays.
  private var sum: (fitted: Moments, evaluation: Moments)?

  init(window: Window, keepsRows: Bool) {
    self.window = window
    self.keepsRows = keepsRows
  }

  /// Adds a cycle, and drops those that no later fit can use.
  mutating func append(_ entry: Entry) {
    if keepsRows {
      entries.append(entry)
      entries.removeAll { window.weight(age: entry.cycle - $0.cycle) == 0 }
      return
    }
    switch window {
    case .cycles(let count):
      entries.append(entry)
      if entries.count > count { entries.removeFirst(entries.count - count) }
    case .all, .decay:
      guard var (fitted, evaluation) = sum else {
        sum = (entry.fitted, entry.evaluation)
        return
      }
      sum = nil
      let decay = window.weight(age: 1)
      if decay != 1 {
        fitted.scale(by: decay)
        evaluation.scale(by: decay)
      }
      fitted.merge(entry.fitted)
      evaluation.merge(entry.evaluation)
      sum = (fitted, evaluation)
    }
  }

  /// The window's moments, in a log that keeps moments.
  func windowMoments(dimension: Int) -> (fitted: Moments, evaluation: Moments) {
    if let sum { return sum }
    var fitted = Moments(dimension: dimension), evaluation = Moments(dimension: dimension)
    for entry in entries {
      fitted.merge(entry.fitted)
      evaluation.merge(entry.evaluation)
    }
    return (fitted, evaluation)
  }
}

/// The rows of a window as training reads them: gathered, with the training side's source and log discrepancies.
struct WindowRows: Sendable {
  /// Raw features and outcomes of the rows to fit, and their weights.
  private(set) var fitted: Part
  /// The same of the rows kept for evaluation.
  private(set) var evaluation: Part

  struct Part: Sendable {
    var features: Matrix
    var outcomes: [Double]
    var weights: [Double]
    /// Where each row was drawn; empty unless rows are chosen for a step.
    var origins: [(position: RandomStream.Position, row: Int)] = []
  }

  init(_ log: Log, cycle: Int, columns: Int, scenario: Scenario) {
    let discrepancies = scenario.discrepancies.map(\.component)
    let sources = discrepancies.compactMap { $0 as? any SourceDiscrepancy }.filter { $0.scope.isActive(on: .training, cycle: cycle) }
    let logs = discrepancies.compactMap { $0 as? any LogDiscrepancy }.filter { $0.scope.isActive(on: .training, cycle: cycle) }
    let reading = SourceReading(sources, of: scenario) { range, position, rows in
      guard let logged = log.entries.first(where: { $0.cycle == Int(position.cycle) })?.rows else {
        return scenario.drawRaw(range, at: position, into: &rows)
      }
      rows.copy(range, of: logged)
    }
    var blocks: [(entry: Log.Entry, rows: Rows, weights: [Double])] = []
    for entry in log.entries {
      guard var rows = entry.rows else { continue }
      var weights = Array(repeating: log.window.weight(age: cycle - entry.cycle), count: rows.count)
      for discrepancy in logs { discrepancy.alter(&rows, weights: &weights) }
      reading.alter(&rows)
      blocks.append((entry, rows, weights))
    }
    func gather(evaluation: Bool) -> Part {
      let chosen = blocks.map { block in
        (0..<block.rows.count).filter {
          block.entry.isSeen[$0] && block.entry.isEvaluation[$0] == evaluation && block.weights[$0] > 0
        }
      }
      let count = chosen.reduce(0) { $0 + $1.count }
      var part = Part(features: Matrix(rows: count, columns: columns), outcomes: [], weights: [])
      part.outcomes.reserveCapacity(count)
      part.weights.reserveCapacity(count)
      var start = 0
      for (block, indices) in zip(blocks, chosen) {
        for j in 0..<columns {
          block.rows.features.withColumn(j) { source in
            part.features.withMutableColumn(j) { target in
              for (k, i) in indices.enumerated() { target[start + k] = source[i] }
            }
          }
        }
        for i in indices {
          part.outcomes.append(block.rows.outcomes[i])
          part.weights.append(block.weights[i])
        }
        if scenario.choosesWindowRows { part.origins += indices.map { (block.rows.position, $0) } }
        start += indices.count
      }
      return part
    }
    fitted = gather(evaluation: false)
    evaluation = gather(evaluation: true)
  }
}
