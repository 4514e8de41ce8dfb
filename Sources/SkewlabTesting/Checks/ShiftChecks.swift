internal import SkewlabEngine
internal import SkewlabNumerics

/// The contract of a shift.
enum ShiftChecks {
  static let all = [NamedCheck(.shiftConditions, conditions)]

  @Sendable private static func conditions(_ subject: Subject) throws(ScenarioError) -> [String] {
    guard let shift = subject.scenario.shifts.first(where: { type(of: $0.component) == subject.type })?.component else { return [] }
    let untouched = WorldConditions(features: subject.scenario.world.component.schema.count)
    let positions = (0...subject.scenario.cycles).map { RandomStream.Position(replicate: 1, cycle: $0) }
    func applied(_ position: RandomStream.Position) -> WorldConditions {
      var conditions = untouched
      shift.apply(to: &conditions, at: position)
      return conditions
    }
    let forward = positions.map(applied), backward = Array(positions.reversed().map(applied).reversed())
    if forward != backward { return ["the conditions of a cycle depend on the order in which cycles are asked for"] }
    for (position, conditions) in zip(positions, forward) {
      if let change = conditions.differences(from: untouched).subtracting(shift.changes).map(\.rawValue).min() {
        return ["changes the \(change) in cycle \(position.cycle), which is not among its `changes`"]
      }
    }
    return []
  }
}
