import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// THEORY.md, change in the data: a truth that drifts, and models that grow old.
@Suite struct DriftTests {
  /// A gaussian world with correlated features of mean not 0, and a drift of its coefficients, all drawn at random.
  struct Case: Sendable {
    let population: Population
    let beta: [Double], drift: [Double]
    let noise: Double

    init(_ index: Int, features: Int) {
      let numbers = RandomStream(seed: UInt64(index), name: "tests/drift").normals(
        count: 3 * features + 1, at: .init(replicate: 0, cycle: 0))
      population = Population(mean: Array(numbers[0..<features]), correlation: tanh(numbers[3 * features]))
      beta = Array(numbers[features..<2 * features])
      drift = numbers[2 * features..<3 * features].map { 0.1 * $0 }
      noise = 0.5 + Double(index) / 10
    }

    /// q = δ′Mδ.
    var q: Double { dot(drift, population.secondMoment.times(drift)) }

    /// Retrained never or every so often, the truth drifting in every cycle.
    func document(seed: Int, cycles: Int, rows: Int, retraining: DocumentNode) -> ScenarioDocument {
      var document = scenario(
        seed: seed, cycles: cycles, rows: rows, world: population.world(coefficients: beta, intercept: 0.4, noise: noise))
      document.root["retraining"] = retraining
      document.root["shifts"] = DocumentNode(
        .list(
          drift.enumerated().map { j, delta in
            [
              "kind": "coefficient", "id": "x\(j + 1)", "feature": "x\(j + 1)", "unit": "raw", "change": .number(delta * Double(cycles)),
              "profile": "ramp",
            ]
          }))
      return document
    }
  }

  /// **S1** [pop]: excess a²q at age a. The tolerance is that of the population map, 1e−10 relative.
  @Test(arguments: 1...8) func `the excess of an old model grows with the square of its age, exactly`(_ index: Int) throws {
    let one = Case(index, features: 1 + index % 4)
    let drifting = try Scenario(one.document(seed: index, cycles: 20, rows: 50, retraining: "never"), catalog: .standard)
    func best(_ cycle: Int) throws -> LinearPredictor {
      var conditions = WorldConditions(features: one.beta.count)
      for shift in drifting.shifts { shift.component.apply(to: &conditions, at: .init(replicate: 0, cycle: cycle)) }
      return try #require(drifting.world.component.bestPredictor(replicate: 0, conditions: conditions))
    }
    for (fitted, age) in [(0, 1), (0, 7), (3, 5), (0, 20), (12, 8)] {
      let excess = one.population.squaredDistance(try best(fitted), try best(fitted + age)), expected = Double(age * age) * one.q
      #expect(abs(excess - expected) <= 1e-10 * expected, "age \(age): \(excess) instead of \(expected)")
    }
  }

  /// **S1** by simulation. The fit of cycle 0 is unbiased for β and independent of later rows: E excess = v + a²q, exactly at finite n.
  @Test(arguments: 1...3) func `a model that is never refitted loses what its age says`(_ index: Int) async throws {
    let one = Case(index, features: 3), rows = 60
    let values = try await replicates(1600, of: one.document(seed: 600 + index, cycles: 10, rows: rows, retraining: "never")) { path in
      (1...10).map { path.value("excess_loss", cycle: $0) }
    }
    let v = ClosedForms.excess(rows: rows, features: 3, intercept: true, noise: one.noise)
    for age in 1...10 {
      let expected = v + Double(age * age) * one.q
      expectMean(values.map { $0[age - 1] }, equals: expected, resolving: max(v, 0.12 * expected), "excess at age \(age)")
    }
  }

  /// Under a random walk of every coefficient with a step of sd s: β_t − β_0 ~ N(0, t·s²I), so that E excess = v + a·s²·tr M.
  @Test func `under a random walk the excess grows with the age itself`() async throws {
    let one = Case(5, features: 3), rows = 60, step = 0.3
    var document = one.document(seed: 620, cycles: 10, rows: rows, retraining: "never")
    document.root["shifts"] = [["kind": "coefficient", "change": .number(step), "unit": "raw", "profile": "random-walk"]]
    let values = try await replicates(2000, of: document) { path in (1...10).map { path.value("excess_loss", cycle: $0) } }
    let v = ClosedForms.excess(rows: rows, features: 3, intercept: true, noise: one.noise)
    let q = step * step * trace(one.population.secondMoment)
    for age in [1, 2, 5, 10] {
      let expected = v + Double(age) * q
      expectMean(values.map { $0[age - 1] }, equals: expected, resolving: 0.25 * expected, "excess at age \(age)")
    }
  }

  /// A walk's value after k cycles is N(0, k·change²): mean, variance and the covariance min(j, k) of two cycles, over replicates.
  @Test func `a random walk has the variance of its cycles, and each replicate and feature has its own`() throws {
    var document: ScenarioDocument = ["seed": 630, "world": "gaussian", "cycles": 30]
    document.root["shifts"] = [["kind": "coefficient", "change": 0.5, "unit": "raw", "profile": ["kind": "random-walk", "from": 4]]]
    let walking = try Scenario(document, catalog: .standard)
    func offsets(_ replicate: Int, _ cycle: Int) -> [Double] {
      var conditions = WorldConditions(features: 5)
      walking.shifts[0].component.apply(to: &conditions, at: .init(replicate: replicate, cycle: cycle))
      return conditions.coefficientOffsets.map { $0 / 0.5 }
    }
    let values = (0..<4000).map { replicate in (early: offsets(replicate, 9), late: offsets(replicate, 24)) }
    expectMean(values.map { $0.late[0] }, equals: 0, resolving: 1, "mean after 20 cycles")
    expectMean(values.map { $0.early[0] * $0.early[0] }, equals: 5, resolving: 1, "variance after 5 cycles")
    expectMean(values.map { $0.late[0] * $0.late[0] }, equals: 20, resolving: 4, "variance after 20 cycles")
    expectMean(values.map { $0.early[0] * $0.late[0] }, equals: 5, resolving: 2, "covariance")
    expectMean(values.map { $0.late[0] * $0.late[1] }, equals: 0, resolving: 3, "covariance of two features")
  }
}
