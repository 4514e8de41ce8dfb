public import SkewlabExperiments
internal import SkewlabNumerics

/// What an attribution prints.
///
/// Percentages are of the mean loss with nobody on, in the last cycle: the untouched loss where v is the excess loss, the served loss for `served_excess`, the
/// offline loss for `skew`, and else the metric itself. By the excess loss "31 % worse" is then (v(N) − v(∅)) over that loss: what the untouched loss
/// grows by, less what it would grow by for the best predictor too.
public struct AttributionReport: Sendable {
  let attribution: Attribution
  private let summary: Summary
  /// The cycle told of, the last.
  public let cycle: Int
  /// What each player costs in it; `nil` where no replicate has the metric in every subset.
  public let estimates: AttributionEstimates?
  /// The same on average over cycles 1 to ``cycle``.
  public let average: AttributionEstimates?
  /// The loss that percentages are of; `nil` where it is not above zero.
  public let reference: Double?

  /// The report of a finished experiment.
  public init(_ attribution: Attribution, _ summary: Summary) {
    self.attribution = attribution
    self.summary = summary
    cycle = attribution.lastCycle(summary)
    estimates = cycle > 0 ? attribution.estimates(summary, cycle: cycle) : nil
    average = cycle > 0 ? attribution.estimates(summary, cycles: 1...cycle) : nil
    reference = attribution.reference(summary, cycle: cycle)
  }

  /// The sentence a person can repeat.
  ///
  /// - Parameter outcome: What the outcome is called.
  public func sentence(outcome: String) -> String {
    guard let estimates else {
      return "No replicate has \(attribution.metric) in every subset of the last cycle: there is nothing to share."
    }
    let names = attribution.players.map(\.name)
    let order = names.indices.sorted { estimates.shares[$0].mean > estimates.shares[$1].mean }
    let start = "After \(Format.count(cycle, "cycle")) "
    if names.count > 1, isLoss, let reference, estimates.total.mean / reference >= 0.0005, estimates.total.low ?? 1 > 0 {
      let worse = points(estimates.total.mean / reference)
      let size =
        isTimes
        ? "worse \(measure(outcome)) by \(worse) times the loss with none of it"
        : "\(worse) % worse \(measure(outcome)) than with none of it"
      let whole = isTimes ? "of these \(worse) times" : "of the \(worse) % degradation"
      let costs = order.filter { estimates.shares[$0].mean >= 0 }, helps = order.filter { estimates.shares[$0].mean < 0 }.reversed()
      let added = costs.enumerated().map { place, player in
        "\(points(estimates.shares[player].mean / reference)) \(place == 0 ? "is " : "")\(names[player])"
      }
      let taken = helps.map { "\(names[$0]) takes \(points(-estimates.shares[$0].mean / reference)) off" }
      return start
        + "the model is \(size)\(interval(estimates.total, over: reference)): \(whole), "
        + Self.listed(added) + (taken.isEmpty ? "." : "; \(Self.listed(taken)).")
    }
    let change =
      reference.map { "\(signed(estimates.total.mean / $0)) of \(Attribution.reference(of: attribution.metric))" }
      ?? Format.significant(estimates.total.mean, 3)
    let all = names.count == 1 ? names[0] : "all of it together"
    return start + "\(all) changes \(attribution.metric) by \(change)\(interval(estimates.total, over: reference))."
  }

  private static func listed(_ words: [String]) -> String {
    words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
  }

  /// Whether more of the metric is worse.
  private var isLoss: Bool {
    ["loss", "excess", "skew", "rmse", "mae", "brier", "ece", "risk", "gap", "cost"].contains { attribution.metric.contains($0) }
  }

  private func measure(_ outcome: String) -> String {
    switch attribution.metric {
    case Attribution.defaultMetric: "on untouched \(outcome)"
    case "served_loss", "served_excess": "on \(outcome) as served"
    default: "by \(attribution.metric)"
    }
  }

