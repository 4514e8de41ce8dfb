import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import SkewlabTheory
import Testing

/// THEORY.md, **F12**: two groups at ±D, sizes N′ = N·ν(loss) + inflow, squared loss; balance is lost where ν₀ + 2D²|ν′| > 1.
@Suite struct MembershipTheoryTests {
  typealias Numbers = PopulationLoopTests.Numbers
  /// Central differences of a smooth map with steps of 1e-5: an error of 1e-10 of its third derivatives, which are below 10 here.
  static let jacobianTolerance = 1e-8

  /// Outcomes of two groups are D or −D, give or take σ; the feature is the same in both, so that the model is the mean of the last cycle's. ν(L) = most·e^(−steepness·L) has the balance's ν₀ = limit/(1 + 2D²·steepness).
  struct Market {
    let distance: Double, noise: Double, steepness: Double, stays: Double, start: Double

    /// With u = steepness·D² in 0.3…0.7 and steepness·σ² below 0.02, `most` is at most 1 for limits up to 1.16 = (1 + 2u)e^(−u − 0.02) at either end.
    init(limit: Double, start: Double, _ numbers: inout Numbers) {
      distance = numbers.number(0.5, 1.5)
      steepness = numbers.number(0.3, 0.7) / (distance * distance)
      noise = (numbers.number(0, 0.02) / steepness).squareRoot()
      stays = limit / (1 + 2 * distance * distance * steepness)
      self.start = start
    }

    var most: Double { stays * exp(steepness * (noise * noise + distance * distance)) }
    var inflow: Double { 0.5 * (1 - stays) }
    /// z of z² = ν₀z + 2D²|ν′|, with 2D²|ν′| = limit − ν₀.
    func rate(limit: Double) -> Double { (stays + (stays * stays + 4 * (limit - stays)).squareRoot()) / 2 }
    func losses(_ model: Double) -> [Double] { [distance, -distance].map { noise * noise + ($0 - model) * ($0 - model) } }

    /// Share of the first group, and the model, in cycles 1…N.
    func path(cycles: Int) -> [(share: Double, model: Double)] {
      var sizes = [start, 1 - start], path: [(share: Double, model: Double)] = [], model = distance * (2 * start - 1)
      for _ in 0..<cycles {
        let share = sizes[0] / (sizes[0] + sizes[1])
        path.append((share, model))
        for (group, loss) in losses(model).enumerated() { sizes[group] = sizes[group] * most * exp(-steepness * loss) + inflow }
        model = distance * (2 * share - 1)
      }
      return path
    }

    func document(cycles: Int = 10) -> ScenarioDocument {
      [
        "cycles": .integer(cycles), "rows": 1000, "metrics": ["loss", "group-loss"],
        "world": [
          "kind": "mixture", "features": 1, "noise": .number(noise),
          "groups": [
            ["name": "up", "share": .number(start), "coefficients": 0, "intercept": .number(distance)],
            ["name": "down", "share": .number(1 - start), "coefficients": 0, "intercept": .number(-distance)],
          ],
        ],
        "feedback": [["kind": "participation", "most": .number(most), "steepness": .number(steepness), "inflow": .number(inflow)]],
      ]
    }
  }

