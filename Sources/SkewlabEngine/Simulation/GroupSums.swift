internal import SkewlabNumerics

/// Sums over pairs (prediction, outcome), one for each group of the world.
struct GroupSums: Sendable {
  private(set) var sums: [PredictionSums]
  /// Room for the pairs of one group in one block.
  private var predictions: [Double], outcomes: [Double], scores: [Double]

  init(groups: Int, for traits: MeasurementTraits) {
    sums = Array(repeating: PredictionSums(for: traits), count: groups)
    predictions = Array(repeating: 0, count: groups == 0 ? 0 : Simulation.blockRows)
    outcomes = predictions
    scores = predictions
  }

  /// Adds pairs, block by block, each to the sums of its group.
  mutating func add(_ predictions: Span<Double>, _ outcomes: Span<Double>, scores: Span<Double>, groups: [Int]) {
    for start in stride(from: 0, to: predictions.count, by: Simulation.blockRows) {
      let block = start..<min(start + Simulation.blockRows, predictions.count)
      for group in sums.indices {
        var count = 0
        for i in block where groups[i] == group {
          self.predictions[count] = predictions[i]
          self.outcomes[count] = outcomes[i]
          if !scores.isEmpty { self.scores[count] = scores[i] }
          count += 1
        }
        var sum = sums[group]
        let kept = scores.isEmpty ? 0 : count
        sum.add(
          self.predictions.span.extracting(0..<count), self.outcomes.span.extracting(0..<count),
          scores: self.scores.span.extracting(0..<kept))
        sums[group] = sum
      }
    }
  }
}
