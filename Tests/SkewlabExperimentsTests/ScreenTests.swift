import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabExperiments
import SkewlabNumerics
import SkewlabScenarios
import Testing

/// A discrepancy that nobody has a preset for: predictions go down by a number.
private struct Discount: ScorerDiscrepancy {
  static let kind = "discount"
  static let summary = "predictions that are lower by a number"
  static let definition = "ŷ − amount."
  static let defaultCause: Cause? = .reimplementation
  static let parameters: [any ParameterDeclaration] = [amount] + DiscrepancyScope.parameters
  static let amount = Parameter.number("amount", default: 0.5, about: "what is taken off")
  let scope: DiscrepancyScope
  private let amount: Double
  init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments, only: .serving)
    amount = arguments[Self.amount]
  }
  func alter(scores: inout MutableSpan<Double>, rows: Range<Int>, at position: RandomStream.Position) {
    for i in scores.indices { scores[i] -= amount }
  }
}

@Suite struct ScreenTests {
  private static let gaussian: ScenarioDocument = [
    "seed": 5, "cycles": 3, "rows": 2000, "replicates": 16,
    "world": ["kind": "gaussian", "features": 3, "coefficients": [0.5, -1.5, 1.0], "noise": 0.5], "pipeline": ["standardize"],
  ]
  private static let categorical: ScenarioDocument = [
    "seed": 5, "cycles": 2, "rows": 2000, "replicates": 16, "world": "categorical",
    "pipeline": ["one-hot", ["kind": "cyclic", "features": ["hour"], "period": 24]],
  ]

  private static func run(_ screen: Screen) -> (lines: [Screen.Line], csv: [[Substring]], summary: Summary) {
    let summary = screen.experiment.run().summary
    let csv = screen.csv(summary).split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    return (screen.lines(summary), csv, summary)
  }

  private static func line(_ kind: String, _ lines: [Screen.Line]) throws -> Screen.Line {
    try #require(lines.first { $0.preset.kind == kind }, "\(kind)")
  }

