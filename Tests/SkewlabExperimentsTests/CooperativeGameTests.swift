import SkewlabExperiments
import SkewlabNumerics
import Testing

/// Shares and interactions against an implementation of their own: averages over every order of the players, one by one.
@Suite struct CooperativeGameTests {
  /// Every order of some things.
  static func orders(_ things: [Int]) -> [[Int]] {
    things.isEmpty ? [[]] : things.flatMap { first in orders(things.filter { $0 != first }).map { [first] + $0 } }
  }

  /// The mean over all orders of what a player adds to those before it.
  static func shapley(_ values: [Double], players: Int, of player: Int) -> Double {
    let all = orders(Array(0..<players))
    let added = all.map { order -> Double in
      let before = order.prefix { $0 != player }.reduce(0) { $0 | 1 << $1 }
      return values[before | 1 << player] - values[before]
    }
    return added.reduce(0, +) / Double(all.count)
  }

  /// Grabisch and Roubens: two players arrive as one; what they then do together and not apart, on average over all orders of the others and the two.
  static func interaction(_ values: [Double], players: Int, _ i: Int, _ j: Int) -> Double {
    let all = orders((0..<players).filter { $0 != j })
    let terms = all.map { order -> Double in
      let s = order.prefix { $0 != i }.reduce(0) { $0 | 1 << $1 }
      let both = values[s | 1 << i | 1 << j] - values[s]
      return both - (values[s | 1 << i] - values[s]) - (values[s | 1 << j] - values[s])
    }
    return terms.reduce(0, +) / Double(all.count)
  }

  static func random(_ players: Int, _ number: Int) -> [Double] {
    RandomStream(seed: 20_261_125, name: "test/games/values").normals(count: 1 << players, at: .init(replicate: number, cycle: players))
  }

  /// Sums of at most 720 numbers of size one, twice over.
  static let rounding = 1e-12

  static let games = (1...6).flatMap { players in (0..<5).map { (players, $0) } }

  @Test(arguments: games) func `shares and interactions are averages over all orders`(players: Int, number: Int) {
    let values = Self.random(players, number), game = CooperativeGame(players: players, values: values)
    let shares = game.shapleyValues()
    for i in 0..<players {
      #expect(abs(shares[i] - Self.shapley(values, players: players, of: i)) < Self.rounding)
      for j in 0..<players where j != i {
        #expect(abs(game.interaction(i, j) - Self.interaction(values, players: players, i, j)) < Self.rounding)
        #expect(game.interaction(i, j) == game.interaction(j, i))
      }
    }
  }

