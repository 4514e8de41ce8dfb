internal import SkewlabEngine
internal import SkewlabNumerics

/// The contract of a world.
enum WorldChecks {
  static let all = [
    NamedCheck(.worldRange, range), NamedCheck(.worldExtends, extends), NamedCheck(.worldFeatures, features), NamedCheck(.worldBest, best),
    NamedCheck(.worldLaw, law),
    NamedCheck(.worldIdentities, identities), NamedCheck(.worldChanges, changes),
  ]

  /// Rows for the check of the best predictor.
  private static let manyRows = 60_000
  /// A mean over many rows may be off by so many standard errors: one false alarm in 1.7 million for normal errors; seeds are fixed.
  private static let standardErrors = 5.0

  private static func difference(_ part: Rows, _ whole: Rows) -> String? {
    let range = part.range.lowerBound - whole.range.lowerBound..<part.range.upperBound - whole.range.lowerBound
    if let (row, column) = Blocks.firstDifference(part.features, whole.features, rows: range) {
      return "'\(whole.schema.names[column])' of row \(row) differs"
    }
    if let row = Blocks.firstDifference(part.outcomes, whole.outcomes, rows: range) { return "the outcome of row \(row) differs" }
    if Array(part.groups.prefix(part.count)) != Array(whole.groups.isEmpty ? [] : whole.groups[range]) { return "groups differ" }
    if !whole.identities.isEmpty, Array(part.identities.prefix(part.count)) != Array(whole.identities[range]) { return "identities differ" }
    return nil
  }

  @Sendable private static func range(_ subject: Subject) throws(ScenarioError) -> [String] {
    // A cycle that the rows of a table reach.
    for position in [RandomStream.Position(replicate: 0, cycle: 0), RandomStream.Position(replicate: 3, cycle: 1)] {
      let whole = Blocks.rows(subject.scenario, 0..<subject.scenario.rows, at: position)
      for cut in Blocks.cuts {
        for part in cut where part.upperBound <= subject.scenario.rows {
          let rows = Blocks.rows(subject.scenario, part, at: position, capacity: part.count + 17)
          if let difference = difference(rows, whole) {
            return ["\(difference) when rows \(part) are asked for alone"]
          }
        }
      }
    }
    return []
  }

  @Sendable private static func extends(_ subject: Subject) throws(ScenarioError) -> [String] {
    let rows = subject.scenario.rows
    guard let more = try? subject.changing(nil, { $0.root["rows"] = .integer(rows * 2) }) else { return [] }
    let position = RandomStream.Position(replicate: 1, cycle: subject.scenario.world.component.isSynthetic ? 1 : 0)
    let old = Blocks.rows(subject.scenario, 0..<rows, at: position), extended = Blocks.rows(more.scenario, 0..<rows * 2, at: position)
    return difference(old, extended).map { ["\($0) when a cycle has \(rows * 2) rows instead of \(rows)"] } ?? []
  }

  @Sendable private static func features(_ subject: Subject) throws(ScenarioError) -> [String] {
    let count = subject.scenario.world.component.schema.count
    guard let parameter = subject.type.parameters.first(where: { $0.name == "features" }),
      (try? parameter.type.check(.integer(count + 1), at: DocumentPath())) != nil,
      let fewer = try? subject.setting("features", .integer(count)), let more = try? subject.setting("features", .integer(count + 1))
    else { return [] }
    let old = Blocks.rows(fewer.scenario, 0..<Blocks.count), new = Blocks.rows(more.scenario, 0..<Blocks.count)
    for j in 0..<count where old.features.column(j).map(\.bitPattern) != new.features.column(j).map(\.bitPattern) {
      return ["'\(old.schema.names[j])' differs when there is one feature more"]
    }
    return []
  }

