internal import SkewlabNumerics

/// Sums over pairs (prediction, outcome), one for each group of the world.
struct GroupSums: Sendable {
  private(set) var sums: [PredictionSums]
  /// Room for the pairs of one group in one block.
  private var predictions: [Double], outcomes: [Double]

  init(groups: Int) {
    sums = Array(repeating: PredictionSums(), count: groups)
    predictions = Array(repeating: 0, count: groups == 0 ? 0 : Simulation.blockRows)
    outcomes = predictions
  }

  /// Adds pairs, block by block, each to the sums of its group.
  mutating func add(_ predictions: Span<Double>, _ outcomes: Span<Double>, groups: [Int]) {
    for start in stride(from: 0, to: predictions.count, by: Simulation.blockRows) {
      let block = start..<min(start + Simulation.blockRows, predictions.count)
      for group in sums.indices {
        var count = 0
        for i in block where groups[i] == group {
          self.predictions[count] = predictions[i]
          self.outcomes[count] = outcomes[i]
          count += 1
        }
        var sum = sums[group]
        sum.add(self.predictions.span.extracting(0..<count), self.outcomes.span.extracting(0..<count))
        sums[group] = sum
      }
    }
  }
}
