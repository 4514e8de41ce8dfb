import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// THEORY.md, **F4**: X = ±1, Y ~ Bernoulli(½ + μX + εθX), f = ½ + θx, full squared loss.
@Suite struct BiasedCoinTests {
  struct Coin: Sendable, CustomTestStringConvertible {
    let lean: Double, effect: Double, seed: Int
    var testDescription: String { "μ = \(lean), ε = \(effect)" }
    /// [pop] "θ_PS = μ/(1−ε), θ_PO = μ/(1−2ε), PR = ¼ − 2μθ + (1−2ε)θ²".
    var stable: Double { lean / (1 - effect) }
    var optimum: Double { lean / (1 - 2 * effect) }
    func risk(_ theta: Double) -> Double { 0.25 - 2 * lean * theta + (1 - 2 * effect) * theta * theta }

    func document(cycles: Int, rows: Int, learner: DocumentNode) -> ScenarioDocument {
      scenario(
        seed: seed, cycles: cycles, rows: rows, world: ["kind": "coin", "lean": .number(lean)],
        feedback: [["kind": "location-family", "sensitivity": .number(effect)]], learner: learner)
    }
  }

  /// The published case, and random ones with |μ + εθ| ≤ ½ well kept.
  static let coins: [Coin] =
    [Coin(lean: 0.1, effect: 0.3, seed: 400)]
    + (1...3).map { index in
      let numbers = RandomStream(seed: 4, name: "coin/\(index)").uniforms(count: 2, at: .init(replicate: 0, cycle: 0))
      return Coin(lean: 0.05 + 0.15 * numbers[0], effect: 0.6 * numbers[1] - 0.3, seed: 400 + index)
    }

  @Test func `the published figures`() {
    let coin = Self.coins[0]
    // Given to six decimals.
    for (value, published) in [
      (coin.stable, 0.142857), (coin.risk(coin.stable), 0.229592), (coin.optimum, 0.25), (coin.risk(coin.optimum), 0.225),
    ] { #expect(abs(value - published) < 5e-7) }
  }

  /// E w_{k+1} = μ + εE w_k but for the slope's finite-sample factor: x̄² of ±1 rows is 1/n, with an intercept the slope is a ratio whose bias is below 2/n.
  @Test(arguments: coins) func `retraining settles at the stable point, and loses what the theory says`(coin: Coin) async throws {
    let rows = 4000, cycles = 20
    let values = try await replicates(200, of: coin.document(cycles: cycles, rows: rows, learner: ols(intercept: true))) { path in
      (
        early: (1...4).map { path.weights(afterFits: $0)[0] }, weight: path.meanWeights(fits: 11...20)[0],
        intercept: path.mean(fits: 11...20) { $0.intercept }, loss: path.mean("served_loss", cycles: 11...20),
        excess: path.mean("served_excess", cycles: 11...20)
      )
    }
    let bias = 2 / Double(rows)
    var expected = coin.lean
    for k in 1...4 {
      expectMean(values.map { $0.early[k - 1] }, equals: expected, resolving: 0.006, approximationError: bias, "weight after \(k) fits")
      expected = coin.lean + coin.effect * expected
    }
    expectMean(values.map(\.weight), equals: coin.stable, resolving: 0.004, approximationError: bias, "settled weight")
    expectMean(values.map(\.intercept), equals: 0.5, resolving: 0.002, "intercept")
    // A fit of 2 parameters to outcomes of variance below ¼, about the stable point: 2·¼/n/(1−ε²).
    expectMean(values.map(\.loss), equals: coin.risk(coin.stable), resolving: 0.0015, approximationError: 0.6 / Double(rows), "served loss")
    expectMean(values.map(\.excess), equals: 0, resolving: 0.001, approximationError: 0.6 / Double(rows), "excess of what was served")
  }

  /// ½ + 0.3 + 0.8·θ is above 1 from the first model on: x decides, and the second model knows it.
  @Test func `a coin that cannot lean any further is predicted as well as possible`() throws {
    var simulation = Simulation(
      try Scenario(Coin(lean: 0.3, effect: 0.8, seed: 4).document(cycles: 4, rows: 2000, learner: "ols"), catalog: .standard))
    let excess = try simulation.run().dropFirst(2).map { try #require($0["served_excess"]) }
    // Sums of 2,000 squares of rounding.
    #expect(excess.count == 3 && excess.allSatisfy { abs($0) < 1e-12 }, "\(excess)")
  }

  @Test(arguments: coins) func `the loss of a given weight is its performative risk, least at the optimum`(coin: Coin) async throws {
    for theta in [coin.optimum, coin.stable, 2 * coin.stable] {
      let document = coin.document(
        cycles: 10, rows: 10_000, learner: ["kind": "given-model", "weight": .number(theta), "intercept": 0.5])
      let values = try await replicates(200, of: document, catalog: .forTests) { $0.mean("served_loss", cycles: 1...10) }
      expectMean(values, equals: coin.risk(theta), resolving: 0.001, "performative risk of \(theta)")
      #expect(coin.risk(theta) >= coin.risk(coin.optimum))
    }
  }
}