  @Test(arguments: 0..<50) func `F12: the rate at the balance is the root of z² = ν₀z + 2D²|ν′|, and the condition is ν₀ + 2D²|ν′|`(
    set: Int
  ) throws {
    var numbers = Numbers("market", set)
    let limit = numbers.number(0.5, 1.15), market = Market(limit: limit, start: 0.5, &numbers)
    let balance = try #require(PopulationLoopTests.theory(market.document()).membership?.reached)
    #expect(abs(balance.rate - market.rate(limit: limit)) < Self.jacobianTolerance)
    #expect(abs(try #require(balance.condition) - limit) < Self.jacobianTolerance)
    #expect(zip(balance.shares, [0.5, 0.5]).allSatisfy { PopulationLoopTests.isClose($0, $1) })
    for (loss, expected) in zip(balance.losses, market.losses(0)) { #expect(PopulationLoopTests.isClose(try #require(loss), expected)) }
  }

  @Test(arguments: [0.98, 1.02], 0..<10) func `a market inside the limit of its balance is told from one outside`(limit: Double, set: Int)
    throws
  {
    var numbers = Numbers("limit", set)
    let market = Market(limit: limit, start: 0.5, &numbers), theory = try PopulationLoopTests.theory(market.document())
    switch theory.behaviour {
    case .settles(let rate): #expect(limit < 1 && abs(rate - market.rate(limit: limit)) < Self.jacobianTolerance)
    case .diverges(let rate): #expect(limit > 1 && abs(rate - market.rate(limit: limit)) < Self.jacobianTolerance)
    default: Issue.record("\(theory.behaviour)")
    }
    #expect((theory.membership?.afterwards != nil) == (limit > 1))
  }

  @Test(arguments: 0..<20) func `from outside the balance the loop goes where the recursion goes`(set: Int) throws {
    var numbers = Numbers("reached", set)
    let limit = set % 2 == 0 ? numbers.number(0.7, 0.95) : numbers.number(1.05, 1.15)
    let market = Market(limit: limit, start: 0.55, &numbers), theory = try PopulationLoopTests.theory(market.document())
    let groups = try #require(theory.membership), reached = try #require(groups.reached)
    // The slowest rate here is 0.99, and 0.99^5000 below 1e-20.
    let last = try #require(market.path(cycles: 5000).last)
    #expect(PopulationLoopTests.isClose(reached.shares[0], last.share))
    #expect(abs(reached.point.predictor.intercept - last.model) < 1e-9)
    #expect(reached.rate < 1)
    if limit > 1 {
      let even = try #require(groups.even)
      #expect(PopulationLoopTests.isClose(even.shares[0], 0.5))
      #expect(abs(even.rate - market.rate(limit: limit)) < Self.jacobianTolerance)
      #expect(abs(try #require(even.condition) - limit) < Self.jacobianTolerance)
    } else {
      #expect(groups.even == nil)
    }
  }

  @Test(arguments: 0..<20) func `the expected curves of groups are the recursion's`(set: Int) throws {
    var numbers = Numbers("curves", set)
    let market = Market(limit: numbers.number(0.7, 1.15), start: numbers.number(0.3, 0.7), &numbers)
    let scenario = try Scenario(market.document(cycles: 40), catalog: .standard), curve = try #require(ExpectedCurve(scenario))
    let path = market.path(cycles: 40)
    for cycle in 1...40 {
      let (share, model) = path[cycle - 1], losses = market.losses(model)
      var expected = ["group_share_up": share, "served_loss": share * losses[0] + (1 - share) * losses[1]]
      expected["untouched_loss"] = market.start * losses[0] + (1 - market.start) * losses[1]
      for (name, loss) in zip(["up", "down"], losses) {
        for side in ["served", "untouched", "offline"] { expected["group_\(side)_loss_\(name)"] = loss }
      }
      for (column, value) in expected {
        let found = try #require(curve.value(column, cycle: cycle), "\(column)")
        #expect(PopulationLoopTests.isClose(found.value, value), "\(column) in cycle \(cycle)")
        #expect(found.kind == .population)
      }
    }
  }

  @Test(arguments: [(1, 3), (2, 1), (2, 5), (3, 4)]) func `with other windows the rate is how fast the path closes in`(
    every: Int, window: Int
  )
    throws
  {
    var numbers = Numbers("windows", every)
    let market = Market(limit: 0.9, start: 0.5001, &numbers)
    var document = market.document(cycles: 240)
    document.root["retraining"] = ["every": .integer(every), "window": ["cycles": .integer(window)]]
    let theory = try PopulationLoopTests.theory(document)
    guard case .settles(let rate) = theory.behaviour else {
      Issue.record("\(theory.behaviour)")
      return
    }
    let curve = try #require(ExpectedCurve(theory.loop.scenario)), end = try #require(theory.membership?.reached?.shares[0])
    func error(_ cycle: Int) throws -> Double { try #require(curve.value("group_share_up", cycle: cycle)).value - end }
    // Deviations fall from 1e-4, and are compared while they are above 1e-9: what is not linear is of their square; the second factor has died out by then.
    let from = 10 * every, fits = 10, observed = pow(abs(try error(from + fits * every) / error(from)), 1 / Double(fits))
    #expect(abs(observed - rate) < 0.02, "\(observed) instead of \(rate)")
    #expect(theory.membership?.reached?.condition == nil)
  }

  @Test func `a window that never forgets has curves, and no rate`() throws {
    var numbers = Numbers("all", 0)
    var document = Market(limit: 0.9, start: 0.55, &numbers).document()
    document.root["retraining"] = ["every": 1, "window": "all"]
    let theory = try PopulationLoopTests.theory(document)
    #expect(theory.behaviour == .unknown && theory.membership == nil && theory.stablePoint == nil)
    #expect(ExpectedCurve(theory.loop.scenario)?.value("group_share_up", cycle: 10) != nil)
  }

  @Test(arguments: 0..<20) func `the laws of a mixture's groups make the law of all rows, under any conditions`(set: Int) throws {
    var numbers = Numbers("mixture", set)
    func group(_ name: DocumentNode) -> DocumentNode {
      [
        "name": name, "share": .number(numbers.number(0.5, 1)), "mean": .numbers(numbers.numbers(2, -2, 2)),
        "covariance": ["autoregressive": .number(numbers.number(-0.7, 0.7))], "coefficients": .numbers(numbers.numbers(2, -2, 2)),
        "intercept": .number(numbers.number(-1, 1)),
      ]
    }
    let scenario = try Scenario(
      [
        "world": [
          "kind": "mixture", "features": 2, "noise": ["shape": "heteroscedastic", "sd": .number(numbers.number(0.5, 2)), "slope": 2.0],
          "groups": DocumentNode(.list(["a", "b", "c"].map(group))),
        ]
      ], catalog: .standard)
    var conditions = WorldConditions(features: 2)
    conditions.featureOffsets = numbers.numbers(2, -1, 1)
    conditions.featureScales = numbers.numbers(2, 0.5, 2)
    conditions.coefficientOffsets = numbers.numbers(2, -1, 1)
    conditions.interceptOffset = numbers.number(-1, 1)
    conditions.noiseScale = numbers.number(0.5, 2)
    conditions.shareOffsets = [.group(1): numbers.number(-0.1, 0.1)]
    let world = scenario.world.component, law = try #require(world.population(replicate: 0, conditions: conditions)).moments
    var sum = Moments(dimension: 3)
    for (group, share) in zip(world.groupPopulations(replicate: 0, conditions: conditions), world.groupShares(conditions)) {
      var part = group.moments
      part.scale(by: share)
      sum.merge(part)
    }
    #expect(PopulationLoopTests.isClose(sum.weight, 1))
    for i in 0..<3 {
      #expect(PopulationLoopTests.isClose(sum.mean[i], law.mean[i]))
      for j in 0..<3 { #expect(PopulationLoopTests.isClose(sum.cross[i, j], law.cross[i, j])) }
    }
  }
}
