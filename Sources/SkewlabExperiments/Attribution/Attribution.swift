public import SkewlabComponents
public import SkewlabEngine
internal import SkewlabNumerics

/// Whose fault the loss is: the scenario with every subset of its causes at work, and each cause's Shapley share of what they do together.
///
/// ```swift
/// let attribution = try Attribution(ScenarioDocument(contentsOf: "mine.yaml"))
/// let summary = attribution.experiment.run().summary
/// if let estimates = attribution.estimates(summary, cycle: 24) {
///   for (player, share) in zip(attribution.players, estimates.shares) { print(player.name, share.mean) }
/// }
/// ```
///
/// **Players** are the causes present, or single components. A player is switched off by taking its components out of the scenario: shifts,
/// discrepancies and responses leave their lists, a runtime becomes `instant`. A table in order of time is of the cause `data-shift` too: off, its rows are drawn with replacement from its first period (`first-period` of
/// the world `table`). All else, mitigations too, stays as it is in every subset, and every subset is an arm with the random
/// numbers of the others: one of components keeps its numbers, since its id names them.
///
/// **Value.** v(S) is a metric, the excess loss unless another is named, in a cycle of the arm in which exactly the players of S are on. See ``CooperativeGame`` for shares and
/// interactions. A player that does nothing has a share of exactly 0. Two players that do the same to the bit have the same share to the bit; two alike with random numbers of their own have the
/// same share in expectation, and their intervals say how near. So that a component that does nothing changes no bit either, all arms keep rows where any does.
public struct Attribution: Sendable {
  /// What is switched on and off.
  public enum Grouping: String, Sendable, Hashable, CaseIterable {
    /// Each of the six causes that is present.
    case cause
    /// Each shift, discrepancy and response, and the runtime.
    case component
  }

  /// An arm for each subset tried, in the plan's order; the first is `none`.
  public let experiment: Experiment
  /// Who shares.
  public let players: [AttributionPlayer]
  /// Which subsets are tried.
  public let plan: CoalitionPlan
  /// The metric that v is, unless another is asked for.
  public let metric: String

  /// The excess loss.
  public static let defaultMetric = "excess_loss"
  /// Orders sampled of more than ``CoalitionPlan/playersOfAllSubsets`` players.
  public static let defaultPermutations = 32
  /// The arms with nobody and with everybody on.
  public static let noneName = "none", allName = "all"

  /// The experiment of all subsets, or of sampled orders.
  ///
  /// - Parameters:
  ///   - document: A scenario.
  ///   - grouping: What is switched on and off.
  ///   - arm: The arm of the scenario to attribute; the scenario without its arms unless given.
  ///   - metric: A column that every subset has.
  ///   - permutations: Orders to sample, an even number from 4; all subsets are tried unless given, of up to 8 players.
  ///   - catalog: The kinds that it may name.
  public init(
    _ document: ScenarioDocument, by grouping: Grouping = .cause, arm: String? = nil, metric: String = Attribution.defaultMetric,
    permutations: Int? = nil, catalog: Catalog = .standard
  ) throws(ScenarioError) {
    if let permutations, permutations < 4 || !permutations.isMultiple(of: 2) {
      throw ScenarioError(.outOfRange(.integer(permutations), allowed: "an even number of orders from 4: each comes with its reverse"))
    }
    do { try self.init(reading: document, grouping, arm, metric, permutations, catalog) } catch { throw error.located(in: document.root) }
  }

  private init(
    reading document: ScenarioDocument, _ grouping: Grouping, _ arm: String?, _ metric: String, _ permutations: Int?, _ catalog: Catalog
  ) throws(ScenarioError) {
    var base = try Self.base(document, arm: arm)
    let scenario = try Scenario(base, catalog: catalog)
    let players = AttributionPlayer.players(of: scenario, by: grouping)
    guard !players.isEmpty else { throw try Self.nobody(document, arm: arm) }
    guard players.count <= CoalitionPlan.playersLimit else {
      throw ScenarioError(
        .conflict(
          "there are \(players.count) components, and at most \(CoalitionPlan.playersLimit) can share", advice: "attribute to causes"))
    }
    if permutations != nil || players.count > CoalitionPlan.playersOfAllSubsets {
      plan = CoalitionPlan(sampling: permutations ?? Self.defaultPermutations, of: players.count, seed: scenario.seed)
    } else {
      plan = CoalitionPlan(allOf: players.count)
    }
    base.root["arms"] = DocumentNode(
      .list(
        plan.coalitions.map { coalition in
          let off = players.indices.filter { coalition & 1 << $0 == 0 }.map { players[$0] }
          return [
            "name": .string(Self.name(coalition, players)), "set": AttributionPlayer.changes(switchingOff: off, in: base),
          ]
        }))
    let experiment = try Experiment(base, catalog: catalog, withSameLog: true)
    let common = experiment.columns.filter { column in experiment.arms.allSatisfy { $0.scenario.columns.contains(column) } }
    guard common.contains(metric) else {
      let reason: Problem.Reason =
        common.isEmpty
        ? .conflict("no column is there in every subset, so that there is nothing to share out", advice: "list a metric that all have")
        : .unknownName(metric, what: "column of every subset", known: common)
      throw ScenarioError(reason, path: DocumentPath(["metrics"]))
    }
    self.experiment = experiment
    self.players = players
    self.metric = metric
  }

