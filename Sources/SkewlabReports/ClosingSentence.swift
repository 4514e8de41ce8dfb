public import SkewlabExperiments
internal import SkewlabNumerics

/// The sentence a run ends with: what happened to the loss on untouched outcomes, and what the model's own test says.
///
/// With several arms the one that is told of is the arm whose untouched loss is worst relative to the first arm's, both in the last cycle; with one
/// arm the last cycle is compared with cycle 1. Relative changes are taken replicate by replicate.
public struct ClosingSentence: Sendable, Hashable {
  /// The sentence.
  public let text: String

  /// The sentence of a finished experiment.
  ///
  /// - Parameters:
  ///   - summary: The results.
  ///   - outcome: What the outcome is called.
  public init(_ summary: Summary, outcome: String) {
    guard let focus = Self.focus(summary) else {
      text = "No cycle was served: there is nothing to compare."
      return
    }
    let last = focus.cycle
    let untouched = summary.relativeChange(
      arm: focus.arm, cycle: last, metric: "untouched_loss", toArm: focus.baseline, cycle: focus.baselineCycle, metric: "untouched_loss")
    let own = summary.relativeChange(
      arm: focus.arm, cycle: last, metric: "offline_loss", toArm: focus.baseline, cycle: focus.baselineCycle, metric: "offline_loss")
    guard let untouched else {
      text = "After \(last) cycles there is no untouched loss to compare."
      return
    }
    let isOne = focus.arm == focus.baseline
    let subject = isOne ? "the model" : "the model of arm '\(summary.arms[focus.arm])'"
    let reference = isOne ? "in cycle \(focus.baselineCycle)" : "with '\(summary.arms[focus.baseline])'"
    var sentence = "After \(last) cycles \(subject) is \(Self.verdict(untouched)) on untouched \(outcome) than \(reference)"
    sentence += " (\(Self.interval(untouched)))"
    if let own { sentence += ", \(Self.isWorse(untouched) == Self.isWorse(own) ? "and" : "while") its own test says \(Self.short(own))" }
    text = sentence + "."
  }

  private struct Focus {
    let arm: Int
    let cycle: Int
    let baseline: Int
    let baselineCycle: Int
  }

  private static func focus(_ summary: Summary) -> Focus? {
    func last(_ arm: Int) -> Int? {
      stride(from: summary.lastCycle(arm: arm), to: 0, by: -1).first {
        summary.interval(arm: arm, cycle: $0, metric: "untouched_loss") != nil
      }
    }
    guard summary.arms.count > 1 else { return last(0).map { Focus(arm: 0, cycle: $0, baseline: 0, baselineCycle: 1) } }
    let candidates = summary.arms.indices.dropFirst().compactMap { arm -> (focus: Focus, harm: Double)? in
      guard let cycle = last(arm), let common = last(0).map({ min($0, cycle) }) else { return nil }
      let change = summary.relativeChange(
        arm: arm, cycle: common, metric: "untouched_loss", toArm: 0, cycle: common, metric: "untouched_loss")
      return change.map { (Focus(arm: arm, cycle: common, baseline: 0, baselineCycle: common), $0.mean) }
    }
    return candidates.max { $0.harm < $1.harm }?.focus ?? last(0).map { Focus(arm: 0, cycle: $0, baseline: 0, baselineCycle: 1) }
  }

  /// Whether a change of loss is for the worse: `nil` when the interval has zero in it.
  private static func isWorse(_ change: MeanInterval) -> Bool? {
    if let low = change.low, let high = change.high, low <= 0, high >= 0 { return nil }
    return change.mean > 0
  }

  private static func verdict(_ change: MeanInterval) -> String {
    guard isWorse(change) != nil else { return "neither better nor worse" }
    return short(change)
  }

  private static func short(_ change: MeanInterval) -> String {
    if change.mean >= 1 { return "\(Format.significant(change.mean + 1, 3)) times worse" }
    return "\(Format.percent(abs(change.mean))) \(change.mean >= 0 ? "worse" : "better")"
  }

  private static func interval(_ change: MeanInterval) -> String {
    guard let low = change.low, let high = change.high else { return "one replicate: no interval" }
    if change.mean >= 1 { return "95 % interval \(Format.significant(low + 1, 3)) to \(Format.significant(high + 1, 3)) times" }
    let flip = change.mean < 0 && high < 0
    let range = flip ? (-high, -low) : (low, high)
    let sign = isWorse(change) == nil ? "change in loss \(Format.signedPercent(change.mean)), " : ""
    return
      "\(sign)95 % interval \(isWorse(change) == nil ? Format.signedPercent(range.0) : Format.percent(range.0)) to \(isWorse(change) == nil ? Format.signedPercent(range.1) : Format.percent(range.1))"
  }
}
