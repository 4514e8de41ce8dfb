import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabExperiments
import SkewlabNumerics
import Testing

/// What the scenarios about worlds that react teach, asserted on the scenarios as they stand in their files.
///
/// An interval's standard error is over 16 replicates or more; four of them (Student t, 15 degrees of freedom at the least) are a false alarm once in 900 checks.
@Suite struct ResponseScenarioTests {
  /// A metric of an arm in a cycle, with a bound on what finite rows add to the population's number.
  func expect(
    _ results: ExperimentResults, _ arm: String, cycle: Int, _ metric: String, _ expected: Double, fitting: Double = 0,
    at location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let interval = try #require(results.summary.interval(arm: arm, cycle: cycle, metric: metric), sourceLocation: location)
    #expect(
      abs(interval.mean - expected) < 4 * interval.standardError + fitting,
      "\(arm), \(metric) in cycle \(cycle): \(interval.mean) ± \(interval.standardError) instead of \(expected)", sourceLocation: location)
    #expect(interval.standardError < 0.03 * max(1, abs(expected)), "no power", sourceLocation: location)
  }

  /// F5. d = 3, n = 3,200 fitted: σ²(d+1)/n = 0.00125 of excess, more where the loop is noisier: 0.005.
  @Test func `a free intercept absorbs a strategic move after one retraining`() throws {
    let results = try ScenarioSignatureTests.results("strategic-features")
    for arm in ["none", "intercept", "no-intercept", "half-move", "half-knowledge"] {
      try expect(
        results, arm, cycle: 16, "served_loss", arm == "none" || arm == "intercept" ? 1 : Self.settled[arm] ?? .nan, fitting: 0.005)
    }
    try expect(results, "intercept", cycle: 1, "served_loss", 1.64, fitting: 0.005)
    for cycle in [2, 3, 16] {
      try expect(results, "intercept", cycle: cycle, "served_loss", 1, fitting: 0.005)
      try expect(results, "intercept", cycle: cycle, "untouched_loss", 1.64, fitting: 0.008)
    }
    // Without an intercept, t(1 + 0.64t²) = 1: on untouched rows (1−t)².
    try expect(results, "no-intercept", cycle: 16, "untouched_loss", 1 + (1 - 0.740320) * (1 - 0.740320), fitting: 0.005)
  }

  /// At w = tβ, ‖β‖ = 1, x′ = x − r·ε(w + noise): with t from t(1 + 0.64t²) = 1, 0.740320, the loss of the regression on x′ is σ² + 1 − t in the two arms
  /// whose second moments (about 0, or about the mean) are I + 0.64t²ββ′; with weights guessed badly S = 2I, t = ½, and σ² + ½.
  static let settled = ["no-intercept": 2 - 0.740320, "half-move": 2 - 0.740320, "half-knowledge": 1.5]
}

extension ResponseScenarioTests {
  /// F6, at k = 10 in cycle 10. On rows of its own a generation's excess has the unit v = 10/39, on the same rows σ²d/n = 0.2.
  @Test func `replaced generations collapse, accumulated ones do not`() throws {
    let results = try ScenarioSignatureTests.results("model-collapse")
    let v = 10.0 / 39, own = 0.2
    var squares = 0.0, fresh = 0.0
    for i in 1...10 {
      let generation = Double(i)
      squares += 1 / (generation * generation)
      fresh += 10 / (generation * (50 * generation - 11))
    }
    let all: [(String, Double)] = [
      ("real-labels", v), ("replace", 10 * v), ("accumulate", fresh), ("replace-same-rows", 10 * own),
      ("accumulate-same-rows", squares * own),
    ]
    for (arm, expected) in all {
      let excess = try #require(results.summary.interval(arm: arm, cycle: 10, metric: "excess_loss"))
      #expect(abs(excess.mean - expected) < 4 * excess.standardError, "\(arm): \(excess.mean) ± \(excess.standardError), \(expected)")
      #expect(excess.standardError < 0.06 * expected, "no power")
    }
    for (larger, smaller) in [("replace", "accumulate-subsample"), ("accumulate-subsample", "accumulate"), ("accumulate", "real-labels")] {
      #expect(try #require(results.summary.difference(arm: larger, minus: smaller, cycle: 10, metric: "excess_loss")?.low) > 0, "\(larger)")
    }
    // v/(1−a²−c·α(1−α)) with a = 1−α = ½, c = [(nd−2)/(n−d−1)+2]/(n+2) = 0.2847: F6 with the extra noise of the mix; 10 fits are enough.
    let half = try #require(results.summary.interval(arm: "half-real", cycle: 10, metric: "excess_loss"))
    #expect(abs(half.mean - v / (0.75 - 0.25 * 0.28402)) < 4 * half.standardError)
  }

