import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// THEORY.md, **F11**: x_t = (1−δ)x_{t−1} + δ·D(θ) has the rate (1−δ) + δa, with a the signed rate of the instant loop.
@Suite struct SlowWorldTests {
  /// A loop whose fits are exact: without noise in the outcome least squares finds the mean outcome from any rows, so that the loop of few rows is that of the population.
  static func exact(seed: Int, cycles: Int, feedback: DocumentNode, learner: DocumentNode = ols(intercept: false)) throws -> Path {
    let world = Population(mean: [0.5, -0.25, 0], correlation: 0.3).world(coefficients: coefficients(3), noise: 0)
    let document = scenario(seed: seed, cycles: cycles, rows: 40, world: world, feedback: feedback, learner: learner)
    var simulation = Simulation(try Scenario(document.reseeded, catalog: .standard))
    let records = simulation.run()
    try #require(simulation.ending == .completed)
    return Path(records: records, trainingRMSE: .nan)
  }

  static func slow(_ response: DocumentNode, _ key: String, _ value: DocumentNode) -> DocumentNode {
    var node: DocumentNode = ["kind": "state", "response": response]
    node[key] = value
    return [node]
  }

  /// Random strengths between −2 and 1, random memories: some of the instant loops diverge.
  static let cases: [(strength: Double, memory: Double)] = (0..<8).map { index in
    let numbers = RandomStream(seed: 11, name: "slow world/\(index)").uniforms(count: 2, at: .init(replicate: 0, cycle: 0))
    return (3 * numbers[0] - 2, 0.9 * numbers[1])
  }

  /// [pop] at 1e-10 of the largest weight: E_t = (1−δ)E_{t−1} + δρw_t, w_{t+1} = β + E_t, hence E_t = E*(1 − r^t), r = (1−δ) + δρ, E* = βρ/(1−ρ).
  @Test(arguments: cases.indices) func `a memory slows the loop to the rate (1−δ) + δa`(case index: Int) throws {
    let (strength, memory) = Self.cases[index], beta = coefficients(3), rate = memory + (1 - memory) * strength
    let additive: DocumentNode = ["kind": "label-follows-prediction", "form": "additive", "strength": .number(strength)]
    let location: DocumentNode = ["kind": "location-family", "sensitivity": .number(strength)]
    for response in [additive, location] {
      let path = try Self.exact(seed: index, cycles: 20, feedback: Self.slow(response, "memory", .number(memory)))
      for k in 1...21 {
        let factor = 1 + strength / (1 - strength) * (1 - pow(rate, Double(k - 1)))
        for (weight, b) in zip(path.weights(afterFits: k), beta) {
          #expect(abs(weight - b * factor) < 1e-10 * max(1, abs(factor)), "strength \(strength), memory \(memory), after \(k) fits")
        }
      }
    }
  }

  /// [pop] w_{t+1} = β + ρw_{t−k}.
  @Test(arguments: [0, 1, 3]) func `a delay answers the model of so many cycles ago`(delay: Int) throws {
    let strength = 0.7, beta = coefficients(3)
    let response: DocumentNode = ["kind": "label-follows-prediction", "form": "additive", "strength": .number(strength)]
    let path = try Self.exact(seed: 20 + delay, cycles: 20, feedback: Self.slow(response, "delay", .integer(delay)))
    var factors = [1.0]
    for t in 1...20 { factors.append(1 + (t > delay ? strength * factors[t - 1 - delay] : 0)) }
    for k in 1...21 {
      for (weight, b) in zip(path.weights(afterFits: k), beta) { #expect(abs(weight - b * factors[k - 1]) < 1e-10 * factors[k - 1]) }
    }
  }

  /// [pop] F5 under F11: the instant loop settles in one step, a = 0, and a slow one at the rate 1−δ: the intercept after k+1 fits has absorbed 1 − (1−δ)^k of the move.
  @Test func `a strategic move that comes slowly is absorbed as slowly`() throws {
    let beta = coefficients(3), strength = 0.8, memory = 0.6
    for response: DocumentNode in [
      ["kind": "strategic-features", "strength": .number(strength)],
      // Not affine for the engine, because rows could move apart: goes the other way through the code.
      ["kind": "strategic-features", "strength": .number(strength), "knowledge-noise": 1e-300],
    ] {
      let path = try Self.exact(
        seed: 30, cycles: 12, feedback: Self.slow(response, "memory", .number(memory)), learner: ols(intercept: true))
      for k in 0...12 {
        let model = path.model(afterFits: k + 1)
        for (weight, b) in zip(model.weights, beta) { #expect(abs(weight - b) < 1e-10) }
        #expect(abs(model.intercept - strength * dot(beta, beta) * (1 - pow(memory, Double(k)))) < 1e-10, "after \(k + 1) fits")
      }
    }
  }

  /// [n] the mean of the weights obeys the same recursion at any number of rows: each fit is unbiased given what the world shows. Instant, this loop diverges.
  @Test func `the mean of noisy fits follows the slow loop`() async throws {
    let beta = coefficients(3), strength = -1.6, memory = 0.5, rate = memory + (1 - memory) * strength
    let values = try await replicates(
      400,
      of: scenario(
        seed: 1101, cycles: 12, rows: 100, world: Population(features: 3, correlation: 0.5).world(coefficients: beta),
        feedback: Self.slow(
          ["kind": "label-follows-prediction", "form": "additive", "strength": .number(strength)], "memory", .number(memory)))
    ) { path in (1...13).map { dot(beta, path.weights(afterFits: $0)) } }
    for k in 1...13 {
      let expected = 1 + strength / (1 - strength) * (1 - pow(rate, Double(k - 1)))
      expectMean(values.map { $0[k - 1] }, equals: expected, resolving: 0.1, "multiple of β after \(k) fits")
    }
  }

  /// The limit is rate −1: strength ρ with (1−δ) + δρ = −1. At 0.98 of it the deviation from the fixed point shrinks by 0.98 a cycle, at 1.02 it grows.
  @Test(arguments: [0.98, 1.02]) func `a loop just inside its limit and one just outside are told apart`(of limit: Double) throws {
    let memory = 0.5, strength = (-limit - memory) / (1 - memory), beta = coefficients(3)
    let path = try Self.exact(
      seed: 40, cycles: 60,
      feedback: Self.slow(
        ["kind": "label-follows-prediction", "form": "additive", "strength": .number(strength)], "memory", .number(memory)))
    func distance(_ k: Int) -> Double { abs(dot(beta, path.weights(afterFits: k)) - 1 / (1 - strength)) }
    #expect((distance(60) < distance(10)) == (limit < 1))
    #expect(abs(pow(distance(60) / distance(10), 1.0 / 50) - limit) < 1e-9, "the rate itself")
  }
}
