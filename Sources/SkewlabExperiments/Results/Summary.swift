internal import SkewlabEngine
public import SkewlabNumerics
internal import SkewlabTheory

/// Means over replicates with Student-t intervals, and paired differences between arms.
///
/// Replicate r of every arm has the same random numbers, so that differences are taken replicate by replicate. Where a replicate diverged or its
/// learner failed, the others are still averaged, and no interval is given.
public struct Summary: Sendable {
  /// The arms' names, in order.
  public let arms: [String]
  /// Every column of any arm.
  public let columns: [String]

  /// The arms' scenarios, for what theory expects of them.
  private let scenarios: [Scenario]
  /// For each arm, where its own columns are.
  private let places: [[String: Int]]
  /// values[arm][replicate][cycle][column of the arm]
  private var values: [[[[Double?]]]]
  private var isAlive: [[Bool]]
  private var endings: [[String]]
  /// For each arm, the quantile of an interval over all its replicates.
  private let quantiles: [MeanInterval.Quantile]

  init(_ experiment: Experiment) {
    arms = experiment.arms.map(\.name)
    columns = experiment.columns
    scenarios = experiment.arms.map(\.scenario)
    places = experiment.arms.map { arm in
      Dictionary(arm.scenario.columns.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }
    values = experiment.arms.map { Array(repeating: [], count: $0.scenario.replicates) }
    isAlive = experiment.arms.map { Array(repeating: true, count: $0.scenario.replicates) }
    endings = experiment.arms.map { Array(repeating: "", count: $0.scenario.replicates) }
    let counts = experiment.arms.map(\.scenario.replicates)
    let quantiles = Dictionary(uniqueKeysWithValues: Set(counts).map { ($0, MeanInterval.Quantile(n: $0)) })
    self.quantiles = counts.map { quantiles[$0] ?? MeanInterval.Quantile(n: $0) }
  }

  mutating func add(_ result: RunResult) {
    values[result.run.arm][result.run.replicate] = result.cycles.map(\.values)
    isAlive[result.run.arm][result.run.replicate] = result.isAlive
    endings[result.run.arm][result.run.replicate] = result.ending
  }

  /// The last cycle that any replicate of an arm reached.
  public func lastCycle(arm: Int) -> Int { max(0, (values[arm].map(\.count).max() ?? 1) - 1) }

  /// A metric's values in a cycle, one a replicate; `nil` where there is none.
  public func replicates(arm: Int, cycle: Int, metric: String) -> [Double?] {
    guard let column = places[arm][metric] else { return [] }
    return values[arm].map { $0.indices.contains(cycle) ? $0[cycle][column] : nil }
  }

  /// How the replicates of an arm ended, in the words of ``RunResult/ending``.
  public func endings(arm: Int) -> [String] { endings[arm] }

  /// Whether every replicate of an arm lived to the end.
  public func isComplete(arm: Int) -> Bool { isAlive[arm].allSatisfy { $0 } }

  /// Mean and 95 % interval of a metric in a cycle; `nil` without values.
  public func interval(arm: Int, cycle: Int, metric: String) -> MeanInterval? {
    let values = replicates(arm: arm, cycle: cycle, metric: metric).compactMap { $0 }
    if values.isEmpty { return nil }
    return isComplete(arm: arm) ? mean(values, arm: arm) : mean(values, arm: arm).withoutInterval
  }

  /// The same for an arm by name.
  public func interval(arm: String, cycle: Int, metric: String) -> MeanInterval? {
    arms.firstIndex(of: arm).flatMap { interval(arm: $0, cycle: cycle, metric: metric) }
  }

  /// Mean and 95 % interval of the difference of two arms, replicate by replicate.
  public func difference(arm: Int, minus baseline: Int, cycle: Int, metric: String) -> MeanInterval? {
    let difference = paired(
      replicates(arm: arm, cycle: cycle, metric: metric), replicates(arm: baseline, cycle: cycle, metric: metric), arm: arm)
    return isComplete(arm: arm) && isComplete(arm: baseline) ? difference : difference?.withoutInterval
  }

  /// The same for arms by name.
  public func difference(arm: String, minus baseline: String, cycle: Int, metric: String) -> MeanInterval? {
    guard let arm = arms.firstIndex(of: arm), let baseline = arms.firstIndex(of: baseline) else { return nil }
    return difference(arm: arm, minus: baseline, cycle: cycle, metric: metric)
  }

  /// The paired difference of a metric from what it is elsewhere, with its interval, as shares of the mean there: 0.12 is 12 % more. Both are means over the replicates that have the metric in both places.
  public func relativeChange(
    arm: Int, cycle: Int, toArm baseline: Int, cycle baselineCycle: Int, metric: String
  ) -> (n: Int, mean: Double, low: Double?, high: Double?)? {
    let here = replicates(arm: arm, cycle: cycle, metric: metric), there = replicates(arm: baseline, cycle: baselineCycle, metric: metric)
    guard let difference = paired(here, there, arm: arm) else { return nil }
    let kept = zip(here, there).compactMap { here, there in here == nil ? nil : there }
    let reference = kept.reduce(0, +) / Double(kept.count)
    guard reference != 0, reference.isFinite else { return nil }
    let isWhole = isComplete(arm: arm) && isComplete(arm: baseline)
    return (
      difference.n, difference.mean / reference, isWhole ? difference.low.map { $0 / reference } : nil,
      isWhole ? difference.high.map { $0 / reference } : nil
    )
  }

  /// The mean of a − b where both are.
  private func paired(_ a: [Double?], _ b: [Double?], arm: Int) -> MeanInterval? {
    let differences = zip(a, b).compactMap { a, b -> Double? in
      guard let a, let b, (a - b).isFinite else { return nil }
      return a - b
    }
    return differences.isEmpty ? nil : mean(differences, arm: arm)
  }

  /// The mean of values of an arm's replicates.
  private func mean(_ values: [Double], arm: Int) -> MeanInterval {
    values.count == quantiles[arm].n ? MeanInterval(values, quantile: quantiles[arm]) : MeanInterval(values)
  }

  // MARK: Files

  /// `summary.csv`: arm, cycle, metric, n, mean, sd, ci_low, ci_high; theory and theory_kind, `exact` at this number of rows or that of a `population` of infinitely many, where
  /// theory tells it.
  public func csv() -> String { csv(theory: scenarios.map(ExpectedCurve.init)) }

  /// The same, with the expected curve of each arm.
  func csv(theory curves: [ExpectedCurve?]) -> String {
    var text = CSVText(line: ["arm", "cycle", "metric", "n", "mean", "sd", "ci_low", "ci_high", "theory", "theory_kind"])
    for arm in arms.indices {
      for cycle in 0...lastCycle(arm: arm) {
        for metric in columns {
          guard let interval = interval(arm: arm, cycle: cycle, metric: metric) else { continue }
          text.add(arms[arm])
          Self.add(cycle, metric, interval, to: &text)
          let expected = curves[arm]?.value(metric, cycle: cycle)
          let isTold = expected?.value.isFinite == true
          text.add(isTold ? expected?.value : nil)
          text.add(isTold ? expected?.kind.rawValue ?? "" : "")
          text.endLine()
        }
      }
    }
    return text.text
  }

  /// `comparison.csv`: arm, baseline, cycle, metric, n, mean, sd, ci_low, ci_high of the paired differences with the first arm.
  public func comparisonCSV() -> String {
    var text = CSVText(line: ["arm", "baseline", "cycle", "metric", "n", "mean", "sd", "ci_low", "ci_high"])
    for arm in arms.indices.dropFirst() {
      for cycle in 0...lastCycle(arm: arm) {
        for metric in columns {
          guard let interval = difference(arm: arm, minus: 0, cycle: cycle, metric: metric) else { continue }
          text.add(arms[arm])
          text.add(arms[0])
          Self.add(cycle, metric, interval, to: &text)
          text.endLine()
        }
      }
    }
    return text.text
  }

  private static func add(_ cycle: Int, _ metric: String, _ interval: MeanInterval, to text: inout CSVText) {
    text.add(cycle)
    text.add(metric)
    text.add(interval.n)
    text.add(interval.mean)
    text.add(interval.n > 1 ? interval.standardDeviation : nil)
    text.add(interval.low)
    text.add(interval.high)
  }
}