  @Test(arguments: ["gaussian", "categorical"]) func `every kind is tried or said not to be, the costliest first`(world: String) throws {
    let screen = try Screen(world == "gaussian" ? Self.gaussian : Self.categorical)
    let (lines, csv, _) = Self.run(screen)
    let kinds = lines.map(\.preset.kind) + screen.untried.map(\.kind)
    let known = Catalog.standard.kinds(of: .discrepancy).map { $0.kind }
    #expect(kinds.sorted() == known.sorted(), "each kind once")
    let costs = lines.filter { $0.status == .applied }.compactMap { $0.addedLoss?.mean }
    let isSorted = zip(costs, costs.dropFirst()).allSatisfy { $0 >= $1 }
    #expect(isSorted)
    #expect(costs.count > 8)
    for line in lines where line.status == .applied { #expect(line.alive == 16) }
    for none in screen.untried { #expect(!none.reason.isEmpty) }
    #expect(csv.count == 1 + kinds.count)
    #expect(csv[0].count == 15)
    for row in csv.dropFirst() {
      // Cells with a comma are in quotes.
      if row.contains(where: { $0.contains("\"") }) { continue }
      #expect(row.count == 15, "\(row)")
      guard row[4] == "applied" else { continue }
      #expect(row[6] == "16")
      for place in [5, 7, 8, 9, 13] { #expect(Double(row[place]) != nil, "\(row)") }
      #expect(row[14].isEmpty)
    }
  }

  /// On the feature that matters most, x2 with w = −1.5, by the laws of the discrepancies; the paired differences have their own standard error.
  @Test func `damage and rows touched are those of the laws`() throws {
    let (lines, _, _) = Self.run(try Screen(Self.gaussian))
    let square = 1.5 * 1.5
    let laws: [(kind: String, cost: Double, touched: Double)] = [
      ("unit", square * (1 - 0.09290304) * (1 - 0.09290304), 1), ("misaligned-rows", 2 * square, 1),
      ("default-on-timeout", 0.05 * square, 0.05),
      ("swap-features", 2 * (1 + 1.5) * (1 + 1.5), 1), ("learner-default", 0.25 * (0.25 + 2.25 + 1), 0), ("target-leakage", 0, 0),
      ("dropped-rows", 0, 0), ("double-transform", 0, 1),
    ]
    for (kind, cost, touched) in laws {
      let line = try Self.line(kind, lines), excess = try #require(line.addedLoss)
      #expect(line.status == .applied && excess.low != nil)
      if cost > 0 {
        // The strength of feature-noise and the scaler are estimates of cycle 0's 1,600 rows: 2/√1,600 of a squared deviation at four standard errors and more.
        #expect(abs(excess.mean - cost) < 4 * excess.standardError + 0.02 * cost, "\(kind): \(excess.mean) instead of \(cost)")
      }
      let share = try #require(line.touched)
      // A binomial share of 32,000 rows.
      #expect(abs(share - touched) <= 4 * (touched * (1 - touched) / 32000).squareRoot(), "\(kind): \(share) of the rows")
    }
    let (texts, _, _) = Self.run(try Screen(Self.categorical))
    let unseen = try #require(Self.line("unseen-category", texts).touched)
    #expect(abs(unseen - 0.1) <= 4 * (0.1 * 0.9 / 32000).squareRoot())
    let hours = try #require(Self.line("timezone", texts).addedLoss)
    // |w|² = 1.25 and eight hours: 1.875, and the fit's own error.
    #expect(abs(hours.mean - 1.875) < 4 * hours.standardError + 0.02)
  }

  @Test func `what does not suit says why`() throws {
    let screen = try Screen(Self.gaussian)
    let reasons = Dictionary(uniqueKeysWithValues: screen.untried.map { ($0.kind, $0.reason) })
    #expect(reasons["category-order"] == "the world has no feature that it could act on")
    #expect(
      reasons["impute-mismatch"]
        == "this needs a step of kind impute, and the pipeline has none; add one to `pipeline`, or remove the discrepancy")
    #expect(screen.untried.filter { reasons[$0.kind] != nil && $0.kind != "link-approximation" }.allSatisfy { $0.status == .unsuitable })
    let rows = screen.csv(screen.experiment.run().summary).split(separator: "\n")
    #expect(
      rows.contains(
        "category-order,,an encoder with the categories in another order,reimplementation,unsuitable,3,0,,,,,,,,the world has no feature that it could act on"
      ))
  }

  @Test func `a kind without a preset is listed, and tried with one of its own`() throws {
    let catalog = Catalog.standard.adding(Discount.self)
    let without = try #require(try Screen(Self.gaussian, catalog: catalog).untried.first { $0.kind == "discount" })
    #expect(without.status == .noPreset && without.reason == "it has no preset; write it into an arm of the scenario")
    let mine = ScreenPreset(kind: "discount", incident: "a coupon taken off twice") { _ in ["amount": 2] }
    let screen = try Screen(Self.gaussian, catalog: catalog, presets: ScreenPreset.all + [mine])
    #expect(!screen.untried.contains { $0.kind == "discount" })
    let excess = try #require(Self.line("discount", Self.run(screen).lines).addedLoss)
    // (ŷ − 2 − y)² = (ŷ − y)² − 4(ŷ − y) + 4.
    #expect(abs(excess.mean - 4) < 4 * excess.standardError)
  }

  @Test func `a scenario's own discrepancies stay, and its arms are left out`() throws {
    var document = Self.gaussian
    document.root["replicates"] = 2
    document.root["discrepancies"] = [["kind": "skip-transform", "step": "standardize"]]
    document.root["arms"] = [["name": "other", "set": ["rows": 100]]]
    let screen = try Screen(document)
    #expect(screen.experiment.arms[0].name == Screen.plain && screen.experiment.arms[0].scenario.rows == 2000)
    #expect(screen.experiment.arms.allSatisfy { $0.scenario.discrepancies.first?.id == "skip-transform" })
    let reason = try #require(screen.untried.first { $0.kind == "double-transform" }?.reason)
    #expect(reason.hasPrefix("a discrepancy written before has replaced or left out the step 'standardize'"))
  }

  private static func houses(feedback: Bool) throws -> ScenarioDocument {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    var document = try ScenarioDocument(contentsOf: root.path + "/scenarios/house-prices.yaml")
    document.root["replicates"] = 2
    if !feedback { document.root["feedback"] = [] }
    return document
  }

  /// Prices that follow a wild prediction are learned, and predicted still wilder: what such an arm costs depends on the cycle in which one looks.
  @Test func `a loss that runs away is said to, and is no number`() throws {
    let (lines, csv, summary) = Self.run(try Screen(Self.houses(feedback: true)))
    let wild = try Self.line("skip-transform", lines)
    #expect(wild.status == .diverged && wild.alive == 0 && wild.addedLoss == nil && wild.addedSkew == nil && wild.touched == nil)
    #expect(lines.first?.status == .diverged, "first of all")
    let row = try #require(csv.first { $0[0] == "skip-transform" })
    #expect(row[4...] == ["diverged", "28", "0", "", "", "", "", "", "", "", "the loss of 2 of 2 replicates ran away"])
    let plain = try #require(summary.interval(arm: 0, cycle: summary.lastCycle(arm: 0), metric: "untouched_loss")?.mean)
    for line in lines { #expect(line.addedLoss.map { $0.mean < Screen.runawayRatio * plain } ?? true, "\(line.preset.kind)") }
    #expect(try Self.line("ddof", lines).status == .applied)
  }

  @Test func `without feedback nothing runs away, and what serving does not change changes nothing`() throws {
    let screen = try Screen(Self.houses(feedback: false))
    #expect(screen.experiment.dataFiles.count == 1)
    let (lines, _, summary) = Self.run(screen)
    #expect(lines.allSatisfy { $0.status == .applied })
    // Every arm keeps the same log, so that a difference that is none is exactly 0.
    for kind in ["unit", "skip-transform", "category-order"] {
      let own = summary.difference(arm: kind, minus: Screen.plain, cycle: summary.lastCycle(arm: 0), metric: "offline_loss")
      #expect(own?.mean == 0, "\(kind)")
    }
  }

  /// Negative values have no logarithm: the first prediction is missing.
  @Test func `a run that ends for another reason is said to have ended`() throws {
    var document = Self.gaussian
    document.root["replicates"] = 3
    document.root["world"] = ["kind": "gaussian", "features": 2, "mean": 4]
    document.root["pipeline"] = ["log1p", "standardize"]
    let (lines, csv, _) = Self.run(try Screen(document))
    #expect(try Self.line("step-order", lines).status == .ended)
    let row = try #require(csv.first { $0[0] == "step-order" })
    #expect(row[4] == "ended" && row[6] == "0" && row[14] == "3 of 3 replicates ended before the last cycle; manifest.json says how")
  }
}
