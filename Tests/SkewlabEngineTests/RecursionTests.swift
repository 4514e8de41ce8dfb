import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// Learners that weigh rows by their age, in the loop: against the recursion itself, row by row, and against least squares with the weights written out.
@Suite struct RecursionTests {
  /// The recursion with P loses about N·ε·cond(P): 10,000 rows and a condition below 10³ leave more than the nine digits asked for.
  static let recursionTolerance = 1e-9

  /// θ after every cycle, by k = Pz/(λ + z′Pz), θ ← θ + k(y − z′θ), P ← (P − kz′P)/λ over every row in order, z = (1, x).
  static func recursion(_ scenario: Scenario, forgetting: Double, covariance: Double) -> [[Double]] {
    let (features, outcomes) = WindowTests.drawn(scenario)
    let d = 3
    var theta = Array(repeating: 0.0, count: d), states: [[Double]] = []
    var p = (0..<d).map { i in (0..<d).map { $0 == i ? covariance : 0 } }
    for row in outcomes.indices {
      let z = [1, features[row, 0], features[row, 1]]
      let pz = p.map { dot($0, z) }
      let scale = forgetting + dot(z, pz)
      let error = outcomes[row] - dot(z, theta)
      for i in 0..<d { theta[i] += pz[i] / scale * error }
      for i in 0..<d { for j in 0..<d { p[i][j] = (p[i][j] - pz[i] * pz[j] / scale) / forgetting } }
      if (row + 1) % scenario.rows == 0 { states.append(theta) }
    }
    return states
  }

  static func document(_ learner: DocumentNode, rows: Int, keepingRows: Bool = false, retraining: DocumentNode = ["every": 1])
    -> ScenarioDocument
  {
    var document = WindowTests.document(retraining, keepingRows: keepingRows, rows: rows)
    document.root["learner"] = learner
    return document
  }

  @Test(arguments: [(1.0, 1000.0), (0.999, 1000.0), (0.98, 1.0)], [(40, false), (40, true), (1500, false)])
  func `recursive least squares is the recursion over the whole log`(filter: (Double, Double), log: (rows: Int, keepsRows: Bool)) throws {
    let (forgetting, covariance) = filter
    let document = Self.document(
      ["kind": "recursive-least-squares", "forgetting": .number(forgetting), "initial-covariance": .number(covariance)], rows: log.rows,
      keepingRows: log.keepsRows)
    let scenario = try Scenario(document, catalog: .standard)
    #expect(scenario.retraining.component.window == Window(.all), "the window is the whole log unless given")
    #expect((scenario.rowsReason == nil) == !log.keepsRows)
    let states = Self.recursion(scenario, forgetting: forgetting, covariance: covariance)
    for record in try WindowTests.run(document) {
      let predictor = try #require(record.fitted).predictor
      for (value, figure) in zip([predictor.intercept] + predictor.weights, states[record.cycle]) {
        #expect(abs(value - figure) <= Self.recursionTolerance, "cycle \(record.cycle)")
      }
    }
  }

  /// A refit every third cycle deploys the state of that moment: the recursion goes on in between.
  @Test func `a policy that waits deploys the state it finds`() throws {
    let learner: DocumentNode = ["kind": "recursive-least-squares", "forgetting": 0.99]
    let often = try WindowTests.run(Self.document(learner, rows: 40))
    let seldom = try WindowTests.run(Self.document(learner, rows: 40, retraining: ["every": 3]))
    for (a, b) in zip(often, seldom) where b.fitted != nil { #expect(a.fitted == b.fitted, "cycle \(a.cycle)") }
    #expect(seldom.count { $0.fitted != nil } == 3)
  }

  /// Features a million away from zero: with centred moments nothing is lost but the digits that the rows themselves lack.
  @Test func `features far from zero cost the recursion no digits`() throws {
    func weights(_ mean: Double) throws -> [Double] {
      var document = Self.document(["kind": "recursive-least-squares", "forgetting": 1, "initial-covariance": 1e20], rows: 1000)
      document.root["world"] = ["kind": "gaussian", "features": 2, "mean": .number(mean), "coefficients": [1, -0.5], "intercept": 0]
      return try #require(try WindowTests.run(document).last?.fitted).predictor.weights
    }
    // A row at 1e6 is rounded to 1e-10. The start pulls the intercept, which lies a million slopes away, to zero: it has to weigh nothing to leave the digits alone.
    for (far, near) in zip(try weights(1e6), try weights(0)) { #expect(abs(far - near) < 1e-8) }
  }

  @Test(arguments: [["cycles": 2], ["rows": 100], "all", ["decay": 2]] as [DocumentNode], [false, true])
  func `weights by recency count the fitted rows logged after a row`(extent: DocumentNode, keepingRows: Bool) throws {
    let halfLife = 30.0
    let document = Self.document(
      ["kind": "weighted", "half-life": .number(halfLife)], rows: 40, keepingRows: keepingRows, retraining: ["every": 1, "window": extent])
    let scenario = try Scenario(document, catalog: .standard), window = scenario.retraining.component.window
    for record in try WindowTests.run(document) {
      let logged = (record.cycle + 1) * 40
      let expected = try WindowTests.leastSquares(scenario) { i in
        let age = record.cycle - i / 40
        guard age >= 0, window.rows(age: age, of: 40).contains(i % 40) else { return 0 }
        return window.weight(age: age) * pow(2, -Double(logged - 1 - i) / halfLife)
      }
      try WindowTests.expect(record.fitted, expected, "cycle \(record.cycle)")
    }
  }

  /// Whatever the chunks, whichever rows are kept for evaluation, from moments as from rows.
  @Test func `forgetting does not depend on chunks, nor on how the log is kept`() throws {
    func run(_ keepingRows: Bool, chunkRows: Int) throws -> [CycleRecord] {
      var document = Self.document(
        ["kind": "weighted", "half-life": 700], rows: 2500, keepingRows: keepingRows,
        retraining: ["every": 1, "window": ["rows": 4000], "originals": 0.3])
      document.root["evaluation"] = ["share": 0.3]
      document.root["pipeline"] = ["standardize"]
      return try WindowTests.run(document, chunkRows: chunkRows)
    }
    let moments = try run(false, chunkRows: 1024)
    #expect(try run(false, chunkRows: 4096) == moments)
    for (a, b) in zip(moments, try run(true, chunkRows: 1024)) {
      let (first, second) = (try #require(a.fitted).predictor, try #require(b.fitted).predictor)
      for (x, y) in zip([first.intercept] + first.weights, [second.intercept] + second.weights) {
        #expect(abs(x - y) <= WindowTests.fitTolerance)
      }
      #expect(abs((a["offline_loss"] ?? 0) - (b["offline_loss"] ?? 0)) <= WindowTests.fitTolerance)
    }
  }
}
