internal import SkewlabEngine
internal import SkewlabNumerics

/// The contract of a shift.
enum ShiftChecks {
  static let all = [NamedCheck(.shiftConditions, conditions), NamedCheck(.shiftPossible, possible)]

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

  @Sendable private static func possible(_ subject: Subject) throws(ScenarioError) -> [String] {
    guard let shift = subject.scenario.shifts.first(where: { type(of: $0.component) == subject.type })?.component else { return [] }
    let world = subject.scenario.world.component, count = world.schema.count
    for cycle in 0...subject.scenario.cycles {
      var conditions = WorldConditions(features: count)
      shift.apply(to: &conditions, at: .init(replicate: 0, cycle: cycle))
      let place = "in cycle \(cycle)"
      var numbers = conditions.featureOffsets + conditions.coefficientScales + conditions.coefficientOffsets
      numbers += [conditions.interceptOffset] + Array(conditions.shareOffsets.values)
      let scales = conditions.featureScales + [conditions.noiseScale]
      let lengths = [
        conditions.featureOffsets, conditions.featureScales, conditions.coefficientScales, conditions.coefficientOffsets,
        conditions.missingRates,
      ]
      if lengths.contains(where: { $0.count != count }) { return ["\(place) there is not one number for each of \(count) features"] }
      if !numbers.allSatisfy(\.isFinite) { return ["\(place) a change is not finite"] }
      if !scales.allSatisfy({ $0 >= 0 && $0.isFinite }) { return ["\(place) a scale is negative or not finite"] }
      if !conditions.missingRates.allSatisfy({ (0...1).contains($0) }) { return ["\(place) a rate of missing values is not in [0, 1]"] }
      for j in 0..<count where conditions.missingRates[j] > 0 && !shift.gaps.contains(j) {
        return ["\(place) values of '\(world.schema.names[j])' go missing, which is not among its `gaps`"]
      }
      for mixing in conditions.mixings
      where !(abs(mixing.share) <= 1) || mixing.feature == mixing.other || !(0..<count).contains(mixing.feature)
        || !(0..<count).contains(mixing.other)
      {
        return ["\(place) features are mixed that are not there, or by more than all"]
      }
      if let problem = world.problem(under: conditions) { return ["\(place) \(problem)"] }
    }
    return []
  }
}
