internal import SkewlabEngine
internal import SkewlabNumerics

extension WorldChecks {
  /// Conditions with one change of every kind that the world says it can make.
  static func oneChangeEach(_ world: any World) -> [(change: WorldConditions.Change, conditions: WorldConditions)] {
    let count = world.schema.count
    let numeric = world.schema.columns.indices.filter { world.schema.columns[$0].isNumeric }
    return WorldConditions.Change.allCases.compactMap { change in
      guard world.supportedChanges.contains(change) else { return nil }
      var conditions = WorldConditions(features: count)
      switch change {
      case .mean:
        guard let j = numeric.first else { return nil }
        conditions.featureOffsets[j] = 0.1 * (world.featureDeviations?[j] ?? 1)
      case .scale: conditions.featureScales[numeric.first ?? 0] = 1.3
      case .covariance:
        guard numeric.count > 1 else { return nil }
        conditions.mixings = [.init(feature: numeric[1], other: numeric[0], share: 0.4)]
      case .coefficient: conditions.coefficientScales[numeric.first ?? 0] = 0.5
      case .intercept: conditions.interceptOffset = 0.7
      case .noise: conditions.noiseScale = 1.5
      case .labelShare: conditions.shareOffsets[.label] = 0.05
      case .groupShare: conditions.shareOffsets[.group(0)] = -0.1
      case .categoryFrequency:
        guard let j = world.schema.columns.firstIndex(where: { !$0.isNumeric }) else { return nil }
        conditions.shareOffsets[.level(feature: j, level: 0)] = 0.05
      case .missingRate: return nil
      }
      return world.problem(under: conditions) == nil ? (change, conditions) : nil
    }
  }

  /// Under each change: blocks are as the whole; changes of the outcome leave features to the bit, and where rows are new ones a change of one feature leaves the others.
  @Sendable static func changes(_ subject: Subject) throws(ScenarioError) -> [String] {
    let world = subject.scenario.world.component, count = min(Blocks.count, subject.scenario.rows)
    let before = Blocks.rows(subject.scenario, 0..<count, at: .replicate(0))
    for (change, conditions) in oneChangeEach(world) {
      let after = Blocks.rows(subject.scenario, 0..<count, at: .replicate(0), conditions: conditions)
      let middle = count / 3..<count / 3 + count / 2
      let part = Blocks.rows(subject.scenario, middle, at: .replicate(0), conditions: conditions, capacity: middle.count + 5)
      if let (row, column) = Blocks.firstDifference(part.features, after.features, rows: middle) {
        return [
          "with another \(change.rawValue), '\(world.schema.names[column])' of row \(row) differs when rows \(middle) are asked for alone"
        ]
      }
      if let row = Blocks.firstDifference(part.outcomes, after.outcomes, rows: middle) {
        return ["with another \(change.rawValue), the outcome of row \(row) differs when rows \(middle) are asked for alone"]
      }
      // What may move: every feature where rows are weighted, else the one that was changed.
      let moving: [Int]
      switch change {
      case .coefficient, .intercept, .noise: moving = []
      case .mean, .scale, .covariance:
        moving =
          world.isSynthetic
          ? (0..<world.schema.count).filter { j in
            conditions.featureOffsets[j] != 0 || conditions.featureScales[j] != 1 || conditions.mixings.contains { $0.feature == j }
          } : Array(0..<world.schema.count)
      case .groupShare, .categoryFrequency, .labelShare, .missingRate: moving = Array(0..<world.schema.count)
      }
      for j in 0..<world.schema.count where !moving.contains(j) {
        if before.features.column(j).map(\.bitPattern) != after.features.column(j).map(\.bitPattern) {
          return ["a change of the \(change.rawValue) moves '\(world.schema.names[j])' too"]
        }
      }
      // A parameter at the end of its range, such as no noise, may leave nothing to change.
      if subject.label.isEmpty, before.features == after.features, before.outcomes == after.outcomes {
        return ["a change of the \(change.rawValue) changes nothing"]
      }
    }
    return []
  }
}
