public import SkewlabNumerics

/// What each player costs by one metric, in one cycle or on average over cycles: means over replicates with Student t intervals.
///
/// Every number is computed in each replicate, whose subsets share their random numbers, and then averaged: the intervals are paired. All are linear in v.
public struct AttributionEstimates: Sendable {
  /// v(∅): nobody is on. By an excess loss, the estimation error.
  public let none: MeanInterval
  /// v(N): everybody is on.
  public let all: MeanInterval
  /// v(N) − v(∅), which the shares sum to.
  public let total: MeanInterval
  /// The share of each player.
  public let shares: [MeanInterval]
  /// What each player does alone, v({i}) − v(∅).
  public let singles: [MeanInterval]
  /// What single effects miss: total − Σ singles. Zero where nothing interacts.
  public let missed: MeanInterval
  /// The interaction index of each pair, in the order of ``CoalitionPlan/pairs``; empty where orders are sampled.
  public let interactions: [MeanInterval]
  /// The standard error that sampling orders leaves in the mean of each share, replicates fixed; empty where all subsets are tried.
  public let samplingErrors: [Double]

  /// Estimates from one game a replicate.
  ///
  /// - Parameters:
  ///   - plan: Which subsets were tried.
  ///   - games: For each replicate v of each of the plan's subsets; at least one.
  ///   - isWhole: Whether no replicate is left out because some run of it ended early; there is no interval otherwise.
  public init(_ plan: CoalitionPlan, games: [[Double]], isWhole: Bool = true) {
    precondition(!games.isEmpty && games.allSatisfy { $0.count == plan.coalitions.count }, "a game needs a value for every subset tried")
    let quantile = MeanInterval.Quantile(n: games.count)
    func interval(_ values: [Double]) -> MeanInterval {
      let mean = MeanInterval(values, quantile: quantile)
      return isWhole ? mean : mean.withoutInterval
    }
    func columns(_ rows: [[Double]]) -> [MeanInterval] { rows[0].indices.map { column in interval(rows.map { $0[column] }) } }
    let first = 0, last = plan.coalitions.count - 1
    let alone = games.map { game in (0..<plan.players).map { (plan.place(of: 1 << $0).map { game[$0] } ?? .nan) - game[first] } }
    none = interval(games.map { $0[first] })
    all = interval(games.map { $0[last] })
    total = interval(games.map { $0[last] - $0[first] })
    shares = columns(games.map(plan.shares))
    singles = columns(alone)
    missed = interval(zip(games, alone).map { $0[last] - $0[first] - $1.reduce(0, +) })
    interactions = columns(games.map(plan.interactions))
    let mean = plan.coalitions.indices.map { place in games.reduce(0) { $0 + $1[place] } / Double(games.count) }
    samplingErrors = plan.samplingErrors(mean)
  }
}