  /// F11: on untouched outcomes a model c·β loses 1 + (c−1)², c after k fits by the recursion; the model of cycle k has k fits behind it.
  @Test func `a slow world settles later, and settles what overshoots`() throws {
    let results = try ScenarioSignatureTests.results("stateful-world")
    func factor(_ strength: Double, memory: Double, fits k: Int) -> Double {
      1 + strength / (1 - strength) * (1 - pow(memory + (1 - memory) * strength, Double(k - 1)))
    }
    for cycle in [2, 10, 20] {
      for (arm, strength, memory) in [("strong", 0.8, 0.0), ("strong-slow", 0.8, 0.8), ("overshooting-slow", -1.5, 0.6)] {
        let c = factor(strength, memory: memory, fits: cycle)
        // 2,000 rows, 1,600 fitted: v/(1−r²) < 0.04 at r = 0.96.
        try expect(results, arm, cycle: cycle, "untouched_loss", 1 + (c - 1) * (c - 1), fitting: 0.05)
      }
    }
    let overshoot = try #require(results.summary.interval(arm: "overshooting", cycle: 10, metric: "untouched_loss"))
    #expect(overshoot.mean > 400, "(1.5/2.5·1.5⁹)² = 533")
    var late = [0.0, 1.0]
    for k in 1...19 { late.append(1 - 0.8 * (k > 3 ? late[k - 3] : 0)) }
    for cycle in [4, 5, 10, 20] {
      try expect(results, "late", cycle: cycle, "untouched_loss", 1 + (late[cycle] - 1) * (late[cycle] - 1), fitting: 0.01)
    }
  }

  /// F2 and F3 [pop], M = 2, m = b = σ = 1.
  @Test func `retraining settles where the loss is not least`() throws {
    let results = try ScenarioSignatureTests.results("location-family")
    let second = 2.0, offset = 0.75
    func risk(_ theta: Double) -> Double {
      let slope = 1 - theta, moved = offset * theta
      return 1 + second * slope * slope + 2 * slope * moved + moved * moved
    }
    let stable = second / (second - offset), optimal = (second - offset) / (second - 2 * offset + offset * offset)
    #expect(abs(risk(stable) - 1.72) < 1e-12 && abs(risk(optimal) - 26.0 / 17) < 1e-12)
    try expect(results, "offset", cycle: 16, "served_loss", risk(stable), fitting: 0.005)
    try expect(results, "offset-penalised", cycle: 16, "served_loss", risk(optimal), fitting: 0.005)
    #expect(
      try #require(results.summary.difference(arm: "offset-penalised", minus: "offset", cycle: 16, metric: "served_loss")?.high) < -0.1)
    try expect(results, "offset-intercept", cycle: 16, "served_loss", 1, fitting: 0.005)
    try expect(results, "sensitivity", cycle: 16, "served_loss", 1, fitting: 0.005)
    let slope = 2.5 * (1 - pow(0.6, 16))
    try expect(results, "sensitivity", cycle: 16, "untouched_loss", 1 + second * (slope - 1) * (slope - 1), fitting: 0.02)
  }

