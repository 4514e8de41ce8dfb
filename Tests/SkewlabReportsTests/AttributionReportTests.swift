import SkewlabEngine
import SkewlabExperiments
import SkewlabReports
import SkewlabScenarios
import Testing

/// Two players a and b, two replicates: v(∅), v(a), v(b), v(ab). Shares are (v(a) − v(∅) + v(ab) − v(b))/2 and the other
/// way round, the interaction v(ab) − v(a) − v(b) + v(∅), intervals of two replicates mean ± 12.7062 · |difference|/2.
@Suite struct AttributionReportTests {
  private static func attribution() throws -> Attribution {
    try Attribution(
      [
        "seed": 3, "cycles": 2, "rows": 40, "replicates": 2, "world": ["kind": "gaussian", "features": 1], "learner": "ols",
        "metrics": ["loss"],
        "feedback": [["kind": "label-follows-prediction", "strength": 0.5]],
        "shifts": [["kind": "intercept", "change": 1]],
      ])
  }

  /// By the arm's name: v in the last cycle, and the untouched loss.
  private static func report(_ games: [String: [Double]], untouched: Double) throws -> AttributionReport {
    let attribution = try attribution()
    let values = attribution.experiment.arms.map { arm -> [String: [[Double?]]] in
      let v: [Double?] = games[arm.name] ?? [nil, nil]
      return ["excess_loss": [v, v], "untouched_loss": [[untouched, untouched], [untouched, untouched]]]
    }
    return AttributionReport(attribution, constructed(attribution.experiment, values))
  }