  /// A published figure: Shapley values of the glove game (one left glove, two right ones; a pair is worth 1) are 2/3, 1/6, 1/6.
  @Test func `the owner of the only left glove gets two thirds`() {
    let values = (0..<8).map { Double(min($0 & 1, ($0 >> 1).nonzeroBitCount)) }
    let shares = CooperativeGame(players: 3, values: values).shapleyValues()
    for (share, expected) in zip(shares, [2.0 / 3, 1.0 / 6, 1.0 / 6]) { #expect(abs(share - expected) < Self.rounding) }
    #expect(shares[1] == shares[2])
  }

  @Test(arguments: games) func `efficiency: shares sum to what all do together`(players: Int, number: Int) {
    let values = Self.random(players, number)
    let sum = CooperativeGame(players: players, values: values).shapleyValues().reduce(0, +)
    #expect(abs(sum - (values[values.count - 1] - values[0])) < Self.rounding)
  }

  @Test(arguments: games) func `additivity: the shares of a sum are the sums of shares`(players: Int, number: Int) {
    let a = Self.random(players, number), b = Self.random(players, number + 100)
    func shares(_ values: [Double]) -> [Double] { CooperativeGame(players: players, values: values).shapleyValues() }
    for (sum, parts) in zip(shares(zip(a, b).map { 2 * $0 - 3 * $1 }), zip(shares(a), shares(b))) {
      #expect(abs(sum - (2 * parts.0 - 3 * parts.1)) < 10 * Self.rounding)
    }
  }

  @Test(arguments: games) func `a dummy gets exactly nothing, and interacts with nobody`(players: Int, number: Int) {
    // A player more, the second, which changes nothing.
    let values = Self.random(players, number)
    let with = (0..<(2 << players)).map { values[$0 & 1 | ($0 >> 2) << 1] }
    let game = CooperativeGame(players: players + 1, values: with)
    #expect(game.shapleyValues()[1] == 0)
    for i in 0...players where i != 1 { #expect(game.interaction(i, 1) == 0) }
    let plan = CoalitionPlan(sampling: 10, of: players + 1, seed: UInt64(number))
    #expect(plan.shares(plan.coalitions.map { with[$0] })[1] == 0)
  }

  @Test(arguments: games) func `symmetry: players that are alike get the same bits`(players: Int, number: Int) {
    // Two players more, of whom only the number counts.
    let other = Self.random(players, number + 200), another = Self.random(players, number + 300), values = Self.random(players, number)
    let with = (0..<(4 << players)).map { subset -> Double in
      let rest = subset >> 2
      return [values[rest], other[rest], another[rest]][(subset & 3).nonzeroBitCount]
    }
    let game = CooperativeGame(players: players + 2, values: with), shares = game.shapleyValues()
    #expect(shares[0] == shares[1])
    for i in 2..<(players + 2) { #expect(game.interaction(0, i) == game.interaction(1, i)) }
  }
}

/// Which subsets are tried, and what sampling costs.
@Suite struct CoalitionPlanTests {
  @Test func `every subset is there once, the empty one first and the whole last`() {
    let plan = CoalitionPlan(allOf: 4)
    #expect(Set(plan.coalitions) == Set(0..<16) && plan.coalitions.count == 16)
    #expect(plan.coalitions.first == 0 && plan.coalitions.last == 15)
    #expect(plan.coalitions.allSatisfy { plan.place(of: $0).map { plan.coalitions[$0] } == $0 })
    #expect(plan.pairs.map { "\($0)\($1)" } == ["01", "02", "03", "12", "13", "23"])
  }

  @Test func `orders come in pairs, and a subset that many need is tried once`() {
    let plan = CoalitionPlan(sampling: 32, of: 10, seed: 7)
    #expect(plan.orders.count == 32)
    for pair in stride(from: 0, to: 32, by: 2) { #expect(plan.orders[pair] == plan.orders[pair + 1].reversed()) }
    #expect(Set(plan.coalitions).count == plan.coalitions.count)
    #expect(plan.coalitions.count <= 2 + 10 + 32 * 9)
    #expect(plan == CoalitionPlan(sampling: 32, of: 10, seed: 7) && plan != CoalitionPlan(sampling: 32, of: 10, seed: 8))
  }

  @Test func `sampled shares sum to what all do together`() {
    let values = CooperativeGameTests.random(6, 1)
    let plan = CoalitionPlan(sampling: 8, of: 6, seed: 1)
    let sum = plan.shares(plan.coalitions.map { values[$0] }).reduce(0, +)
    #expect(abs(sum - (values[63] - values[0])) < CooperativeGameTests.rounding)
  }

  /// An order and its reverse put each pair into both orders.
  @Test func `orders with their reverses are exact where players interact in pairs`() {
    let numbers = CooperativeGameTests.random(6, 2)
    let values = (0..<64).map { subset -> Double in
      let on = (0..<6).filter { subset & 1 << $0 != 0 }
      return on.reduce(0) { $0 + numbers[$1] }
        + on.reduce(0) { sum, i in sum + on.filter { $0 < i }.reduce(0) { $0 + numbers[6 * i + $1] } }
    }
    let plan = CoalitionPlan(sampling: 4, of: 6, seed: 3), exact = CooperativeGame(players: 6, values: values).shapleyValues()
    let sampled = plan.coalitions.map { values[$0] }
    for (share, expected) in zip(plan.shares(sampled), exact) { #expect(abs(share - expected) < CooperativeGameTests.rounding) }
    for error in plan.samplingErrors(sampled) { #expect(error < CooperativeGameTests.rounding) }
  }

  /// Over 400 seeds: the mean of a share is its Shapley value within 4 standard errors (normal: a false alarm once in 16,000 checks, of 6), and
  /// the mean of the squared standard errors told is the variance over seeds. The variance of 400 nearly normal numbers has a relative standard error of √(2/399) = 7 %, that
  /// of 399·15 degrees of freedom 2 %: within 30 %.
  @Test func `sampling is unbiased, and its error is the one that is told`() {
    let values = CooperativeGameTests.random(6, 4), exact = CooperativeGame(players: 6, values: values).shapleyValues()
    let seeds = (0..<400).map { seed -> (shares: [Double], errors: [Double]) in
      let plan = CoalitionPlan(sampling: 32, of: 6, seed: UInt64(seed)), sampled = plan.coalitions.map { values[$0] }
      return (plan.shares(sampled), plan.samplingErrors(sampled))
    }
    for player in 0..<6 {
      let over = MeanInterval(seeds.map { $0.shares[player] })
      #expect(abs(over.mean - exact[player]) < 4 * over.standardError, "player \(player)")
      let told = seeds.reduce(0) { $0 + $1.errors[player] * $1.errors[player] } / 400
      let variance = over.standardDeviation * over.standardDeviation
      #expect(abs(told / variance - 1) < 0.3, "player \(player): \(told) told, \(variance) over seeds")
    }
  }
}
