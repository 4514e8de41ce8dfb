public import SkewlabExperiments

/// What a run ends with: the loss on untouched outcomes, and what the model's own test shows.
///
/// Both are told over all cycles that the compared arms share, and in the last of them. With several
/// arms, the arm told of is the one whose excess loss (the untouched loss unless every arm has one)
/// exceeds the first arm's most, on average over the cycles that the two share. A single arm is
/// compared with the best predictor, and its served loss with its own test; without a best predictor,
/// the last cycle is compared with cycle 1. Changes are paired, as shares of the mean compared with.
public struct ClosingSentence: Sendable, Hashable {
  /// The sentences.
  public let text: String

  /// The sentences of a finished experiment.
  ///
  /// - Parameters:
  ///   - summary: The results.
  ///   - outcome: What the outcome is called.
  public init(_ summary: Summary, outcome: String) {
    let writer = Writer(summary: summary, untouched: "untouched \(outcome)")
    text =
      if !summary.columns.contains("untouched_loss") {
        "The metrics asked for have no untouched loss: there is nothing to compare."
      } else if summary.arms.indices.allSatisfy({ summary.lastCycle(arm: $0) == 0 }) {
        "No cycle was served: there is nothing to compare."
      } else {
        (summary.arms.count > 1 ? writer.arms() : nil) ?? writer.one()
      }
  }
}

private struct Writer {
  let summary: Summary
  let untouched: String

  /// The mean over cycles of each replicate; `nil` for one that does not have them all.
  private func means(_ arm: Int, _ metric: String, _ cycles: ClosedRange<Int>) -> [Double?] {
    let values = cycles.map { summary.replicates(arm: arm, cycle: $0, metric: metric) }
    return values[0].indices.map { replicate in
      var sum = 0.0
      for cycle in values {
        guard let value = cycle[replicate] else { return nil }
        sum += value
      }
      return sum / Double(cycles.count)
    }
  }

  private func change(
    _ arm: Int, _ metric: String, from baseline: Int, _ other: String? = nil, in cycles: ClosedRange<Int>,
    and otherCycles: ClosedRange<Int>? = nil
  ) -> RelativeChange? {
    RelativeChange(
      means(arm, metric, cycles), from: means(baseline, other ?? metric, otherCycles ?? cycles),
      isWhole: summary.isComplete(arm: arm) && summary.isComplete(arm: baseline))
  }

  /// A sentence for all cycles, and one for the last.
  private func sentences(_ last: Int, _ clauses: (ClosedRange<Int>) -> String?) -> String? {
    let scopes = last > 1 ? [(1...last, "Over cycles 1 to \(last)"), (last...last, "In cycle \(last)")] : [(1...1, "In cycle 1")]
    let told = scopes.compactMap { cycles, scope in clauses(cycles).map { "\(scope), \($0)." } }
    return told.isEmpty ? nil : told.joined(separator: " ")
  }

  // MARK: Several arms

  private func sharedCycles(_ arm: Int) -> Int { min(summary.lastCycle(arm: arm), summary.lastCycle(arm: 0)) }

  /// The arm that does worst, compared with the first; `nil` where nothing can be compared.
  func arms() -> String? {
    let others = summary.arms.indices.dropFirst()
    let hasExcess = summary.arms.indices.allSatisfy { summary.interval(arm: $0, cycle: 1, metric: "excess_loss") != nil }
    let metric = hasExcess ? "excess_loss" : "untouched_loss"
    let rises = others.compactMap { arm -> (arm: Int, rise: Double)? in
      guard sharedCycles(arm) > 0 else { return nil }
      let cycles = 1...sharedCycles(arm)
      let differences = zip(means(arm, metric, cycles), means(0, metric, cycles)).compactMap { here, there in
        here.flatMap { here in there.map { here - $0 } }
      }
      return differences.isEmpty ? nil : (arm, differences.reduce(0, +) / Double(differences.count))
    }
    guard let worst = rises.max(by: { $0.rise < $1.rise })?.arm else { return nil }
    let first = summary.arms[0], name = summary.arms[worst]
    let start =
      rises.count > 1 ? "Of \(rises.count) arms compared with '\(first)' over shared cycles, '\(name)' has the highest \(metric). " : ""
    let told = sentences(sharedCycles(worst)) { cycles in clauses(worst, cycles) }
    return told.map { start + $0 }
  }

  private func clauses(_ arm: Int, _ cycles: ClosedRange<Int>) -> String? {
    guard let loss = change(arm, "untouched_loss", from: 0, in: cycles) else { return nil }
    let reference = "that with '\(summary.arms[0])'"
    var told = [loss.clause("the loss of '\(summary.arms[arm])' on \(untouched)", comparedWith: reference)]
    // Another world or other features: the model alone is not to blame.
    if let best = change(arm, "best_loss", from: 0, in: cycles), best.verdict != .equal {
      told.append(best.clause("the best predictor's loss", comparedWith: reference))
    }
    let own = change(arm, "offline_loss", from: 0, in: cycles)
    if let own { told.append(own.clause("the loss in its own test", comparedWith: reference)) }
    let isContrast = own.map { $0.verdict != loss.verdict } ?? false
    let last = told.removeLast()
    return told.isEmpty ? last : told.joined(separator: ", ") + (isContrast ? ", while " : ", and ") + last
  }

  // MARK: One arm

  /// The first arm, compared with what could be had.
  func one() -> String {
    let last = summary.lastCycle(arm: 0)
    let told =
      last == 0
      ? nil
      : sentences(last) { cycles in
        var told: [String] = []
        if let loss = change(0, "untouched_loss", from: 0, "best_loss", in: cycles) {
          told.append(loss.clause("the loss on \(untouched)", comparedWith: "that of the best predictor"))
        } else if cycles.lowerBound > 1, let loss = change(0, "untouched_loss", from: 0, in: cycles, and: 1...1) {
          told.append(loss.clause("the loss on \(untouched)", comparedWith: "that in cycle 1"))
        }
        if let loss = change(0, "served_loss", from: 0, "offline_loss", in: cycles) {
          told.append(loss.clause("the served loss", comparedWith: "that in its own test"))
        }
        return told.isEmpty ? nil : told.joined(separator: ", and ")
      }
    return told ?? "There is neither a best predictor, nor a test of the model's own, nor a second cycle to compare with."
  }
}