  /// feedback: (0.5 + 0.7)/2 = 0.6 and (0.5 + 0.704)/2 = 0.602; data-shift: (0.1 + 0.3)/2 = 0.2 and 0.202. Of 1.6 they are 38 %
  /// and 13 %; together 0.8 and 0.804, 50.1 % ± 12.7062 · 0.002/1.6 = 1.6 %. Missed, and the interaction: 0.2 and 0.204.
  @Test func `shares, sentence and interaction by hand`() throws {
    let report = try Self.report(
      ["none": [0.1, 0.1], "feedback": [0.6, 0.6], "data-shift": [0.2, 0.2], "all": [0.9, 0.904]], untouched: 1.6)
    #expect(
      report.sentence(outcome: "y")
        == "After 2 cycles the model is 50 % worse on untouched y than with none of it (95 % interval 49 to 52 %): of the 50 % degradation, 38 is feedback and 13 data-shift."
    )
    let table = try #require(report.table())
    let lines = table.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    func line(_ name: String) -> [String] { lines.first { $0.first == name } ?? [] }
    // 12.7062 · 0.001 = 0.013, twice that for what is said of both.
    #expect(lines[0] == ["share", "%", "alone", "all", "cycles"])
    #expect(line("feedback").dropLast() == ["feedback", "0.601", "±0.013", "38", "0.500", "0.601"])
    #expect(line("data-shift").dropLast() == ["data-shift", "0.201", "±0.013", "13", "0.100", "0.201"])
    #expect(line("together") == ["together", "0.802", "±0.025", "50", "0.802"])
    #expect(line("what") == ["what", "single", "effects", "miss", "0.202", "±0.025", "13", "0.202"])
    #expect(line("none") == ["none", "of", "it:", "estimation", "error", "0.100", "6", "0.100"])
    // A third of the longest bar's 24 blocks.
    #expect(line("feedback").last == String(repeating: "█", count: 24) && line("data-shift").last == String(repeating: "█", count: 8))
    #expect(
      report.interactions() == "Interactions, by its 95 % interval:\n  data-shift × feedback  +0.202 ±0.025  more together than apart")
    #expect(report.chart() == "share by cycle, 0.201 to 0.601\n  data-shift  ▁▁\n  feedback    ██")
  }

  /// 3.96 of 2 is 1.98 times: (3 + 1.96)/2 and (2 + 0.96)/2 of 2 are 1.24 and 0.74. Less together: 3.96 − 3 − 2 = −1.04.
  @Test func `from a rise of 100 % on the words are times, and less together is said to be`() throws {
    let report = try Self.report(["none": [0, 0], "feedback": [3, 3], "data-shift": [2, 2], "all": [3.96, 3.96]], untouched: 2)
    #expect(
      report.sentence(outcome: "y")
        == "After 2 cycles the model is worse on untouched y by 1.98 times the loss with none of it (95 % interval 1.98 to 1.98 times): of these 1.98 times, 1.24 is feedback and 0.74 data-shift."
    )
    #expect(
      report.table()?.split(separator: "\n").first?.split(separator: " ").map(String.init) == ["share", "times", "alone", "all", "cycles"])
    #expect(report.interactions().hasSuffix("−1.04 ±0  less together than apart"))
  }

  /// 0.3 − 0.1 − 0.2 is 5.6e-17 in binary.
  @Test func `what cancels but for rounding is zero`() throws {
    let report = try Self.report(
      ["none": [0, 0], "feedback": [0.1, 0.1], "data-shift": [0.2, 0.2], "all": [0.1 + 0.2, 0.1 + 0.2]], untouched: 1)
    #expect(report.table()?.contains("e-1") == false)
    #expect(report.interactions() == "No pair does more or less together than apart, by its 95 % interval.")
    let missed = report.table()?.split(separator: "\n").first { $0.hasPrefix("what single") }
    #expect(missed?.split(separator: " ").suffix(3).map(String.init) == ["0", "0", "0"])
  }

  @Test func `the data have low before high, and players in order`() throws {
    let report = try Self.report(
      ["none": [0.1, 0.1], "feedback": [0.6, 0.6], "data-shift": [0.2, 0.2], "all": [0.9, 0.904]], untouched: 1.6)
    let json = report.json(sentence: "s", folder: "f")
    let total = try #require(json["total"])
    for (name, value) in [("mean", 0.802), ("ci_low", 0.802 - 0.025412409472349396), ("ci_high", 0.802 + 0.025412409472349396)] {
      #expect(abs((Double(total[name]?.json() ?? "") ?? .nan) - value) < 1e-13, "\(name)")
    }
    let shares = Dictionary(
      uniqueKeysWithValues: (json["players"]?.items ?? []).map {
        ($0["name"]?.text ?? "", Double($0["share"]?["mean"]?.json() ?? "") ?? .nan)
      })
    #expect(abs((shares["feedback"] ?? .nan) - 0.601) < 1e-13 && abs((shares["data-shift"] ?? .nan) - 0.201) < 1e-13)
    #expect(Double(json["reference"]?.json() ?? "") == 1.6)
  }

  /// Three players, three pairs: each pair's interval is that of 1 − 0.05/3. With one degree of freedom t(0.975) = 12.7062 and
  /// t(1 − 0.025/3) = 38.188 (scipy.stats.t.ppf): 0.2 ± 0.1 · … is found at 95 % alone, and not among three.
  @Test func `interactions are found at a level for all pairs together`() throws {
    let attribution = try Attribution(
      [
        "seed": 3, "cycles": 1, "rows": 40, "replicates": 2, "world": ["kind": "gaussian", "features": 1], "learner": "ols",
        "metrics": ["loss"], "feedback": [["kind": "label-follows-prediction", "strength": 0.5]],
        "shifts": [["kind": "intercept", "change": 1]], "discrepancies": [["kind": "unit", "features": ["x1"], "factor": 2]],
      ])
    func text(spread: Double) -> String {
      let values = attribution.experiment.arms.map { arm -> [String: [[Double?]]] in
        let names = Set(arm.name == "all" ? ["feedback", "data-shift"] : arm.name.split(separator: " ").map(String.init))
        let both = names.isSuperset(of: ["feedback", "data-shift"])
        return ["excess_loss": [both ? [2 - spread, 2 + spread] : [1, 1]], "untouched_loss": [[1, 1]]]
      }
      return AttributionReport(attribution, constructed(attribution.experiment, values)).interactions()
    }
    // 1 ± 12.7062 · spread and ± 38.188 · spread.
    #expect(
      text(spread: 0.05)
        == "No pair does more or less together than apart, by intervals that hold for all 3 pairs together (95 %, Bonferroni).")
    let found = text(spread: 0.02)
    #expect(found.hasPrefix("Interactions, by intervals that hold for all 3 pairs together (95 %, Bonferroni):\n"))
    #expect(found.hasSuffix("+1.00 ±0.76  more together than apart"))
  }
}
