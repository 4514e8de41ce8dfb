public import SkewlabNumerics

/// Moments of (features…, outcome) of a cycle's rows: of all of them, and group by group where something asks for groups and the world tells their laws.
public struct PopulationRows: Sendable {
  /// All rows; weight 1, unless a window counts them otherwise.
  public var all: Moments
  /// The rows of each group, in the world's order, with its share of the weight; none where groups are not told apart.
  public var groups: [Moments]

  /// Rows.
  public init(all: Moments, groups: [Moments] = []) {
    self.all = all
    self.groups = groups
  }

  /// No rows yet, of the same kind.
  var none: PopulationRows {
    let none = Moments(dimension: all.dimension)
    return PopulationRows(all: none, groups: groups.map { _ in none })
  }

  /// Each part as a function makes it, which has to be one that does not care how rows are grouped.
  func map(_ change: (Moments) -> Moments) -> PopulationRows { PopulationRows(all: change(all), groups: groups.map(change)) }

  mutating func scale(by factor: Double) {
    all.scale(by: factor)
    for group in groups.indices { groups[group].scale(by: factor) }
  }

  mutating func merge(_ other: PopulationRows) {
    all.merge(other.all)
    for group in groups.indices { groups[group].merge(other.groups[group]) }
  }

  /// What a predictor makes of each group.
  func sums(of predictor: LinearPredictor) -> [PredictionSums] { groups.map { PredictionSums(predictor, over: $0) } }
}

extension PopulationLoop {
  /// Whether groups stay or leave.
  public var movesMembership: Bool { scenario.responses.contains { $0.component.movesMembership } }

  /// The rows of a cycle with nothing predicted.
  public func rows(in cycle: Int) -> PopulationRows {
    let conditions = conditions(in: cycle)
    return PopulationRows(all: untouched(in: cycle), groups: groups(conditions, shares: scenario.world.component.groupShares(conditions)))
  }

  /// The rows of a cycle with nothing predicted but the groups' shares as responses move them; as described where nobody is left.
  public func rows(in cycle: Int, respondingTo responses: [any Response]) -> PopulationRows {
    let conditions = conditions(in: cycle), world = scenario.world.component
    let moved = world.groupShares(conditions, respondingTo: responses)
    let shares = moved.allSatisfy(\.isFinite) ? moved : world.groupShares(WorldConditions(features: world.schema.count))
    let groups = groups(conditions, shares: shares)
    var all = Moments(dimension: features.count + 1)
    for group in groups { all.merge(group) }
    return PopulationRows(all: all, groups: groups)
  }

  private func groups(_ conditions: WorldConditions, shares: [Double]) -> [Moments] {
    guard scenario.traits.measuresGroups, scenario.world.component.everyRow == nil else { return [] }
    let laws = scenario.world.component.groupPopulations(replicate: replicate, conditions: conditions)
    guard laws.count == shares.count else { return [] }
    return zip(laws, shares).map { law, share in
      var moments = law.moments
      moments.scale(by: share)
      return moments
    }
  }

  /// A cycle in which a model serves, and groups stay or leave.
  ///
  /// - Parameters:
  ///   - model: It serves; where responses remember earlier models, it always has.
  ///   - responses: The scenario's own, as the cycle before left them; they come out as this one leaves them.
  ///   - cycle: Under whose conditions.
  /// - Returns: The rows as logged.
  public func step(_ model: PopulationModel, _ responses: inout [any Response], in cycle: Int) -> PopulationRows {
    for index in responses.indices { responses[index].beginCycle(deployed: model.deployed) }
    let logged = rows(in: cycle, respondingTo: responses).map { responding($0, toOnly: model, in: cycle) }
    let losses = logged.sums(of: served(model, in: cycle))
    for index in responses.indices { responses[index].endCycle(groups: losses) }
    return logged
  }

  /// The metrics of a cycle in which a model has served, and these rows were logged.
  public func values(of model: PopulationModel, logged: PopulationRows, in cycle: Int) -> [Double?] {
    values(measurements(of: model, rows(in: cycle), logged, cycle: cycle, fits: 1))
  }

  /// The rows that a fit uses, each cycle's with the window's weight.
  ///
  /// - Parameters:
  ///   - log: Cycles logged, by age, oldest first.
  ///   - originals: The untouched rows of cycle 0, where the window keeps a share for them.
  public func window(_ log: [(age: Int, rows: PopulationRows)], originals: PopulationRows?) -> PopulationRows {
    let window = scenario.retraining.component.window
    guard let pattern = log.first?.rows ?? originals else { preconditionFailure("a fit has rows") }
    var sum = pattern.none
    for (age, rows) in log {
      var part = rows
      part.scale(by: window.weight(age: age) * Double(window.rows(age: age, of: scenario.rows).count) / Double(scenario.rows))
      sum.merge(part)
    }
    guard let share = window.originals, var old = originals else { return sum }
    if sum.all.weight > 0 { old.scale(by: originalsFactor(share, own: old.all.weight, others: sum.all.weight)) }
    sum.merge(old)
    return sum
  }

  /// The model that a fit on a window gives, with its own test by group; `nil` where moments are not finite.
  public func fit(_ window: PopulationRows, after cycle: Int) -> PopulationModel? {
    guard var model = fit(window.all, after: cycle) else { return nil }
    model.ownByGroup = window.sums(of: model.predictor)
    return model
  }

  /// Whether a world tells the law of each of its groups in every cycle.
  static func knowsGroups(_ scenario: Scenario) -> Bool {
    let world = scenario.world.component
    return !world.groups.isEmpty && world.everyRow == nil
      && (scenario.shifts.isEmpty ? 0...0 : 0...scenario.cycles).allSatisfy { cycle in
        let conditions = scenario.conditions(at: RandomStream.Position(replicate: 0, cycle: cycle))
        return world.groupPopulations(replicate: 0, conditions: conditions).count == world.groups.count
      }
  }
}