  /// F7's signature, on real prices. The own error tends to √((1−p)/(1−s²p)) of what it is without the loop; on 960 rows and some 40 encoded features (τ = 0.04) that limit is rough, a fifth is allowed for.
  @Test func `the window's R² climbs with use, and the original R² stays flat`() throws {
    let results = try ScenarioSignatureTests.results("hidden-feedback-loop")
    func mean(_ arm: String, _ metric: String, _ cycle: Int = 15) throws -> Double {
      try #require(results.summary.interval(arm: arm, cycle: cycle, metric: metric)).mean
    }
    for (arm, usage, adherence) in [
      ("all-closely", 1.0, 0.2), ("most-closely", 0.7, 0.2), ("most-loosely", 0.9, 0.9), ("few-loosely", 0.1, 0.9),
    ] {
      let own = try #require(results.summary.difference(arm: arm, minus: "none", cycle: 15, metric: "offline_r2"))
      if arm != "few-loosely" { #expect(try #require(own.low) > 0, "\(arm): R² on its own window is up") }
      let ratio = try mean(arm, "offline_rmse") / mean("none", "offline_rmse")
      let limit = ((1 - usage) / (1 - adherence * adherence * usage)).squareRoot()
      #expect(abs(ratio - limit) < 0.2 * max(limit, 0.1), "\(arm): own error \(ratio) of what it was, instead of \(limit)")
      // Flat: by less than a fiftieth of the variance of prices, where the own R² moves by up to 0.15.
      let original = try #require(results.summary.difference(arm: arm, minus: "none", cycle: 15, metric: "untouched_r2"))
      #expect(abs(original.mean) < 0.02, "\(arm): R² on original prices moved by \(original.mean)")
    }
  }

  /// F4, as published; 8,000 rows fitted add 2·¼/n = 0.00006 to a loss.
  @Test func `the biased coin settles where it is published to settle`() throws {
    let results = try ScenarioSignatureTests.results("biased-coin")
    for (arm, served, weight) in [
      ("self-fulfilling", 0.229592, 0.142857), ("contrarian", 0.25 - 0.2 / 1.3 * 0.1 + 1.6 * 0.01 / 1.69, 0.1 / 1.3),
    ] {
      try expect(results, arm, cycle: 12, "served_loss", served, fitting: 0.0001)
      try expect(results, arm, cycle: 12, "excess_loss", (weight - 0.1) * (weight - 0.1), fitting: 0.0001)
      let interval = try #require(results.summary.interval(arm: arm, cycle: 12, metric: "served_loss"))
      #expect(interval.standardError < 0.0006 && interval.mean > 0.225, "0.225 is what the optimum would lose")
    }
  }

  /// F12, by the recursion of the population: the model of a cycle is the mean of the cycle before, or half of it and half of the start.
  @Test func `a group that is served badly leaves where the groups are far apart`() throws {
    let results = try ScenarioSignatureTests.results("participation")
    func paths(_ distance: Double, originals: Double) -> [(share: Double, first: Double, second: Double)] {
      var sizes = [0.55, 0.45], model = 0.1 * distance, path: [(share: Double, first: Double, second: Double)] = []
      for _ in 1...60 {
        let share = sizes[0] / (sizes[0] + sizes[1])
        let losses = [distance, -distance].map { 0.25 + ($0 - model) * ($0 - model) }
        path.append((share, losses[0], losses[1]))
        for group in 0..<2 { sizes[group] = sizes[group] * 0.9 * exp(-0.1 * losses[group]) + 0.1 }
        model = distance * (originals * 0.1 + (1 - originals) * (2 * share - 1))
      }
      return path
    }
    for (arm, distance, originals) in [("near", 1.0, 0.0), ("far", 2.0, 0.0), ("far-originals", 2.0, 0.5)] {
      let path = paths(distance, originals: originals)
      for cycle in [1, 2, 20, 60] {
        let expected = path[cycle - 1]
        // The sampling of 3,200 rows bends the path by less than 0.003 of a share, hence 0.012·D² of a loss.
        try expect(results, arm, cycle: cycle, "group_share_first", expected.share, fitting: 0.003)
        try expect(results, arm, cycle: cycle, "group_served_loss_first", expected.first, fitting: 0.012 * distance * distance)
        try expect(results, arm, cycle: cycle, "group_served_loss_second", expected.second, fitting: 0.012 * distance * distance)
        // Untouched, the groups are as they were, and the model is the same.
        try expect(results, arm, cycle: cycle, "group_untouched_loss_second", expected.second, fitting: 0.012 * distance * distance)
        if cycle > 1 {
          // Labels of the cycle before, served by the model of this one.
          try expect(results, arm, cycle: cycle, "group_offline_loss_second", expected.second, fitting: 0.012 * distance * distance)
        }
      }
    }
    let far = paths(2, originals: 0)[59].share, near = paths(1, originals: 0)[59].share
    #expect(far > 0.7 && near < 0.55 && paths(2, originals: 0.5)[59].share < 0.6)
    #expect(try #require(results.summary.difference(arm: "far", minus: "near", cycle: 60, metric: "group_share_first")?.low) > 0.1)
  }
}
