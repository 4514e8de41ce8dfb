internal import SkewlabEngine
internal import SkewlabNumerics

/// What conditions make of a table: which rows are drawn how often, and what is added to outcomes. Kept for the conditions in use.
final class TableChanges: Sendable {
  /// One state of the table.
  struct State: Sendable {
    /// The rows drawn from with replacement, by their identities, and each one's weight, with mean 1; `nil` where all weigh the same.
    let weights: [Double]?
    let coupling: ShareCoupling?
    /// Added to the outcome of each row of the table; `nil` where nothing is.
    let added: [Double]?
    /// The standard deviation of the noise that is added.
    let noise: Double
  }

  private let population: Rows
  private let effects: TableEffects
  /// The rows drawn from with replacement.
  private let drawn: [Int]
  private let known = Guarded<[WorldConditions: State]>([:])
  /// So many numbers are kept at most.
  private static let capacity = 8_000_000

  init(_ population: Rows, effects: TableEffects, drawn: [Int]) {
    self.population = population
    self.effects = effects
    self.drawn = drawn
  }

  /// The mean of a feature over the rows drawn from, and its standard deviation, of the values that are there.
  func mean(_ feature: Int) -> (mean: Double, sd: Double) {
    let present = drawn.map { population.features[$0, feature] }.filter { !$0.isNaN }
    let mean = present.reduce(0, +) / Double(max(1, present.count))
    let squares = present.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(max(1, present.count))).squareRoot())
  }

  /// Why a state is not possible; `nil` when it is.
  func problem(under conditions: WorldConditions) -> String? {
    if conditions.noiseScale < 1 { return "the noise of the table would shrink, and only more can be added" }
    var functions: [[Double]] = []
    for (what, values, target) in constraints(conditions) {
      let present = values.filter { !$0.isNaN }
      let low = present.min() ?? 0, high = present.max() ?? 0
      guard target > low, target < high else {
        return
          "\(what) would be \(decimalText(target)), which no choice of the table's rows has: they go from \(decimalText(low)) to \(decimalText(high))"
      }
      functions.append(Self.deviations(values, from: target))
    }
    if functions.count > 1, Tilting(functions).weights() == nil {
      return "no weights of the table's rows have all the means and shares asked for together"
    }
    return nil
  }

  /// The state of the table; `nil` when it is as described.
  func state(under conditions: WorldConditions) -> State? {
    var conditions = conditions
    conditions.missingRates = conditions.missingRates.map { _ in 0 }
    if conditions == WorldConditions(features: population.schema.count) { return nil }
    if let state = known.withLock({ $0[conditions] }) { return state }
    let state = made(conditions)
    known.withLock { known in
      if (known.count + 1) * 2 * population.count > Self.capacity { known.removeAll() }
      known[conditions] = state
    }
    return state
  }

  private func made(_ conditions: WorldConditions) -> State {
    let constraints = constraints(conditions)
    // Shifts beyond the table's limits were refused with the scenario.
    let weights = constraints.isEmpty ? nil : Tilting(constraints.map { Self.deviations($0.values, from: $0.target) }).weights()
    let coupling = weights.map { ShareCoupling(from: Array(repeating: 1, count: drawn.count), to: $0) }
    let noise =
      conditions.noiseScale > 1
      ? effects.fit(population).residual * (conditions.noiseScale * conditions.noiseScale - 1).squareRoot() : 0
    return State(weights: weights, coupling: coupling, added: added(conditions), noise: noise)
  }

  private func added(_ conditions: WorldConditions) -> [Double]? {
    let changed = population.schema.columns.indices.filter {
      conditions.coefficientScales[$0] != 1 || conditions.coefficientOffsets[$0] != 0
    }
    guard !changed.isEmpty || conditions.interceptOffset != 0 else { return nil }
    var added = Array(repeating: conditions.interceptOffset, count: population.count)
    for j in changed {
      let share = conditions.coefficientScales[j] - 1, slope = conditions.coefficientOffsets[j]
      if share != 0 {
        let effect = effects.fit(population).effects[j]
        for i in added.indices { added[i] += share * effect[i] }
      }
      if slope != 0 {
        let values = population.features.column(j)
        let mean = TableEffects.presentMean(values)
        for i in added.indices where !values[i].isNaN { added[i] += slope * (values[i] - mean) }
      }
    }
    return added
  }

  /// The means that have to be reached: what, each drawn row's value (NaN where it has none), and where its mean has to be.
  private func constraints(_ conditions: WorldConditions) -> [(what: String, values: [Double], target: Double)] {
    var constraints: [(what: String, values: [Double], target: Double)] = []
    for (j, column) in population.schema.columns.enumerated() where conditions.featureOffsets[j] != 0 {
      constraints.append(
        ("the mean of '\(column.name)'", drawn.map { population.features[$0, j] }, mean(j).mean + conditions.featureOffsets[j]))
    }
    func share(_ what: String, _ values: [Double], _ offset: Double) {
      if offset != 0 { constraints.append((what, values, values.reduce(0, +) / Double(values.count) + offset)) }
    }
    for (j, column) in population.schema.columns.enumerated() {
      guard case .categorical(let levels) = column.type else { continue }
      for (code, level) in levels.enumerated() {
        guard let offset = conditions.shareOffsets[.level(feature: j, level: code)] else { continue }
        let values: [Double] = drawn.map { population.features[$0, j] == Double(code) ? 1 : 0 }
        share("the share of '\(level)' in '\(column.name)'", values, offset)
      }
    }
    if let offset = conditions.shareOffsets[.label] { share("the share of outcomes 1", drawn.map { population.outcomes[$0] }, offset) }
    return constraints
  }

  /// Values less the target, and 0 for those that are missing, so that a mean of 0 is the target over those that are there.
  private static func deviations(_ values: [Double], from target: Double) -> [Double] { values.map { $0.isNaN ? 0 : $0 - target } }
}
