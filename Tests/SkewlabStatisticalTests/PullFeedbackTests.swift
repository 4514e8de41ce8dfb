import SkewlabEngine
import SkewlabNumerics
import Testing

/// THEORY.md, **F1**, form pull: slow, not wrong. The derivation stands in ``ClosedForms``.
@Suite struct PullFeedbackTests {
  static let noise = 1.5

  static func document(
    seed: Int, strength: Double, features: Int, intercept: Bool, cycles: Int, rows: Int, evaluationShare: Double = 0
  ) -> ScenarioDocument {
    scenario(
      seed: seed, cycles: cycles, rows: rows,
      world: Population(features: features, correlation: 0.5).world(
        coefficients: coefficients(features), intercept: intercept ? 0.7 : 0, noise: noise),
      feedback: [["kind": "label-follows-prediction", "form": "pull", "strength": .number(strength)]], learner: ols(intercept: intercept),
      evaluationShare: evaluationShare)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let strength: Double, features: Int, intercept: Bool
    var testDescription: String { "ρ = \(strength), d = \(features)\(intercept ? ", intercept" : "")" }
  }

  static let cases = [0.4, 0.8, -0.5].flatMap {
    [Case(strength: $0, features: 3, intercept: true), Case(strength: $0, features: 10, intercept: false)]
  }

  @Test(arguments: cases) func `the loop settles around β, with less variance than one fit`(_ c: Case) async throws {
    let rho = c.strength, rows = 50, settled = 61...160
    let population = Population(features: c.features, correlation: 0.5)
    let truth = LinearPredictor(intercept: c.intercept ? 0.7 : 0, weights: coefficients(c.features))
    let document = Self.document(
      seed: 40_100 + Int((rho + 1) * 10) * 20 + c.features, strength: rho, features: c.features, intercept: c.intercept, cycles: 160,
      rows: rows)
    let values = try await replicates(600, of: document) { path in
      (
        weights: path.meanWeights(fits: settled), start: (1...4).map { population.squaredDistance(path.model(afterFits: $0), truth) },
        variance: path.mean(fits: settled) { population.squaredDistance($0, truth) }, excess: path.mean("excess_loss", cycles: settled),
        servedExcess: path.mean("served_excess", cycles: settled), servedLoss: path.mean("served_loss", cycles: settled),
        training: path.trainingRMSE * path.trainingRMSE
      )
    }
    let v = ClosedForms.excess(rows: rows, features: c.features, intercept: c.intercept, noise: Self.noise)
    let excess = ClosedForms.pullExcess(rho, excess: v), served = ClosedForms.pullServedExcess(rho, excess: v)
    expectMeans(values.map(\.weights), equal: truth.weights, resolving: 0.03, "weights")
    expectMean(values.map(\.variance), equals: excess, resolving: 0.1 * excess, "E‖w−β‖²")
    expectMean(values.map(\.excess), equals: excess, resolving: 0.3 * excess, "excess_loss")
    expectMean(values.map(\.servedExcess), equals: served, resolving: 0.3 * served, "served_excess")
    let servedLoss = (1 - rho) * (1 - rho) * Self.noise * Self.noise + served
    expectMean(values.map(\.servedLoss), equals: servedLoss, resolving: 0.02 * servedLoss, "served_loss")
    let parameters = c.features + (c.intercept ? 1 : 0)
    let training = ClosedForms.pullTrainingLoss(rho, rows: rows, parameters: parameters, noise: Self.noise)
    expectMean(values.map(\.training), equals: training, resolving: training * Double(parameters) / Double(rows), "training MSE")
    for k in 1...4 {
      let expected = ClosedForms.pullVariance(rho, excess: v, fits: k)
      expectMean(values.map { $0.start[k - 1] }, equals: expected, resolving: 0.4 * expected, "E‖w−β‖² after \(k) fits")
    }
  }

  @Test func `a changed β is learnt at rate ρ`() async throws {
    let rho = 0.8, change = 1.0, from = 6, rows = 60, features = 3
    let population = Population(features: features, correlation: 0.5), old = coefficients(features)
    var document = Self.document(seed: 402, strength: rho, features: features, intercept: true, cycles: from + 11, rows: rows)
    document.root["shifts"] = [
      ["kind": "coefficient", "change": .number(change), "unit": "raw", "profile": ["kind": "step", "from": .integer(from)]]
    ]
    let new = LinearPredictor(intercept: 0.7, weights: old.map { $0 + change })
    let values = try await replicates(2000, of: document, catalog: .forTests) { path in
      (0...10).map { j in
        (
          weights: path.weights(afterFits: from + j), squared: population.squaredDistance(path.model(afterFits: from + j), new),
          excess: path.value("excess_loss", cycle: from + j)
        )
      }
    }
    let v = ClosedForms.excess(rows: rows, features: features, intercept: true, noise: Self.noise)
    let delta = Array(repeating: change, count: features)
    let size = dot(delta, population.covariance.times(delta))
    for j in 0...10 {
      let left = (0..<j).reduce(1.0) { product, _ in product * rho }
      expectMeans(
        values.map { $0[j].weights }, equal: new.weights.map { $0 - left * change }, resolving: 0.05,
        "weights after \(j) fits on the new world")
      let squared = left * left * size + ClosedForms.pullVariance(rho, excess: v, fits: from + j)
      expectMean(values.map { $0[j].squared }, equals: squared, resolving: 0.15 * squared, "E‖w−β‖² after \(j) fits on the new world")
      expectMean(values.map { $0[j].excess }, equals: squared, resolving: 0.5 * squared, "excess_loss after \(j) fits on the new world")
    }
  }

  @Test func `its own test grades the model with the noise that the loop has shrunk`() async throws {
    let rho = 0.6, rows = 100, share = 0.2, features = 3
    let document = Self.document(
      seed: 403, strength: rho, features: features, intercept: true, cycles: 40, rows: rows, evaluationShare: share)
    let values = try await replicates(400, of: document) { path in
      [path.value("offline_loss", cycle: 1), path.mean("offline_loss", cycles: 2...40), path.mean("untouched_loss", cycles: 20...40)]
    }
    let v = ClosedForms.binomialMean(trials: rows, probability: 1 - share, least: features + 3) {
      ClosedForms.excess(rows: $0, features: features, intercept: true, noise: Self.noise)
    }
    let variance = Self.noise * Self.noise, shrunk = (1 - rho) * (1 - rho) * (variance + v)
    expectMean(values.map { $0[0] }, equals: variance + v, resolving: 0.2 * variance, "offline_loss of the untouched fit")
    expectMean(values.map { $0[1] }, equals: shrunk, resolving: (1 - rho) * (1 - rho) * v, "offline_loss of the others")
    let untouched = variance + ClosedForms.pullExcess(rho, excess: v)
    expectMean(values.map { $0[2] }, equals: untouched, resolving: 0.05 * untouched, "untouched_loss")
  }
}
