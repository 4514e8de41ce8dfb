public import SkewlabExperiments
public import SkewlabNumerics

/// What a run prints at its end: a table of the last cycle, and a small chart of each arm's own test against the untouched loss.
public enum TerminalReport {
  private static let columns: [(metric: String, title: String)] = [
    ("offline_loss", "own test"), ("served_loss", "served"), ("untouched_loss", "untouched"), ("best_loss", "best"),
    ("offline_r2", "own R²"), ("untouched_r2", "untouched R²"), ("offline_auc", "own AUC"), ("untouched_auc", "untouched AUC"),
  ]

  /// Mean ± half the 95 % interval of the main metrics in each arm's last cycle.
  public static func table(_ summary: Summary) -> String {
    let shown = shown(summary)
    var rows = [["arm"] + shown.map(\.title)]
    for arm in summary.arms.indices {
      let cycle = summary.lastCycle(arm: arm)
      rows.append(
        [summary.arms[arm]]
          + shown.map { column in
            summary.interval(arm: arm, cycle: cycle, metric: column.metric).map(cell)
              ?? "–"
          })
    }
    return aligned(rows)
  }

  private static func shown(_ summary: Summary) -> [(metric: String, title: String)] {
    // R² of probabilities says little beside the area under the curve.
    let isClassification = summary.columns.contains("untouched_auc")
    return columns.filter { summary.columns.contains($0.metric) && !(isClassification && $0.metric.hasSuffix("_r2")) }
  }

  /// The measures that the table has, in words.
  static func measures(_ summary: Summary, loss: String) -> [String] {
    let metrics = shown(summary).map(\.metric)
    return [("_loss", loss), ("_r2", "R²"), ("_auc", "area under the ROC curve")].compactMap { ending, words in
      metrics.contains { $0.hasSuffix(ending) } ? words : nil
    }
  }

  private static func cell(_ interval: MeanInterval) -> String {
    let mean = Format.significant(interval.mean, 4)
    guard let high = interval.high, high > interval.mean else { return mean }
    return "\(mean) ±\(Format.significant(high - interval.mean, 2))"
  }

  /// Columns padded to their widest cell, a rule under the first row; the first column to the left, the others to the right.
  public static func aligned(_ rows: [[String]]) -> String {
    guard let first = rows.first else { return "" }
    let widths = first.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      row.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + space : space + row[column]
      }.joined(separator: "  ")
    }
    lines.insert(String(repeating: "─", count: widths.reduce(0, +) + 2 * (widths.count - 1)), at: 1)
    return lines.map { $0.replacing(/\ +$/, with: "") }.joined(separator: "\n")
  }

  /// What there is to say of the fits: ranks that were deficient, iterations that did not converge.
  public static func notes(_ fits: [FitCounts]) -> [String] {
    fits.flatMap { counts in
      (counts.deficient > 0
        ? ["in arm '\(counts.arm)' the design was rank-deficient; those fits are the minimum-norm solutions"] : [])
        + (counts.oneClass > 0
          ? [
            "in arm '\(counts.arm)' the window of \(counts.oneClass) of \(counts.fits) fits has outcomes of one class only, all 0 or all 1: no intercept is finite, whatever the penalty; fit more rows, or a longer `window`"
          ] : [])
        + (counts.unconverged > counts.oneClass
          ? [
            "in arm '\(counts.arm)' the learner did not converge in \(counts.unconverged - counts.oneClass) of \(counts.fits) fits: give it more `iterations`, or a `penalty` where there is no finite solution"
          ] : [])
    }
  }

  /// What became of each arm's models; `nil` where no arm has fits enough to say.
  public static func paths(_ fits: [FitCounts]) -> String? {
    let told = fits.filter { $0.paths.contains { $0.status != PathStatus.tooShort.description } }
    if told.isEmpty { return nil }
    return "Models over the last half of the fits: "
      + told.map { counts in "\(counts.arm) " + counts.paths.map { "\($0.status) (\($0.runs))" }.joined(separator: ", ") }.joined(
        separator: "; ")
  }

  /// What the time of a run went into: seconds of all threads together, and shares.
  public static func profile(_ profile: RunProfile, wall: Double) -> String {
    let work = profile.seconds
    let total = work.reduce(0) { $0 + $1.seconds }
    let largest = work.map(\.seconds).max() ?? 0
    let rows = work.map { name, seconds in
      [
        name, Format.duration(seconds), total > 0 ? Format.percent(seconds / total) : "–",
        String(repeating: "█", count: largest > 0 ? Int((seconds / largest * 30).rounded()) : 0),
      ]
    }
    let title = "Time: \(Format.duration(wall)) by the clock, \(Format.duration(total)) of work"
    return title + "\n" + aligned([["work", "time", "share", ""]] + rows.map { [$0[0], $0[1], $0[2], $0[3].padded(to: 30)] })
  }

  /// A line of blocks for each arm and loss, cycle 1 to the last; each loss has one scale over all arms, from its least to its greatest mean.
  public static func chart(_ summary: Summary, width: Int = 48) -> String {
    let metrics = [("offline_loss", "own test"), ("untouched_loss", "untouched")].filter { summary.columns.contains($0.0) }
    var rows: [[String]] = []
    let arms = summary.arms.map(\.count).max() ?? 0
    for (metric, title) in metrics {
      let curves = summary.arms.indices.map { arm in
        (1...max(1, summary.lastCycle(arm: arm))).compactMap { summary.interval(arm: arm, cycle: $0, metric: metric)?.mean }
      }
      guard let low = curves.joined().min(), let high = curves.joined().max() else { continue }
      rows.append(["\(title) loss by cycle, \(Format.significant(low, 3)) to \(Format.significant(high, 3))"])
      for (arm, curve) in curves.enumerated() {
        let name = summary.arms[arm] + String(repeating: " ", count: arms - summary.arms[arm].count)
        rows.append(["  \(name)  \(sparkline(curve, low: low, high: high, width: width))"])
      }
    }
    return rows.map { $0[0] }.joined(separator: "\n")
  }

  /// Means as blocks of eight heights; more values than `width` are averaged in groups.
  public static func sparkline(_ values: [Double], low: Double, high: Double, width: Int) -> String {
    let blocks = Array("▁▂▃▄▅▆▇█")
    let group = max(1, (values.count + width - 1) / width)
    return String(
      stride(from: 0, to: values.count, by: group).map { start -> Character in
        let part = values[start..<min(start + group, values.count)]
        let mean = part.reduce(0, +) / Double(part.count)
        guard high > low, mean.isFinite else { return blocks[0] }
        return blocks[min(7, max(0, Int((mean - low) / (high - low) * 8)))]
      })
  }

  /// The last cycle of every arm as data: means with their intervals.
  public static func lastCycles(_ summary: Summary) -> [(arm: String, cycle: Int, metrics: [(name: String, interval: MeanInterval)])] {
    summary.arms.indices.map { arm in
      let cycle = summary.lastCycle(arm: arm)
      return (
        summary.arms[arm], cycle,
        summary.columns.compactMap { name in summary.interval(arm: arm, cycle: cycle, metric: name).map { (name, $0) } }
      )
    }
  }
}

extension String {
  /// Spaces at the end, up to a width.
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
