#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif
internal import SkewlabNumerics

/// Sums over pairs (probability p, outcome 0 or 1) from which the metrics of classification follow.
public struct ClassificationSums: Sendable, Hashable {
  /// Σ of the log losses: ln(1 + e^(∓s)) where p is the logistic function of a score s, whatever its size; for any other p as `LogLoss` has them, p cut to [2⁻⁵², 1 − 2⁻⁵²].
  public private(set) var logLoss = 0.0
  /// Pairs whose outcome is the likelier one: 1 where p > ½, 0 elsewhere.
  public private(set) var correct = 0.0
  /// Every pair; `nil` unless a metric asks for them.
  public private(set) var pairs: ScoredPairs?

  init(keepsPairs: Bool) { pairs = keepsPairs ? ScoredPairs() : nil }

  /// Adds a block.
  mutating func add(_ probabilities: Span<Double>, _ outcomes: Span<Double>, scores: Span<Double>) {
    logLoss += LogLoss.sum(probabilities, outcomes)
    if !scores.isEmpty {
      for i in probabilities.indices {
        logLoss += Self.correction(probabilities[i], outcome: outcomes[i], score: scores[i])
      }
    }
    var count = 0
    for i in probabilities.indices where (probabilities[i] > 0.5) == (outcomes[i] != 0) { count += 1 }
    correct += Double(count)
    pairs?.add(probabilities, outcomes)
  }

  /// What the loss of a large score is more than that of its probability, in which the score's digits are lost; 0 for a fallback, which has no score.
  private static func correction(_ p: Double, outcome: Double, score: Double) -> Double {
    let isOne = outcome != 0
    // 1 − p has 43 digits or more up to here, and p itself all of them down to the cut.
    guard isOne ? p < 0x1p-52 : p > 1 - 0x1p-10, 1 / (1 + Elementary.exp(-score)) == p else { return 0 }
    let size = abs(score)
    return size + log1p(Elementary.exp(-size)) + Elementary.log(max(isOne ? p : 1 - p, 0x1p-52))
  }

  mutating func merge(_ other: ClassificationSums) {
    logLoss += other.logLoss
    correct += other.correct
    if let more = other.pairs { pairs?.merge(more) }
  }

  mutating func scale(by weight: Double) {
    logLoss *= weight
    correct *= weight
    pairs?.scale(by: weight)
  }
}

/// Probabilities with their outcomes and weights, for what no sum can tell.
public struct ScoredPairs: Sendable, Hashable {
  /// The probabilities served, in the order of the rows.
  public private(set) var probabilities: [Double] = []
  /// Whether each outcome was 1.
  public private(set) var isPositive: [Bool] = []
  /// How many pairs in a row have the same weight.
  private var runs: [Run] = []

  private struct Run: Hashable {
    var count: Int
    var weight: Double
  }

  init() {}

  /// Pairs, one of each a row; an outcome is positive unless it is 0.
  public init(probabilities: [Double], outcomes: [Double], weights: [Double]) {
    precondition(probabilities.count == outcomes.count && outcomes.count == weights.count, "one of each a row")
    self.probabilities = probabilities
    isPositive = outcomes.map { $0 != 0 }
    for weight in weights { append(Run(count: 1, weight: weight)) }
  }

  mutating func add(_ more: Span<Double>, _ outcomes: Span<Double>) {
    probabilities.reserveCapacity(probabilities.count + more.count)
    for i in more.indices {
      probabilities.append(more[i])
      isPositive.append(outcomes[i] != 0)
    }
    append(Run(count: more.count, weight: 1))
  }

  mutating func merge(_ other: ScoredPairs) {
    probabilities += other.probabilities
    isPositive += other.isPositive
    for run in other.runs { append(run) }
  }

  mutating func scale(by factor: Double) {
    for i in runs.indices { runs[i].weight *= factor }
  }

  private mutating func append(_ run: Run) {
    if let last = runs.last, last.weight == run.weight {
      runs[runs.count - 1].count += run.count
    } else {
      runs.append(run)
    }
  }

  /// Whether some p is missing: pairs have no order then, and no bins.
  private var hasGaps: Bool { probabilities.contains(where: \.isNaN) }

  /// One weight a pair.
  public var weights: [Double] { runs.flatMap { Array(repeating: $0.weight, count: $0.count) } }

  /// The area under the ROC curve: the probability that a pair with outcome 1 has the greater p of it and one with outcome 0, equal ones counting ½. Exact, by sorting. `nil`
  /// unless there are both outcomes, and where a p is NaN.
  public var areaUnderCurve: Double? {
    guard !hasGaps else { return nil }
    let weights = weights
    let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
    var negativesBelow = 0.0, positives = 0.0, area = 0.0
    var next = 0
    while next < order.count {
      let p = probabilities[order[next]]
      var negativesHere = 0.0, positivesHere = 0.0
      while next < order.count, probabilities[order[next]] == p {
        if isPositive[order[next]] { positivesHere += weights[order[next]] } else { negativesHere += weights[order[next]] }
        next += 1
      }
      area += positivesHere * (negativesBelow + negativesHere / 2)
      negativesBelow += negativesHere
      positives += positivesHere
    }
    return negativesBelow > 0 && positives > 0 ? area / (positives * negativesBelow) : nil
  }

  /// The expected calibration error: over equal bins of p in [0, 1], each closed below and the last one above too, the mean of |mean p − share of 1| weighted by the
  /// pairs in each bin. A p outside of [0, 1] is in the bin nearest to it. `nil` without pairs, and where a p is NaN.
  public func calibrationError(bins: Int) -> Double? {
    guard !hasGaps else { return nil }
    let weights = weights
    var count = Array(repeating: 0.0, count: bins), sum = count, ones = count
    for i in probabilities.indices {
      let place = min(max(probabilities[i] * Double(bins), 0), Double(bins - 1))
      let bin = Int(place)
      count[bin] += weights[i]
      sum[bin] += weights[i] * probabilities[i]
      if isPositive[i] { ones[bin] += weights[i] }
    }
    let total = count.reduce(0, +)
    guard total > 0 else { return nil }
    var error = 0.0
    for bin in 0..<bins { error += abs(sum[bin] - ones[bin]) }
    return error / total
  }
}
