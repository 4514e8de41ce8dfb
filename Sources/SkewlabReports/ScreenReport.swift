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
    let cycle = summary.lastCycle(arm: 0)
    guard let worst = applied.first, let added = worst.addedLoss, added.mean > 0,
      let plain = summary.interval(arm: 0, cycle: cycle, metric: "untouched_loss")?.mean,
      let change = RelativeChange(added, of: plain, replicates: summary.endings(arm: 0).count)
    else { return nil }
    let rest = applied.count < lines.count ? "the other " : ""
    let target = worst.target.isEmpty ? "" : " on \(worst.target)"
    return
      "Of \(rest)\(Format.count(applied.count, "discrepancy", "discrepancies")) the costliest is '\(worst.preset.kind)'\(target), \(worst.preset.incident): "
      + "in cycle \(cycle), " + change.clause("the untouched loss", comparedWith: "that without it") + "."
  }

  /// A line for each discrepancy that was tried, the costliest first.
  public static func table(_ screen: Screen, _ summary: Summary) -> String {
    let replicates = summary.endings(arm: 0).count
    let rows = screen.lines(summary).map { line in
      let isWhole = line.status == .applied
      let left = line.alive == 0 ? line.status.rawValue : "\(line.status.rawValue), \(line.alive) of \(replicates) left"
      return [
        line.preset.kind, line.target.isEmpty ? "–" : line.target, isWhole ? cell(line.addedLoss) : left,
        isWhole ? cell(line.addedSkew) : "–",
        isWhole ? line.touched.map { Format.percent($0) } ?? "–" : "–", line.preset.incident,
      ]
    }
    let width = rows.map { $0[5].count }.max() ?? 0
    let title =
      "Cycle \(summary.lastCycle(arm: 0)), less the same without the discrepancy: untouched loss and skew, mean ± half the 95 % interval:\n"
    return title
      + TerminalReport.aligned(
        [["discrepancy", "on", "added loss", "added skew", "rows touched", "as in".padded(to: width)]]
          + rows.map { Array($0.dropLast()) + [$0[5].padded(to: width)] })
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