  private func interval(_ interval: MeanInterval, over reference: Double?) -> String {
    guard let low = interval.low, let high = interval.high else { return " (\(Format.noInterval(interval.n)))" }
    guard let reference else { return " (95 % interval \(Format.significant(low, 3)) to \(Format.significant(high, 3)))" }
    return " (95 % interval \(points(low / reference)) to \(points(high / reference)) \(isTimes ? "times" : "%"))"
  }

  private func signed(_ share: Double) -> String {
    isTimes ? "\(share > 0 ? "+" : "")\(points(share)) times" : Format.signedPercent(share)
  }

  /// Whether shares are told in times of the reference, as they are from a change of 100 % on.
  private var isTimes: Bool {
    guard let reference, let estimates else { return false }
    return abs(estimates.total.mean) / reference >= 1
  }

  /// A number that is zero but for rounding: sums of up to 2⁸ values cancel to some 10⁻¹⁴ of them.
  private func isZero(_ value: Double) -> Bool {
    guard let estimates else { return false }
    let largest = ([estimates.none, estimates.all] + estimates.singles).map { abs($0.mean) }.max() ?? 0
    return abs(value) <= 1e-12 * largest
  }

  /// Percentage points, or times; with a decimal where the whole is small.
  private func points(_ share: Double) -> String {
    if let reference, isZero(share * reference) { return "0" }
    if isTimes, let reference, let estimates {
      let times = abs(estimates.total.mean) / reference
      return Format.fixed(share, times < 9.995 ? 2 : times < 99.95 ? 1 : 0)
    }
    let whole = reference.flatMap { reference in estimates.map { abs($0.total.mean) / reference } } ?? 1
    return Format.fixed(share * 100, whole < 0.0095 ? 2 : whole < 0.0995 ? 1 : 0)
  }

  /// A line for each player, the costliest first, with bars; then the sum, what single effects miss, and v(∅).
  public func table() -> String? {
    guard let estimates else { return nil }
    let order = attribution.players.indices.sorted { estimates.shares[$0].mean > estimates.shares[$1].mean }
    let largest = estimates.shares.map { abs($0.mean) }.max() ?? 0
    let isSampled = !estimates.samplingErrors.isEmpty
    var rows = [
      ["", "share"] + (isSampled ? ["sampling"] : []) + [isTimes ? "times" : "%", "alone", "all cycles", Self.bar(1, of: 1, width: 0)]
    ]
    func add(_ name: String, _ share: MeanInterval, sampling: String, alone: String, average: MeanInterval?, isShare: Bool) {
      rows.append(
        [name, cell(share)] + (isSampled ? [sampling] : []) + [
          reference.map { points(share.mean / $0) } ?? "–", alone,
          average.map { Format.significant(isZero($0.mean) ? 0 : $0.mean, 3) } ?? "–",
          isShare ? Self.bar(share.mean, of: largest, width: 24) : "",
        ])
    }
    for player in order {
      add(
        attribution.players[player].name, estimates.shares[player],
        sampling: isSampled ? "±" + Format.significant(estimates.samplingErrors[player], 2) : "",
        alone: cell(estimates.singles[player]), average: average?.shares[player], isShare: true)
    }
    add("together", estimates.total, sampling: "", alone: "", average: average?.total, isShare: false)
    add("what single effects miss", estimates.missed, sampling: "", alone: "", average: average?.missed, isShare: false)
    let isExcess = attribution.metric.contains("excess")
    add(
      isExcess ? "none of it: estimation error" : "none of it", estimates.none, sampling: "", alone: "", average: average?.none,
      isShare: false)
    let width = rows.map { $0[$0.count - 1].count }.max() ?? 0
    return TerminalReport.aligned(rows.map { Array($0.dropLast()) + [$0[$0.count - 1].padded(to: width)] })
  }

  /// The share of each player in every cycle, as blocks on one scale; empty for a single cycle.
  public func chart(width: Int = 48) -> String {
    guard cycle > 1 else { return "" }
    let perCycle = (1...cycle).compactMap { attribution.estimates(summary, cycle: $0) }
    let curves = attribution.players.indices.map { player in perCycle.map { $0.shares[player].mean } }
    guard let low = curves.joined().min(), let high = curves.joined().max() else { return "" }
    let longest = attribution.players.map(\.name.count).max() ?? 0
    let lines = zip(attribution.players, curves).map { player, curve in
      "  \(player.name.padded(to: longest))  \(TerminalReport.sparkline(curve, low: low, high: high, width: width))"
    }
    return "share by cycle, \(Format.significant(low, 3)) to \(Format.significant(high, 3))\n" + lines.joined(separator: "\n")
  }

