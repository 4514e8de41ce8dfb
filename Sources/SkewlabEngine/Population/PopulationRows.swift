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

/// Rows as a model meets them when it serves: all of them, and group by group.
struct MeetingRows {
  let all: PopulationLoop.Meeting
  let groups: [PopulationLoop.Meeting]
}

/// What became of a cycle's rows.
public struct ServedCycleRows: Sendable {
  /// The rows as logged.
  public let logged: PopulationRows
  /// The mean squared error of each group; `nil` for one that has nobody.
  public let losses: [Double?]
  /// The metrics' values, in the order of `Scenario.columns`.
  public let values: [Double?]
}

extension PopulationLoop {
  /// Rows as a model meets them.
  func meet(_ rows: PopulationRows, _ model: PopulationModel, in cycle: Int) -> MeetingRows {
    MeetingRows(all: meet(rows.all, model, in: cycle), groups: rows.groups.map { meet($0, model, in: cycle) })
  }

  /// Rows as they respond to the models that served so far, the present one first, and as that one meets them; `nil` before there is one.
  func responding(_ rows: PopulationRows, to models: [PopulationModel], in cycle: Int) -> MeetingRows? {
    responding(rows.all, to: models, in: cycle).map { all in
      MeetingRows(all: all, groups: rows.groups.compactMap { responding($0, to: models, in: cycle) })
    }
  }

  /// The same where one model has served for good.
  func responding(_ rows: PopulationRows, toOnly model: PopulationModel, in cycle: Int) -> MeetingRows {
    MeetingRows(
      all: responding(rows.all, toOnly: model, in: cycle), groups: rows.groups.map { responding($0, toOnly: model, in: cycle) })
  }

  /// What a log keeps of rows.
  func logged(_ rows: MeetingRows) -> PopulationRows { PopulationRows(all: logged(rows.all), groups: rows.groups.map(logged)) }

  /// Whether groups stay or leave.
  public var movesMembership: Bool { scenario.responses.contains { $0.component.movesMembership } }

  /// The rows of a cycle with nothing predicted.
  public func rows(in cycle: Int) -> PopulationRows {
    let conditions = conditions(in: cycle)
    return PopulationRows(all: untouched(in: cycle), groups: groups(conditions, shares: scenario.world.component.groupShares(conditions)))
  }

  /// The rows of a cycle with nothing predicted but the groups' shares as responses move them; without weight where nobody is left.
  public func rows(in cycle: Int, respondingTo responses: [any Response]) -> PopulationRows {
    let conditions = conditions(in: cycle), world = scenario.world.component
    let sizes = world.shares(conditions, respondingTo: responses), total = sizes.reduce(0, +)
    let shares = total > 0 && total.isFinite ? sizes.map { $0 / total } : sizes.map { _ in 0 }
    let groups = groups(conditions, shares: shares)
    var all = Moments(dimension: features.count + 1)
    for group in groups { all.merge(group) }
    return PopulationRows(all: all, groups: groups)
  }

  private func groups(_ conditions: WorldConditions, shares: [Double]) -> [Moments] {
    guard scenario.traits.measuresGroups, !isTable else { return [] }
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
  public func step(_ model: PopulationModel, _ responses: inout [any Response], in cycle: Int) -> ServedCycleRows {
    for index in responses.indices { responses[index].beginCycle(deployed: model.deployed) }
    let responded = responding(rows(in: cycle, respondingTo: responses), toOnly: model, in: cycle)
    for index in responses.indices { responses[index].endCycle(groups: responded.groups.map(\.sums)) }
    return ServedCycleRows(
      logged: logged(responded), losses: responded.groups.map { $0.moments.weight > 0 ? $0.sums.meanSquaredError : nil },
      values: values(measurements(of: model, rows(in: cycle), responded, cycle: cycle, fits: 1)))
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
    model.ownByGroup = window.map { trained($0, in: cycle) }.sums(of: model.predictor)
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
