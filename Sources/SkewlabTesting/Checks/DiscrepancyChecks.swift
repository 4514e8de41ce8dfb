internal import SkewlabEngine
internal import SkewlabNumerics

/// The contract of a discrepancy.
enum DiscrepancyChecks {
  static let all = [
    NamedCheck(.discrepancyScope, scope), NamedCheck(.discrepancyShare, share), NamedCheck(.discrepancyRowWise, rowWise),
    NamedCheck(.discrepancyActs, acts), NamedCheck(.discrepancyLaw, law),
  ]

  /// A log that keeps rows for the discrepancy's sake sums in another order than one that keeps moments.
  private static let rowsAgainstMoments = 1e-9

  private static func without(_ subject: Subject) throws(ScenarioError) -> Subject {
    try subject.changing { document in
      var items = document.root["discrepancies"]?.items ?? []
      if let index = subject.path.steps.last.flatMap({ Int($0) }), items.indices.contains(index) { items.remove(at: index) }
      document.root["discrepancies"] = DocumentNode(.list(items))
    }
  }

  private static func set(_ subject: Subject, _ values: [(String, DocumentNode?)]) throws(ScenarioError) -> Subject {
    var subject = subject
    for (key, value) in values { subject = try subject.setting(key, value) }
    return subject
  }

  private static func tolerance(_ a: Subject, _ b: Subject) -> Double {
    a.scenario.traits.keepsRows == b.scenario.traits.keepsRows ? 0 : rowsAgainstMoments
  }

  @Sendable private static func scope(_ subject: Subject) throws(ScenarioError) -> [String] {
    let names = Set(subject.type.parameters.map(\.name))
    for parameter in DiscrepancyScope.parameters where !names.contains(parameter.name) {
      return ["does not declare '\(parameter.name)'; append DiscrepancyScope.parameters to its own"]
    }
    let plain = try without(subject)
    let expected = Records(plain.scenario).records
    let last = subject.scenario.cycles
    // Serving in cycles 2 and 3 only. Without feedback nothing of it can reach the log.
    if let serving = try? set(subject, [("side", "serving"), ("from", 2), ("until", 3)]) {
      let records = Records(serving.scenario).records
      let tolerance = tolerance(serving, plain)
      for (record, expected) in zip(records, expected) {
        if let difference = record.fitDifference(from: expected, tolerance: tolerance) { return ["on the serving side, \(difference)"] }
        let isActive = (2...3).contains(record.cycle)
        if !isActive, let difference = record.difference(from: expected, tolerance: tolerance) {
          return ["serving in cycles 2 to 3, \(difference)"]
        }
      }
    }
    // Training from the last cycle but one on: models fitted before, and all that they serve, are as they were.
    if let training = try? set(subject, [("side", "training"), ("from", .integer(last - 1)), ("until", .integer(last - 1))]) {
      let records = Records(training.scenario).records
      let tolerance = tolerance(training, plain)
      for (record, expected) in zip(records, expected) {
        let isFitted = record.cycle == last - 1, serves = record.cycle == last
        if !isFitted, let difference = record.fitDifference(from: expected, tolerance: tolerance) {
          return ["training in cycle \(last - 1), \(difference)"]
        }
        if !isFitted, !serves, let difference = record.difference(from: expected, tolerance: tolerance) {
          return ["training in cycle \(last - 1), \(difference)"]
        }
      }
    }
    return []
  }

  @Sendable private static func share(_ subject: Subject) throws(ScenarioError) -> [String] {
    let plain = try without(subject)
    let expected = Records(plain.scenario)
    for side in Side.allCases {
      // A kind that cannot touch a share of the rows refuses one.
      guard let none = try? set(subject, [("side", .string(side.rawValue)), ("share", 0), ("from", nil), ("until", nil)]) else { continue }
      if let difference = Records(none.scenario).difference(from: expected, tolerance: tolerance(none, plain)) {
        return ["with a share of 0 on the \(side) side, \(difference)"]
      }
    }
    return []
  }

  @Sendable private static func law(_ subject: Subject) throws(ScenarioError) -> [String] {
    let scenario = subject.scenario, world = scenario.world.component, schema = world.schema
    guard let index = subject.path.steps.last.flatMap({ Int($0) }), scenario.discrepancies.indices.contains(index),
      let source = scenario.discrepancies[index].component as? any SourceDiscrepancy, !(source is any OtherRowDiscrepancy),
      source.scope.share == 1
    else { return [] }
    if source.isDeterministic {
      var here = Blocks.rows(scenario, 0..<Blocks.count), there = here
      there.position = .replicate(7)
      source.alter(&here)
      source.alter(&there)
      for j in 0..<schema.count where here.features.column(j).map(\.bitPattern) != there.features.column(j).map(\.bitPattern) {
        return ["is said to be deterministic, and makes different things of '\(schema.names[j])' in different places"]
      }
    }
    let conditions = WorldConditions(features: schema.count)
    return WorldChecks.differencesFromLaw(world) { replicate in
      guard let before = world.population(replicate: replicate, conditions: conditions)?.moments,
        let after = source.altered(before, features: 0..<schema.count, of: schema)
      else { return nil }
      var rows = Blocks.rows(scenario, 0..<WorldChecks.lawRows, at: .replicate(replicate), conditions: conditions)
      source.alter(&rows)
      return (after, rows)
    }
  }

  @Sendable private static func acts(_ subject: Subject) throws(ScenarioError) -> [String] {
    // Another word or the end of a range may well be what the other side has too.
    guard subject.label.isEmpty else { return [] }
    let plain = try without(subject)
    let difference = Records(subject.scenario).difference(
      from: Records(plain.scenario), columns: plain.scenario.columns, tolerance: tolerance(subject, plain))
    return difference == nil ? ["nothing that is served or fitted differs from what it is without"] : []
  }

  @Sendable private static func rowWise(_ subject: Subject) throws(ScenarioError) -> [String] {
    var found: [String] = []
    for share in [nil, 0.5] as [Double?] {
      guard let tried = share.map({ try? subject.setting("share", .number($0)) }) ?? subject,
        let component = tried.scenario.discrepancies.first(where: { type(of: $0.component) == subject.type })?.component
      else { continue }
      let whole = altered(component, tried.scenario, 0..<Blocks.count)
      for range in Blocks.cuts.flatMap({ $0 }) {
        let part = altered(component, tried.scenario, range)
        if let (row, column) = Blocks.firstDifference(part.features, whole.features, rows: range) {
          found.append("'\(tried.scenario.world.component.schema.names[column])' of row \(row) differs in the block \(range)")
        }
        if let row = Blocks.firstDifference(part.scores, whole.scores, rows: range) {
          found.append("the score of row \(row) differs in the block \(range)")
        }
      }
    }
    return found
  }

  private static func altered(_ component: any Discrepancy, _ scenario: Scenario, _ range: Range<Int>) -> (
    features: Matrix, scores: [Double]
  ) {
    var rows = Blocks.rows(scenario, range), scores = Array(Blocks.normals("scores")[range])
    if let source = component as? any SourceDiscrepancy {
      SourceReading([source], of: scenario) { scenario.drawRaw($0, at: $1, into: &$2) }.alter(&rows)
    }
    if let scorer = component as? any ScorerDiscrepancy {
      scores.change { scorer.alter(scores: &$0, rows: range, at: Blocks.position) }
    }
    return (rows.features, scores)
  }
}
