internal import SkewlabNumerics

/// The serving side's scores beside those that the training side's code gives for the same raw rows, before the runtime.
public struct SideComparison: Sendable, Hashable {
  /// Rows compared.
  public private(set) var count = 0
  /// Rows whose two scores are not the same to the last bit.
  public private(set) var differing = 0
  /// The largest difference, in size.
  public private(set) var largest = 0.0
  /// Either side's scores against the outcomes as they happened.
  public private(set) var serving: PredictionSums, training: PredictionSums

  init(for traits: MeasurementTraits) {
    serving = PredictionSums(for: traits)
    training = serving
  }

  mutating func add(
    serving: Span<Double>, training: Span<Double>, _ outcomes: Span<Double>, scores servingScores: Span<Double>,
    _ trainingScores: Span<Double>
  ) {
    count += serving.count
    for i in serving.indices where serving[i] != training[i] {
      differing += 1
      largest = max(largest, abs(serving[i] - training[i]))
    }
    self.serving.add(serving, outcomes, scores: servingScores)
    self.training.add(training, outcomes, scores: trainingScores)
  }
}