  /// E[r] = 0 and E[r·x] = 0 for the residual r of the best linear predictor, also after every change the world can make.
  @Sendable private static func best(_ subject: Subject) throws(ScenarioError) -> [String] {
    let world = subject.scenario.world.component
    let count = world.schema.count
    var changed = WorldConditions(features: count)
    for j in 0..<count {
      if world.supportedChanges.contains(.mean) { changed.featureOffsets[j] = 0.3 }
      if world.supportedChanges.contains(.scale) { changed.featureScales[j] = 1.2 }
      if world.supportedChanges.contains(.coefficient) {
        changed.coefficientScales[j] = 0.75
        changed.coefficientOffsets[j] = 0.1 * Double(j + 1)
      }
    }
    if world.supportedChanges.contains(.intercept) { changed.interceptOffset = -0.4 }
    if world.supportedChanges.contains(.noise) { changed.noiseScale = 1.5 }
    let described = WorldConditions(features: count)
    for conditions in [described, changed] + oneChangeEach(world).map(\.conditions) {
      let predictor = world.bestPredictor(replicate: 0, conditions: conditions)
      if predictor == nil, !world.drawsBestPredictions { return [] }
      let rows = Blocks.rows(subject.scenario, 0..<manyRows, at: .replicate(0), conditions: conditions)
      if world.drawsBestPredictions, rows.bestPredictions.count < manyRows {
        return ["a draw does not give the best predictions it promises"]
      }
      var predictions = predictor == nil ? rows.bestPredictions : Array(repeating: 0.0, count: manyRows)
      if let predictor { predictions.change { predictor.predict(rows.features, rows: manyRows, into: &$0) } }
      if !rows.bestPredictions.isEmpty, Array(rows.bestPredictions.prefix(manyRows)) != predictions {
        return ["the best predictions it gives with the rows are not those of its best predictor"]
      }
      let residuals = zip(rows.outcomes, predictions).map { $0 - $1 }
      let magnitude = predictions.reduce(0) { max($0, abs($1)) }
      let ones = Array(repeating: 1.0, count: manyRows)
      for (name, feature) in [("1", ones)] + (0..<count).map({ (world.schema.names[$0], rows.features.column($0)) }) {
        let (mean, error) = MeanError.of(zip(residuals, feature).map { $0 * $1 })
        let bound = standardErrors * error + 1e-12 * magnitude
        if abs(mean) > bound {
          let place = conditions == described ? "" : "after a shift, "
          return ["\(place)the best predictor's residual times \(name) has mean \(decimalText(mean)), more than \(decimalText(bound))"]
        }
      }
    }
    return []
  }

  /// Replicates of so many rows: those of one replicate may depend on each other.
  static let lawReplicates = 200, lawRows = 300

  /// Means and covariances of the features and the outcome, also after every change the world can make.
  @Sendable private static func law(_ subject: Subject) throws(ScenarioError) -> [String] {
    let world = subject.scenario.world.component
    for conditions in [WorldConditions(features: world.schema.count)] + oneChangeEach(world).map(\.conditions) {
      let found = differencesFromLaw(world) { replicate in
        guard let law = world.population(replicate: replicate, conditions: conditions)?.moments else { return nil }
        return (law, Blocks.rows(subject.scenario, 0..<lawRows, at: .replicate(replicate), conditions: conditions))
      }
      if !found.isEmpty { return found }
    }
    return []
  }

  /// The first mean or covariance of rows that is off the law's by more than chance makes it.
  ///
  /// - Parameters:
  ///   - world: What the columns are called.
  ///   - sample: Moments of (features…, outcome) and rows of a replicate; `nil` where there is no law.
  static func differencesFromLaw(_ world: any World, _ sample: (Int) -> (law: Moments, rows: Rows)?) -> [String] {
    let names = world.schema.names + [world.outcomeName]
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    var gaps: [String: [Double]] = [:], sizes: [String: Double] = [:]
    for replicate in 0..<lawReplicates {
      guard let (law, rows) = sample(replicate) else { break }
      let deviations = names.indices.map { j in
        (j < world.schema.count ? rows.features.column(j) : rows.outcomes).map { $0 - law.mean[j] }
      }
      for j in names.indices {
        gaps["the mean of \(names[j])", default: []].append(mean(deviations[j]))
        for i in 0...j {
          let found = mean(zip(deviations[i], deviations[j]).map { $0 * $1 })
          gaps["the covariance of \(names[i]) and \(names[j])", default: []].append(found - law.cross[i, j] / law.weight)
          sizes["the covariance of \(names[i]) and \(names[j])"] = abs(law.cross[i, j])
        }
      }
    }
    for (what, values) in gaps.sorted(by: { $0.key < $1.key }) {
      let (gap, error) = MeanError.of(values)
      let bound = standardErrors * error + 1e-12 * max(1, sizes[what] ?? 0)
      if abs(gap) > bound { return ["\(what) is off its law by \(decimalText(gap)), more than \(decimalText(bound))"] }
    }
    return []
  }

  @Sendable private static func identities(_ subject: Subject) throws(ScenarioError) -> [String] {
    guard let population = subject.scenario.world.component.everyRow else { return [] }
    if population.identities != Array(0..<population.count) { return ["row i of the whole population does not have identity i"] }
    let drawn = Blocks.rows(subject.scenario, 0..<min(Blocks.count, subject.scenario.rows), at: .replicate(0))
    for (i, identity) in drawn.identities.prefix(drawn.count).enumerated() {
      guard population.identities.indices.contains(identity) else { return ["row \(i) has identity \(identity), which is no row"] }
      var sameBits = drawn.outcomes[i].bitPattern == population.outcomes[identity].bitPattern
      for j in 0..<drawn.schema.count where drawn.features[i, j].bitPattern != population.features[identity, j].bitPattern {
        sameBits = false
      }
      if !sameBits { return ["row \(i) is not a copy of row \(identity) of the population"] }
    }
    return []
  }
}

/// A mean and its standard error.
enum MeanError {
  static func of(_ values: [Double]) -> (mean: Double, error: Double) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / (count - 1) / count).squareRoot())
  }
}
