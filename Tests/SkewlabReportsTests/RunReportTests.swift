import SkewlabEngine
import SkewlabExperiments
import SkewlabReports
import Testing

/// Two replicates: means ± 12.7062 · |a − b|/2; differences are paired.
@Suite struct RunReportTests {
  private static let values: [[String: [[Double?]]]] = [
    [
      "offline_loss": [[1, 1], [1, 1]], "served_loss": [[2, 2], [3, 3]], "skew": [[1, 1], [2, 2]], "untouched_loss": [[2, 2], [4, 4]],
      "best_loss": [[1, 1], [1, 1]], "excess_loss": [[1, 1], [3, 3]], "offline_r2": [[0.9, 0.9], [0.8, 0.8]],
      "untouched_r2": [[0.5, 0.5], [0.25, 0.25]],
    ],
    [
      "offline_loss": [[0.5, 0.5], [0.25, 0.25]], "served_loss": [[2, 2], [2, 2]], "skew": [[1.5, 1.5], [1.75, 1.75]],
      "untouched_loss": [[3, 3], [7.9, 8.1]], "best_loss": [[1, 1], [1, 1]], "excess_loss": [[2, 2], [6.9, 7.1]],
      "offline_r2": [[0.9, 0.9], [0.95, 0.95]], "untouched_r2": [[0.5, 0.5], [-0.5, -0.5]],
    ],
  ]

  private static func report(metrics: DocumentNode = ["loss", "r2"]) throws -> (RunReport, Summary) {
    let experiment = try smallExperiment(arms: ["none", "bad"], cycles: 2, replicates: 2, metrics: metrics)
    let summary = constructed(experiment, values)
    let endings = [
      ResultsStore.Ending(word: "completed", count: 3, example: "completed"),
      ResultsStore.Ending(word: "diverged", count: 1, example: "diverged in cycle 2"),
    ]
    return (RunReport(experiment, summary, endings: endings, fits: [], folder: "here"), summary)
  }

  /// Cycle 2: 8 ± 12.7062 · 0.1 = 1.3; both cycles: 5.5 of 3 is 1.83 times, ± 12.7062 · 0.05/3 = 0.21; 8 of 4 is 2.00
  /// times, ± 1.27/4 = 0.318. The own test: 0.375 and 0.25 of 1, 62.5 % and 75 % less. Blocks: the own test's losses 1, 1, 0.5, 0.25 on the scale
  /// 0.25 to 1 (0.5 is a third of it: ⅓ · 8 = 2.67, the third block); the untouched 2, 4, 3, 8 on 2 to 8 (a third; a sixth: 1.33).
  @Test func `the whole report`() throws {
    let text = try Self.report().0.text
    #expect(
      text == """
        By hand
        2 arms × 2 replicates × 2 cycles × 40 rows, seed 3

        Over cycles 1 to 2, the loss of 'bad' on untouched y is 83 % higher than that with 'none' (95 % interval 62 % to 105 %), while the loss in its own test is 63 % lower than that with 'none' (95 % interval 63 % to 63 %). In cycle 2, the loss of 'bad' on untouched y is 2.00 times that with 'none' (95 % interval 1.68 to 2.32 times), while the loss in its own test is 75 % lower than that with 'none' (95 % interval 75 % to 75 %).

        Last cycle: mean squared error, and R²; mean ± half the 95 % interval over replicates:
        arm   own test  served   untouched   best  own R²  untouched R²
        ───────────────────────────────────────────────────────────────
        none     1.000   3.000       4.000  1.000  0.8000        0.2500
        bad     0.2500   2.000  8.000 ±1.3  1.000  0.9500       −0.5000

        own test loss by cycle, 0.250 to 1.00
          none  ██
          bad   ▃▁
        untouched loss by cycle, 2.00 to 8.00
          none  ▁▃
          bad   ▂█

        1 of 4 runs ended otherwise: diverged. diverged in cycle 2 (more in manifest.json)
        Results: here/ (cycles.csv, summary.csv, comparison.csv, parameters.csv, deployments.csv, manifest.json)
        """)
  }

  @Test func `the heading promises what the table has`() throws {
    let both = try Self.report().0.text, losses = try Self.report(metrics: ["loss"]).0.text
    let none = try Self.report(metrics: ["fits"]).0.text
    #expect(both.contains("Last cycle: mean squared error, and R²; mean"))
    #expect(losses.contains("Last cycle: mean squared error; mean") && !losses.contains("R²"))
    #expect(none.contains("Last cycle: none of the metrics asked for is one of this table:"))
  }

  @Test func `the data have the last cycle, low before high`() throws {
    let json = try Self.report().0.json
    let bad = try #require(json["arms"]?.items?[1]), loss = try #require(bad["metrics"]?["untouched_loss"])
    #expect(bad["arm"]?.text == "bad" && bad["cycle"]?.json() == "2" && json["endings"]?["diverged"]?.json() == "1")
    #expect(loss["n"]?.json() == "2" && loss["mean"]?.json() == "8")
    // 8 ± t · s/√2 with s = 0.2/√2 and t = 12.706204736174698; an ulp of 8 or two for rounding.
    for (name, value) in [("ci_low", 8 - 1.2706204736174698), ("ci_high", 8 + 1.2706204736174698)] {
      let number = try #require(Double(loss[name]?.json() ?? ""))
      #expect(abs(number - value) < 1e-13, "\(name) \(number)")
    }
    #expect(json["sentence"]?.text?.hasPrefix("Over cycles 1 to 2, the loss of 'bad'") == true)
    #expect(json["out"]?.text == "here")
  }

  /// bad − none in cycle 2: 3.9 and 4.1; sd √0.02, not the standard error 0.1.
  @Test func `comparison is the arm less the first, with the standard deviation`() throws {
    let rows = try Self.report().1.comparisonCSV().split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    #expect(rows[0] == ["arm", "baseline", "cycle", "metric", "n", "mean", "sd", "ci_low", "ci_high"])
    let row = try #require(rows.first { $0[2] == "2" && $0[3] == "untouched_loss" })
    #expect(row[0] == "bad" && row[1] == "none" && row[4] == "2")
    let expected = [4, 0.02.squareRoot(), 4 - 1.2706204736174698, 4 + 1.2706204736174698]
    for (text, value) in zip(row[5...], expected) { #expect(abs((Double(text) ?? .nan) - value) < 1e-13, "\(text) \(value)") }
    let own = try #require(rows.first { $0[2] == "2" && $0[3] == "offline_loss" })
    #expect(own[5] == "-0.75" && own[6] == "0")
  }

  /// The same of the arm itself: 7.9 and 8.1.
  @Test func `summary has the standard deviation`() throws {
    let rows = try Self.report().1.csv().split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let row = try #require(rows.first { $0[0] == "bad" && $0[1] == "2" && $0[2] == "untouched_loss" })
    let expected = [8, 0.02.squareRoot(), 8 - 1.2706204736174698, 8 + 1.2706204736174698]
    for (text, value) in zip(row[4...7], expected) { #expect(abs((Double(text) ?? .nan) - value) < 1e-13, "\(text) \(value)") }
  }
}
