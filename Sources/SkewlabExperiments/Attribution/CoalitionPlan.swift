internal import SkewlabNumerics

/// Which subsets of the players are tried, and how their values become shares.
///
/// **All subsets.** Shares are Shapley values, exactly.
///
/// **Sampled orders.** Each order of the players tries its beginnings; a player's share is the mean over the orders of what it adds to those before
/// it, an unbiased estimate of its Shapley value (Castro, Gómez and Tejada 2009), and the shares still sum to v(N) − v(∅). Orders come in
/// pairs, each with its reverse (antithetic; Mitchell and others 2022), which alone makes the estimate exact where players interact in pairs only. A
/// subset that several orders need is tried once. Players that are alike get the same in expectation only; one that adds nothing gets exactly 0.
public struct CoalitionPlan: Sendable, Hashable {
  /// The number of players.
  public let players: Int
  /// The subsets tried, each Σ 2ⁱ over its players: the empty one first, then by size; the last is the whole set.
  public let coalitions: [Int]
  /// The orders sampled, each followed by its reverse; empty where all subsets are tried.
  public let orders: [[Int]]
  private let places: [Int: Int]

  /// The most players of whom all subsets are tried.
  public static let playersOfAllSubsets = 8
  /// The most players at all.
  public static let playersLimit = 60

  /// All subsets.
  public init(allOf players: Int) {
    precondition((1...Self.playersOfAllSubsets).contains(players), "all subsets are tried of 1 to \(Self.playersOfAllSubsets) players")
    self.init(players: players, orders: [], coalitions: Set(0..<(1 << players)))
  }

  /// Sampled orders.
  ///
  /// - Parameters:
  ///   - orders: How many, an even number from 4.
  ///   - players: From 1 to 60.
  ///   - seed: Of the stream `attribution/permutations/order`.
  public init(sampling orders: Int, of players: Int, seed: UInt64) {
    precondition((1...Self.playersLimit).contains(players), "orders are sampled of 1 to \(Self.playersLimit) players")
    precondition(orders >= 4 && orders.isMultiple(of: 2), "orders come in pairs, at least two")
    let stream = RandomStream(seed: seed, name: "attribution/permutations/order")
    let sampled = (0..<orders / 2).flatMap { pair -> [[Int]] in
      let order = stream.permutation(of: players, at: .init(replicate: 0, cycle: pair))
      return [order, order.reversed()]
    }
    // What each player does alone is told beside its share.
    var coalitions = Set((0..<players).map { 1 << $0 })
    for order in sampled { coalitions.formUnion(Self.beginnings(order)) }
    self.init(players: players, orders: sampled, coalitions: coalitions)
  }

  private init(players: Int, orders: [[Int]], coalitions: Set<Int>) {
    self.players = players
    self.orders = orders
    self.coalitions = coalitions.sorted { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }
    places = Dictionary(uniqueKeysWithValues: self.coalitions.enumerated().map { ($1, $0) })
  }

  private static func beginnings(_ order: [Int]) -> [Int] { order.reduce(into: [0]) { $0.append($0[$0.count - 1] | 1 << $1) } }

  /// Where a subset stands among ``coalitions``; `nil` when it is not tried.
  public func place(of coalition: Int) -> Int? { places[coalition] }

  /// Pairs of players, (0,1), (0,2), …: the order of ``interactions(_:)``.
  public var pairs: [(Int, Int)] { (0..<players).flatMap { i in (i + 1..<max(i + 1, players)).map { (i, $0) } } }

  /// The share of each player.
  ///
  /// - Parameter values: v of each of ``coalitions``.
  public func shares(_ values: [Double]) -> [Double] {
    if orders.isEmpty { return game(values).shapleyValues() }
    let added = orders.map { additions(values, $0) }
    return (0..<players).map { player in added.reduce(0) { $0 + $1[player] } / Double(orders.count) }
  }

  /// The interaction of each of ``pairs``; empty where orders are sampled.
  public func interactions(_ values: [Double]) -> [Double] {
    guard orders.isEmpty else { return [] }
    let game = game(values)
    return pairs.map { game.interaction($0, $1) }
  }

  /// The standard error that sampling leaves in each share: over √m of the standard deviation over the m pairs of orders; empty where all subsets are tried.
  public func samplingErrors(_ values: [Double]) -> [Double] {
    if orders.isEmpty { return [] }
    let added = orders.map { additions(values, $0) }
    return (0..<players).map { player in
      MeanInterval(stride(from: 0, to: orders.count, by: 2).map { 0.5 * (added[$0][player] + added[$0 + 1][player]) }).standardError
    }
  }

  /// What each player adds to those before it.
  private func additions(_ values: [Double], _ order: [Int]) -> [Double] {
    var added = Array(repeating: 0.0, count: players)
    let along = Self.beginnings(order).map { coalition -> Double in
      guard let place = places[coalition] else { preconditionFailure("an order whose beginnings are not tried") }
      return values[place]
    }
    for (step, player) in order.enumerated() { added[player] = along[step + 1] - along[step] }
    return added
  }

  /// The game of all subsets, whose values stand in another order there.
  private func game(_ values: [Double]) -> CooperativeGame {
    var sorted = Array(repeating: 0.0, count: coalitions.count)
    for (place, coalition) in coalitions.enumerated() { sorted[coalition] = values[place] }
    return CooperativeGame(players: players, values: sorted)
  }
}
