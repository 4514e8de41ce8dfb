internal import SkewlabEngine

/// What the learners that iterate have in common.
struct IterativeFit: Sendable {
  /// Where the iterations begin.
  enum Start: String, Sendable, CaseIterable {
    /// At the learner's own beginning.
    case cold
    /// At the model that serves now.
    case warm
  }

  static let start = Parameter<Start>.choice(
    "start", default: .cold,
    about:
      "where the iterations begin: at a beginning of their own, or at the model that serves now (warm start), which saves iterations and leads to the same solution"
  )

  static func iterations(default count: Int) -> Parameter<Int> {
    .integer(
      "iterations", default: count, in: 1...1_000_000,
      about: "the most iterations; a fit that needs more has not converged, and the run says so")
  }

  let penalty: Double
  let hasIntercept: Bool
  let iterations: Int
  private let isWarm: Bool

  init(_ arguments: Arguments, penalty: Parameter<Double>, iterations: Parameter<Int>) {
    self.penalty = arguments[penalty]
    hasIntercept = arguments[Ridge.intercept]
    self.iterations = arguments[iterations]
    isWarm = arguments[Self.start] == .warm
  }

  /// The predictor to begin at, for a warm start.
  func start(of data: TrainingData) -> LinearPredictor? { isWarm ? data.start : nil }
}
