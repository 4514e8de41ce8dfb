internal import SkewlabNumerics

/// The serving side's scores beside those that the training side's code gives for the same raw rows, before the runtime.
public struct SideComparison: Sendable, Hashable {
  /// Rows compared.
  public private(set) var count = 0
  /// Rows whose two predictions differ by more than rounding.
  public private(set) var differing = 0
  /// The largest of those differences, in size.
  public private(set) var largest = 0.0
  /// Either side's scores against the outcomes as they happened.
  public private(set) var serving: PredictionSums, training: PredictionSums

  /// Differences up to this share of the larger of the two predictions and the outcome are
  /// rounding: 2⁻⁴⁰ leaves 4,000 units in the last place for a score that cancels.
  public static let rounding = 0x1p-40

  init(for traits: MeasurementTraits) {
    serving = PredictionSums(for: traits)
    training = serving
  }

  mutating func add(
    serving: Span<Double>, training: Span<Double>, _ outcomes: Span<Double>, scores servingScores: Span<Double>,
    _ trainingScores: Span<Double>
  ) {
    count += serving.count
    // Beside the outcome's size the terms of a score near zero are rounded; probabilities are
    // compared with each other alone, since those near 0 can differ by factors.
    let usesOutcomes = servingScores.isEmpty
    for i in serving.indices where serving[i] != training[i] {
      let size = max(abs(serving[i]), abs(training[i]), usesOutcomes ? abs(outcomes[i]) : 0)
      if abs(serving[i] - training[i]) <= Self.rounding * size { continue }
      differing += 1
      largest = max(largest, abs(serving[i] - training[i]))
    }
    self.serving.add(serving, outcomes, scores: servingScores)
    self.training.add(training, outcomes, scores: trainingScores)
  }
}
