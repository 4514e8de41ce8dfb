internal import SkewlabEngine
internal import SkewlabNumerics

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The contract of a learner, on data with a known linear outcome.
enum LearnerChecks {
  static let all = [
    NamedCheck(.learnerPure, pure), NamedCheck(.learnerRowOrder, rowOrder), NamedCheck(.learnerDuplicate, duplicate),
    NamedCheck(.learnerFinite, finite), NamedCheck(.learnerWeights, scaledWeights), NamedCheck(.learnerStart, start),
  ]

  /// Sums over rows in another order differ by a few n·ε; a solve of condition below 10³ keeps nine digits.
  private static let orderTolerance = 1e-9
  /// Copies share a weight up to the cut that tells a rank.
  private static let duplicateTolerance = 1e-6
  /// Iterations end at a tolerance of their own.
  private static let startTolerance = 1e-6

  private static func learner(_ subject: Subject) -> any Learner { subject.scenario.learner.component }

  /// Rows of features (x1, x2, x3, then copies or a constant) and their outcome, in this order.
  ///
  /// Each row keeps the weight that the learner's forgetting gives it in the order of its index, whatever the order here; all are multiplied by `scale`.
  private static func data(
    _ learner: any Learner, order: [Int], duplicate: Bool = false, constant: Bool = false, scale: Double = 1,
    start: LinearPredictor? = nil
  ) -> TrainingData {
    let columns = 3 + (duplicate ? 1 : 0) + (constant ? 1 : 0)
    let draws = (0..<3).map { Blocks.normals("learner/x\($0 + 1)") }, noise = Blocks.normals("learner/noise")
    var rows = Matrix(rows: order.count, columns: columns + 1)
    for (k, i) in order.enumerated() {
      for j in 0..<3 { rows[k, j] = draws[j][i] + Double(j) }
      if duplicate { rows[k, 3] = rows[k, 2] }
      if constant { rows[k, columns - 1] = 0.1 }
      let outcome = 0.7 + draws[0][i] - 0.5 * draws[1][i] + 0.25 * draws[2][i] + 0.5 * noise[i]
      // A learner of probabilities learns whether it is positive.
      rows[k, columns] = learner.link == .identity ? outcome : outcome > 0 ? 1 : 0
    }
    var moments = Moments(dimension: columns + 1)
    let weights = order.map { scale * pow(learner.forgetting, Double(order.count - 1 - $0)) }
    moments.add(rows, rows: 0..<order.count, weights: weights.span)
    return TrainingData(
      moments: moments, rows: learner.needsRows ? rows : nil, weights: weights, features: (1...columns).map { "x\($0)" }, start: start)
  }

  private static func weights(_ learner: any Learner, _ data: TrainingData) -> Result<[Double], FitError> {
    Result { () throws(FitError) in
      let predictor = try learner.fit(data).predictor
      return [predictor.intercept] + predictor.weights
    }
  }

  private static let inOrder = Array(0..<Blocks.count)

  @Sendable private static func pure(_ subject: Subject) throws(ScenarioError) -> [String] {
    let learner = learner(subject)
    let data = data(learner, order: inOrder)
    let first = weights(learner, data), second = weights(learner, data)
    switch (first, second) {
    case (.success(let a), .success(let b)):
      return a.map(\.bitPattern) == b.map(\.bitPattern) ? [] : ["a second fit of the same data gives \(b) instead of \(a)"]
    case (.failure(let error), _), (_, .failure(let error)): return ["cannot fit \(Blocks.count) rows of three features: \(error)"]
    }
  }

  @Sendable private static func rowOrder(_ subject: Subject) throws(ScenarioError) -> [String] {
    let learner = learner(subject)
    let order = RandomStream(seed: 7, name: "conformance/learner/order").permutation(of: Blocks.count, at: Blocks.position)
    guard case .success(let expected) = weights(learner, data(learner, order: inOrder)),
      case .success(let permuted) = weights(learner, data(learner, order: order))
    else { return [] }
    for (a, b) in zip(permuted, expected) where !(abs(a - b) <= orderTolerance * max(1, abs(b))) {
      return ["with the rows in another order a weight is \(decimalText(a)) instead of \(decimalText(b))"]
    }
    return []
  }

  @Sendable private static func scaledWeights(_ subject: Subject) throws(ScenarioError) -> [String] {
    let learner = learner(subject)
    guard case .success(let expected) = weights(learner, data(learner, order: inOrder)),
      case .success(let scaled) = weights(learner, data(learner, order: inOrder, scale: 8))
    else { return [] }
    for (a, b) in zip(scaled, expected) where !(abs(a - b) <= orderTolerance * max(1, abs(b))) {
      return ["with every row of weight 8 a weight of the model is \(decimalText(a)) instead of \(decimalText(b))"]
    }
    return []
  }

  @Sendable private static func duplicate(_ subject: Subject) throws(ScenarioError) -> [String] {
    let learner = learner(subject)
    switch weights(learner, data(learner, order: inOrder, duplicate: true)) {
    case .failure(let error): return ["cannot fit a feature and its copy: \(error)"]
    case .success(let weights):
      if !weights.allSatisfy(\.isFinite) { return ["a feature and its copy give weights that are not finite"] }
      if abs(weights[3] - weights[4]) > duplicateTolerance * max(1, abs(weights[3])) {
        return [
          "a feature and its copy get \(decimalText(weights[3])) and \(decimalText(weights[4])); least norm gives them equal weights"
        ]
      }
      return []
    }
  }

  @Sendable private static func finite(_ subject: Subject) throws(ScenarioError) -> [String] {
    let learner = learner(subject)
    let cases = [
      ("of ordinary data", data(learner, order: inOrder)), ("with a constant feature", data(learner, order: inOrder, constant: true)),
      ("of two rows", data(learner, order: [0, 1])), ("of one row", data(learner, order: [0])),
    ]
    for (name, data) in cases {
      switch weights(learner, data) {
      case .success(let weights): if !weights.allSatisfy(\.isFinite) { return ["a fit \(name) has weights that are not finite"] }
      case .failure(let error): return ["a fit \(name) fails: \(error)"]
      }
    }
    do {
      let fit = try learner.fit(data(learner, order: []))
      if !fit.predictor.isFinite { return ["a fit of no rows has weights that are not finite; it should throw"] }
    } catch {
      return []
    }
    return []
  }

  @Sendable private static func start(_ subject: Subject) throws(ScenarioError) -> [String] {
    let learner = learner(subject)
    guard let cold = try? learner.fit(data(learner, order: inOrder)) else { return [] }
    let start = LinearPredictor(
      intercept: cold.predictor.intercept + 0.2, weights: cold.predictor.weights.map { 0.9 * $0 + 0.1 }, link: learner.link)
    guard let warm = try? learner.fit(data(learner, order: inOrder, start: start)) else { return ["a fit with a start fails"] }
    if cold.certificate?.converged == false || warm.certificate?.converged == false { return [] }
    let expected = [cold.predictor.intercept] + cold.predictor.weights
    for (a, b) in zip([warm.predictor.intercept] + warm.predictor.weights, expected) where !(abs(a - b) <= startTolerance * max(1, abs(b)))
    {
      return ["begun at another model, a weight is \(decimalText(a)) instead of \(decimalText(b))"]
    }
    return []
  }
}