  /// What is behind the players' names, where that is more than the name.
  public func players() -> String {
    attribution.players.filter { $0.components != [$0.name] }.map { "\($0.name): \($0.components.joined(separator: ", "))" }.joined(
      separator: "\n")
  }

  /// The pairs that do more, or less, together than apart; at most `limit`, the strongest first.
  ///
  /// Of m pairs each is tested at a level of 5 % / m (Bonferroni), so that a pair is listed by chance
  /// alone in at most one attribution in twenty. The intervals printed are those of that level.
  public func interactions(limit: Int = 6) -> String {
    guard let estimates, attribution.players.count > 1 else { return "" }
    if estimates.interactions.isEmpty {
      return "Interactions are given where all subsets are tried: up to \(CoalitionPlan.playersOfAllSubsets) players."
    }
    if estimates.interactions.allSatisfy({ $0.low == nil }) { return "" }
    let pairs = attribution.plan.pairs, n = estimates.total.n
    let quantile = MeanInterval.Quantile(n: n, confidence: 1 - 0.05 / Double(pairs.count)).value
    let level =
      pairs.count == 1 ? "by its 95 % interval" : "by intervals that hold for all \(pairs.count) pairs together (95 %, Bonferroni)"
    let found = zip(pairs, estimates.interactions).filter { _, interval in
      !isZero(interval.mean) && abs(interval.mean) > quantile * interval.standardError
    }.sorted { abs($0.1.mean) > abs($1.1.mean) }
    if found.isEmpty { return "No pair does more or less together than apart, \(level)." }
    let lines = found.prefix(limit).map { pair, interval in
      [
        "  \(attribution.players[pair.0].name) × \(attribution.players[pair.1].name)",
        (interval.mean > 0 ? "+" : "") + Format.significant(interval.mean, 3) + " ±"
          + Format.significant(quantile * interval.standardError, 2),
        (interval.mean > 0 ? "more together than apart" : "less together than apart"),
      ]
    }
    let widths = (0..<2).map { column in lines.map { $0[column].count }.max() ?? 0 }
    let more = found.count > limit ? "\n  and \(found.count - limit) more in attribution.csv" : ""
    return "Interactions, \(level):\n"
      + lines.map { "\($0[0].padded(to: widths[0]))  \($0[1].padded(to: widths[1]))  \($0[2])" }.joined(separator: "\n") + more
  }

  /// What is said when runs ended early; empty when none did.
  public func warnings() -> String {
    let ended = attribution.ended(summary)
    guard !ended.isEmpty else { return "" }
    let all = summary.replicates(arm: 0, cycle: 0, metric: summary.columns.first ?? "").count
    let shown = ended.prefix(4).map { "'\($0)'" }.joined(separator: ", ") + (ended.count > 4 ? " and \(ended.count - 4) more" : "")
    return
      "In \(ended.count) of \(summary.arms.count) subsets (\(shown)) some replicate diverged or could not be fitted. Shares are of the \(estimates?.total.n ?? 0) of \(all) replicates that have every subset, and have no interval: these are no fair sample."
  }

  private func cell(_ interval: MeanInterval) -> String {
    let mean = isZero(interval.mean) ? "0" : Format.significant(interval.mean, 3)
    guard let high = interval.high, high > interval.mean, !isZero(high - interval.mean) else { return mean }
    return "\(mean) ±\(Format.significant(high - interval.mean, 2))"
  }

  /// Full blocks for costs, light ones for what helps.
  private static func bar(_ value: Double, of largest: Double, width: Int) -> String {
    guard largest > 0 else { return "" }
    return String(repeating: value < 0 ? "░" : "█", count: Int((abs(value) / largest * Double(width)).rounded()))
  }
}
