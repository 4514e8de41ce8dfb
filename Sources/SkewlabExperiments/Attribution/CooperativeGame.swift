/// A number for every subset of some players, and how it is shared among them.
///
/// With N the set of k players and v(S) the value of a subset:
/// - **Shapley value** (Shapley 1953): φᵢ = Σ over S ⊆ N∖{i} of |S|!(k−|S|−1)!/k! · [v(S∪{i}) − v(S)], the mean over all orders in which
///   players can arrive of what i adds to those before. Σᵢφᵢ = v(N) − v(∅).
/// - **Shapley interaction index** (Grabisch and Roubens 1999): Iᵢⱼ = Σ over S ⊆ N∖{i,j} of |S|!(k−|S|−2)!/(k−1)! · [v(S∪{i,j}) − v(S∪{i}) − v(S∪{j}) + v(S)]:
///   above zero when the two do more together than apart.
///
/// Terms of subsets of one size are added in order of size of the terms, so that players that are alike get the same bits, and one that adds nothing gets exactly 0.
public struct CooperativeGame: Sendable, Hashable {
  /// The number of players, k.
  public let players: Int
  /// v(S) at index Σ 2ⁱ over the players i of S: 2ᵏ numbers, the first v(∅), the last v(N).
  public let values: [Double]

  /// A game of so many players.
  ///
  /// - Parameters:
  ///   - players: From 1 to 20.
  ///   - values: 2ᵏ numbers.
  public init(players: Int, values: [Double]) {
    precondition((1...20).contains(players), "a game of all subsets has from 1 to 20 players")
    precondition(values.count == 1 << players, "a game needs a value for every subset")
    self.players = players
    self.values = values
  }

  /// φ, player by player.
  public func shapleyValues() -> [Double] {
    let weights = Self.weights(players)
    return (0..<players).map { player in
      let own = 1 << player
      return sum(over: own, weights) { values[$0 | own] - values[$0] }
    }
  }

  /// I of two players.
  public func interaction(_ first: Int, _ second: Int) -> Double {
    precondition(first != second, "a player does not interact with itself")
    let a = 1 << first, b = 1 << second
    // Both sums are the same whichever player comes first.
    return sum(over: a | b, Self.weights(players - 1)) { (values[$0 | a | b] + values[$0]) - (values[$0 | a] + values[$0 | b]) }
  }

  /// s!(m−s−1)!/m! for s in 0..<m: one over m times the number of subsets of that size among the m − 1 others.
  private static func weights(_ m: Int) -> [Double] {
    var ways = 1.0
    return (0..<m).map { s in
      if s > 0 { ways = ways * Double(m - s) / Double(s) }
      return 1 / (Double(m) * ways)
    }
  }

  /// Σ of weight × term over the subsets without the players in `left`.
  private func sum(over left: Int, _ weights: [Double], _ term: (Int) -> Double) -> Double {
    var terms = Array(repeating: [Double](), count: weights.count)
    for subset in values.indices where subset & left == 0 { terms[subset.nonzeroBitCount].append(term(subset)) }
    return zip(weights, terms).reduce(0) { $0 + $1.0 * $1.1.sorted().reduce(0, +) }
  }
}
