import Foundation
import SkewlabEngine
import SkewlabExperiments
import SkewlabReports
import SkewlabScenarios
import Testing

@Suite struct ScreenReportTests {
  private static let document: ScenarioDocument = [
    "seed": 5, "cycles": 2, "rows": 40, "replicates": 2,
    "world": ["kind": "gaussian", "features": 2, "coefficients": [3, 1], "noise": 0.1], "pipeline": ["standardize"], "learner": "ols",
  ]
  private static let presets = ["unit", "coefficient-typo", "ddof", "skip-transform"].compactMap { kind in
    ScreenPreset.all.first { $0.kind == kind }
  }

  /// Untouched losses in cycle 2: 2 as it is; unit 3.0 and 3.2 (1.1 more ± 12.7062 · 0.1); the typo 2.5 twice; ddof 2;
  /// skip-transform runs away in one replicate.
  private static func results(_ screen: Screen) -> Summary {
    let other: [[Double?]] = [[0, 0], [0, 0]]
    func arm(_ loss: [Double?], skew: [Double?], share: Double) -> [String: [[Double?]]] {
      ["untouched_loss": [[2, 2], loss], "skew": [[0, 0], skew], "differing_share": [[0, 0], [share, share]], "served_loss": other]
    }
    return constructed(
      screen.experiment,
      [
        arm([2, 2], skew: [1, 1], share: 0), arm([3, 3.2], skew: [1.25, 1.25], share: 1), arm([2.5, 2.5], skew: [1.5, 1.5], share: 0.5),
        arm([2, 2], skew: [1, 1], share: 0), arm([4e12, 2], skew: [4e12, 1], share: 1),
      ])
  }

  @Test func `the whole table, each number under its heading`() throws {
    let screen = try Screen(Self.document, presets: Self.presets), summary = Self.results(screen)
    #expect(screen.experiment.arms.map(\.name) == ["as-is", "unit", "coefficient-typo", "ddof", "skip-transform"])
    #expect(
      ScreenReport.table(screen, summary) == """
        Cycle 2, less the same without the discrepancy: untouched loss and skew, mean ± half the 95 % interval:
        discrepancy                     on             added loss  added skew  rows touched  as in
        ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        skip-transform    step standardize  diverged, 1 of 2 left           –             –  features that are not standardised
        unit                            x1              1.10 ±1.3       0.250         100 %  a unit that changed: values multiplied by 0.0929
        coefficient-typo                x1                  0.500       0.500          50 %  a weight whose sign was lost on the way
        ddof                             –                      0           0           0 %  a standard deviation with n − 1
        """)
    // 1.1 of 2 is 55 %; ± 1.2706/2 = 63.5 %.
    #expect(
      ScreenReport.sentence(screen, summary)
        == "The loss runs away with 'skip-transform'. Of the other 3 discrepancies the costliest is 'unit' on x1, a unit that changed: values multiplied by 0.0929: in cycle 2, no difference could be shown between the untouched loss and that without it (95 % interval −8.5 % to +119 %)."
    )
  }

  @Test func `the file names what was touched, and the cycle`() throws {
    let screen = try Screen(Self.document, presets: Self.presets)
    let rows = screen.csv(Self.results(screen)).split(separator: "\n").map(String.init)
    #expect(
      rows[0]
        == "kind,target,incident,cause,status,cycle,n,added_loss,added_loss_low,added_loss_high,added_skew,added_skew_low,added_skew_high,touched_share,reason"
    )
    #expect(
      rows[3]
        == "coefficient-typo,x1,a weight whose sign was lost on the way,reimplementation,applied,2,2,0.5,0.5,0.5,0.5,0.5,0.5,0.5,")
    let unit = rows[2].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    #expect(unit[1] == "x1" && unit[5] == "2" && unit[10] == "0.25" && unit[13] == "1")
    // 1 and 1.2: 1.1 ± 12.706204736174698 · 0.1.
    for (cell, value) in zip(unit[7...9], [1.1, 1.1 - 1.2706204736174698, 1.1 + 1.2706204736174698]) {
      #expect(abs((Double(cell) ?? .nan) - value) < 1e-13, "\(cell)")
    }
  }

  /// Weights 3 and 1, deviations 0.1 and 4: 3 · 0.1 is less than 1 · 4, whether the features are standardised or not.
  @Test(arguments: [true, false]) func `the weight that matters most is flipped`(isStandardized: Bool) throws {
    var document = Self.document
    document.root["world"] = [
      "kind": "gaussian", "features": 2, "coefficients": [3, 1], "covariance": ["explicit": [[0.01, 0], [0, 16]]], "noise": 0.1,
    ]
    if !isStandardized { document.root["pipeline"] = [] }
    let screen = try Screen(document, presets: Self.presets)
    let line = try #require(screen.lines(screen.experiment.run().summary).first { $0.preset.kind == "coefficient-typo" })
    #expect(line.target == "x2")
  }

  @Test func `an area is what is read in another unit, when there is one`() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("skewlab-" + UUID().uuidString + ".csv")
    defer { try? FileManager.default.removeItem(at: file) }
    // The rating alone makes the price, and so has the larger correlation.
    let rows = (0..<100).map { "\($0 % 10),\(1000 + $0 * 37 % 100),\(100 * ($0 % 10) + $0 % 7)" }
    try Data((["rating,living_area_sqft,price"] + rows).joined(separator: "\n").utf8).write(to: file)
    var document = Self.document
    document.root["world"] = ["kind": "table", "path": .string(file.path), "target": "price", "draw": "bootstrap"]
    let screen = try Screen(document, presets: Self.presets)
    let line = try #require(screen.lines(screen.experiment.run().summary).first { $0.preset.kind == "unit" })
    #expect(line.target == "living_area_sqft")
  }

  @Test func `a metric that cannot be given is named with the reason`() throws {
    var document = Self.document
    document.root["metrics"] = ["loss", "auc", "latency"]
    let notes = try Screen(document, presets: Self.presets).experiment.notes
    #expect(notes.contains("the metric 'auc' cannot be given: the learner predicts no probabilities"))
    #expect(notes.contains("the metric 'latency' cannot be given: requests take no time"))
    #expect(try !Screen(Self.document, presets: Self.presets).experiment.notes.contains { $0.contains("cannot be given") })
    let experiment = try Experiment(document)
    #expect(experiment.notes.contains("the metric 'auc' cannot be given: the learner predicts no probabilities"))
  }
}
