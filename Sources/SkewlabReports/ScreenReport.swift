public import SkewlabExperiments
internal import SkewlabNumerics

/// What a screen prints.
public enum ScreenReport {
  /// The costliest discrepancy in a sentence.
  public static func sentence(_ screen: Screen, _ summary: Summary) -> String {
    let lines = screen.lines(summary)
    guard let worst = lines.first(where: { $0.excess != nil }), let excess = worst.excess, excess.mean > 0,
      let plain = summary.interval(arm: 0, cycle: summary.lastCycle(arm: 0), metric: "untouched_loss")?.mean, plain > 0
    else { return "None of the discrepancies tried makes the model worse." }
    let name = "Of \(lines.count) discrepancies the costliest is '\(worst.preset.kind)', \(worst.preset.incident): the loss is "
    let ratio = excess.mean / plain
    if ratio > 9 { return name + "\(Format.significant(1 + ratio, 2)) times as high." }
    guard let low = excess.low, let high = excess.high else { return name + "\(Format.percent(ratio)) higher." }
    return name + "\(Format.percent(ratio)) higher (95 % interval \(Format.percent(low / plain)) to \(Format.percent(high / plain)))."
  }

  /// A line for each discrepancy that was tried, the costliest first.
  public static func table(_ screen: Screen, _ summary: Summary) -> String {
    let rows = screen.lines(summary).map { line in
      [
        line.preset.kind, cell(line.excess), cell(line.skew), line.touched.map { Format.percent($0) } ?? "–", line.preset.incident,
      ]
    }
    let width = rows.map { $0[4].count }.max() ?? 0
    return TerminalReport.aligned(
      [["discrepancy", "excess loss", "more skew", "rows touched", "as in".padded(to: width)]]
        + rows.map { Array($0.dropLast()) + [$0[4].padded(to: width)] })
  }

  /// What could not be tried, and why.
  public static func unsuitable(_ screen: Screen) -> String {
    screen.unsuitable.map { "not tried: \($0.preset.kind) – \($0.reason)" }.joined(separator: "\n")
  }

  private static func cell(_ interval: MeanInterval?) -> String {
    guard let interval else { return "–" }
    let mean = Format.significant(interval.mean, 3)
    guard let high = interval.high, high > interval.mean else { return mean }
    return "\(mean) ±\(Format.significant(high - interval.mean, 2))"
  }
}
