public import SkewlabExperiments
internal import SkewlabNumerics

/// The sentence a run ends with: what happened to the loss on untouched outcomes, and what the model's own test says.
///
/// With several arms the one that is told of is the arm whose untouched loss is worst relative to the first arm's, both in the last cycle; with one
/// arm the last cycle is compared with cycle 1. A change is the paired difference, with its interval, as a share of the mean it is compared with.
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
    let untouched = Self.change(summary, focus, "untouched_loss")
    let own = Self.change(summary, focus, "offline_loss")
    let isOne = focus.arm == focus.baseline
    let reference = isOne ? "in cycle \(focus.baselineCycle)" : "with '\(summary.arms[focus.baseline])'"
    guard let untouched else {
      text = "After \(Format.count(focus.cycle, "cycle")) the untouched loss \(reference) is zero: there is no share to tell of it."
      return
    }
    let subject = isOne ? "the model" : "the model of arm '\(summary.arms[focus.arm])'"
    var sentence = "After \(Format.count(focus.cycle, "cycle")) "
    if untouched.isWorse == true, untouched.mean >= 1 {
      sentence +=
        "\(subject) has \(Format.significant(untouched.mean + 1, 3)) times the loss on untouched \(outcome) that it has \(reference)"
    } else {
      sentence +=
        "\(subject) is \(untouched.isWorse == nil ? "neither better nor worse" : untouched.size) on untouched \(outcome) than \(reference)"
    }
    sentence += " (\(untouched.interval))"
    if let own {
      let verdict =
        own.isWorse == nil ? "sees no difference" : own.mean >= 1 ? "sees \(Format.significant(own.mean + 1, 3)) times" : "says \(own.size)"
      sentence += ", \(untouched.isWorse == own.isWorse ? "and" : "while") its own test \(verdict)"
    }
    text = sentence + "."
  }

  /// A relative change of a loss.
  private struct Change {
    let n: Int, mean: Double
    let low: Double?, high: Double?

    /// Whether it is for the worse; `nil` when it is none, or its interval has zero in it.
    var isWorse: Bool? {
      if mean == 0 { return nil }
      if let low, let high, low <= 0, high >= 0 { return nil }
      return mean > 0
    }

    var size: String { "\(Format.percent(abs(mean))) \(mean >= 0 ? "worse" : "better")" }

    var interval: String {
      guard let low, let high else { return Format.noInterval(n) }
      switch isWorse {
      case nil:
        return "change in loss \(Format.signedPercent(mean)), 95 % interval \(Format.signedPercent(low)) to \(Format.signedPercent(high))"
      case true? where mean >= 1:
        return "95 % interval \(Format.significant(low + 1, 3)) to \(Format.significant(high + 1, 3)) times"
      case true?: return "95 % interval \(Format.percent(low)) to \(Format.percent(high))"
      case false?: return "95 % interval \(Format.percent(-high)) to \(Format.percent(-low))"
      }
    }
  }

  private static func change(_ summary: Summary, _ focus: Focus, _ metric: String) -> Change? {
    summary.relativeChange(
      arm: focus.arm, cycle: focus.cycle, toArm: focus.baseline, cycle: focus.baselineCycle, metric: metric
    ).map { Change(n: $0.n, mean: $0.mean, low: $0.low, high: $0.high) }
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
      let change = summary.relativeChange(arm: arm, cycle: common, toArm: 0, cycle: common, metric: "untouched_loss")
      return change.map { (Focus(arm: arm, cycle: common, baseline: 0, baselineCycle: common), $0.mean) }
    }
    return candidates.max { $0.harm < $1.harm }?.focus ?? last(0).map { Focus(arm: 0, cycle: $0, baseline: 0, baselineCycle: 1) }
  }
}