  /// The scenario to attribute, arms gone.
  private static func base(_ document: ScenarioDocument, arm name: String?) throws(ScenarioError) -> ScenarioDocument {
    guard let name else { return try document.resolved(for: ScenarioDocument.Arm(name: "scenario")) }
    let arms = try document.arms()
    guard let arm = arms.first(where: { $0.name == name }) else {
      throw ScenarioError(.unknownName(name, what: "arm", known: arms.map(\.name)), path: DocumentPath(["arms"]))
    }
    do { return try document.resolved(for: arm) } catch { throw error.inArm(arm) }
  }

  private static func nobody(_ document: ScenarioDocument, arm: String?) throws(ScenarioError) -> ScenarioError {
    let arms = document.root["arms"] == nil ? [] : try document.arms().map(\.name)
    let advice =
      arm == nil && !arms.isEmpty
      ? "attribute one of its arms with --arm: \(arms.joined(separator: ", "))" : "give it a shift, a discrepancy, feedback or a runtime"
    return ScenarioError(
      .conflict("no cause is present in \(arm.map { "arm '\($0)'" } ?? "the scenario"), so that there is nothing to share", advice: advice),
      location: document.root.location)
  }

  /// The arm's name: the players that are on.
  private static func name(_ coalition: Int, _ players: [AttributionPlayer]) -> String {
    if coalition == 0 { return noneName }
    let on = players.indices.filter { coalition & 1 << $0 != 0 }
    return on.count == players.count ? allName : on.map { players[$0].name }.joined(separator: " + ")
  }

  // MARK: Results

  /// The last cycle that some replicate has in every subset.
  public func lastCycle(_ summary: Summary) -> Int { summary.arms.indices.map { summary.lastCycle(arm: $0) }.min() ?? 0 }

  /// What each player costs in a cycle; `nil` where no replicate has the metric in every subset.
  public func estimates(_ summary: Summary, cycle: Int, metric: String? = nil) -> AttributionEstimates? {
    estimates(summary, cycles: cycle...cycle, metric: metric)
  }

  /// The same on average over cycles: v is then the mean of the metric over them, in replicates that have it in all.
  public func estimates(_ summary: Summary, cycles: ClosedRange<Int>, metric: String? = nil) -> AttributionEstimates? {
    let metric = metric ?? self.metric
    var games: [[Double]?] = []
    for arm in summary.arms.indices {
      var means: [Double?] = []
      for cycle in cycles {
        let values = summary.replicates(arm: arm, cycle: cycle, metric: metric)
        means =
          means.isEmpty
          ? values : zip(means, values).map { sum, value in sum.flatMap { sum in value.map { sum + $0 } } }
      }
      if games.isEmpty { games = means.map { _ in [] } }
      for (replicate, sum) in means.enumerated() {
        if let sum { games[replicate]?.append(sum / Double(cycles.count)) } else { games[replicate] = nil }
      }
      if means.isEmpty { return nil }
    }
    let whole = games.compactMap { $0 }
    guard !whole.isEmpty else { return nil }
    return AttributionEstimates(plan, games: whole, isWhole: ended(summary).isEmpty)
  }

  /// The arms of which some replicate diverged or could not be fitted: shares are of the other replicates, and have no interval.
  public func ended(_ summary: Summary) -> [String] {
    summary.arms.indices.filter { !summary.isComplete(arm: $0) }.map { summary.arms[$0] }
  }

  /// The loss that a cost by this metric is a share of: for an excess, the loss that it is an excess of.
  public static func reference(of metric: String) -> String {
    ["excess_loss": "untouched_loss", "served_excess": "served_loss", "skew": "offline_loss"][metric] ?? metric
  }

  /// The mean reference loss in a cycle with nobody on, in which costs are told as percentages; `nil` where it is not above zero.
  public func reference(_ summary: Summary, cycle: Int) -> Double? {
    let mean = summary.interval(arm: 0, cycle: cycle, metric: Self.reference(of: metric))?.mean
    return mean.flatMap { $0 > 0 ? $0 : nil }
  }
}
