public import SkewlabExperiments
internal import SkewlabNumerics

/// What a screen prints.
public enum ScreenReport {
  /// The costliest discrepancy in a sentence; before it, those that make the loss run away.
  public static func sentence(_ screen: Screen, _ summary: Summary) -> String {
    let lines = screen.lines(summary)
    let runaways = lines.filter { $0.status == .diverged }.map { "'\($0.preset.kind)'" }
    guard !runaways.isEmpty else { return worst(lines, summary) ?? "None of the discrepancies tried makes the model worse." }
    let first = "The loss runs away with \(runaways.joined(separator: ", "))."
    return worst(lines, summary).map { first + " " + $0 } ?? first
  }

  private static func worst(_ lines: [Screen.Line], _ summary: Summary) -> String? {
    let applied = lines.filter { $0.status == .applied }
    guard let worst = applied.first, let excess = worst.excess, excess.mean > 0,
      let plain = summary.interval(arm: 0, cycle: summary.lastCycle(arm: 0), metric: "untouched_loss")?.mean, plain > 0
    else { return nil }
    let rest = applied.count < lines.count ? "the other " : ""
    let name = "Of \(rest)\(applied.count) discrepancies the costliest is '\(worst.preset.kind)', \(worst.preset.incident): the loss is "
    let ratio = excess.mean / plain
    if ratio > 9 { return name + "\(Format.significant(1 + ratio, 2)) times as high." }
    guard let low = excess.low, let high = excess.high else { return name + "\(Format.percent(ratio)) higher." }
    return name + "\(Format.percent(ratio)) higher (95 % interval \(Format.percent(low / plain)) to \(Format.percent(high / plain)))."
  }

  /// A line for each discrepancy that was tried, the costliest first.
  public static func table(_ screen: Screen, _ summary: Summary) -> String {
    let replicates = summary.endings(arm: 0).count
    let rows = screen.lines(summary).map { line in
      let isWhole = line.status == .applied
      let left = line.alive == 0 ? line.status.rawValue : "\(line.status.rawValue), \(line.alive) of \(replicates) left"
      return [
        line.preset.kind, isWhole ? cell(line.excess) : left, isWhole ? cell(line.skew) : "–",
        isWhole ? line.touched.map { Format.percent($0) } ?? "–" : "–", line.preset.incident,
      ]
    }
    let width = rows.map { $0[4].count }.max() ?? 0
    return TerminalReport.aligned(
      [["discrepancy", "excess loss", "more skew", "rows touched", "as in".padded(to: width)]]
        + rows.map { Array($0.dropLast()) + [$0[4].padded(to: width)] })
  }

  /// What was not tried, and why.
  public static func untried(_ screen: Screen) -> String {
    screen.untried.map { "not tried: \($0.kind) – \($0.reason)" }.joined(separator: "\n")
  }

  private static func cell(_ interval: MeanInterval?) -> String {
    guard let interval else { return "–" }
    let mean = Format.significant(interval.mean, 3)
    guard let high = interval.high, high > interval.mean else { return mean }
    return "\(mean) ±\(Format.significant(high - interval.mean, 2))"
  }
}
