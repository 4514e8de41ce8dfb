internal import SkewlabEngine

/// What every kind keeps in the loop, whatever its role.
enum LoopChecks {
  static let all = [
    NamedCheck(.sameSeed, sameSeed), NamedCheck(.copies, copies), NamedCheck(.reset, reset), NamedCheck(.chunks, chunks),
    NamedCheck(.additions, additions), NamedCheck(.finite, finite),
  ]

  /// More than two blocks and a part of a third, and less than the larger chunk.
  private static let manyRows = 2_500

  @Sendable private static func sameSeed(_ subject: Subject) throws(ScenarioError) -> [String] {
    let again = try subject.changing { _ in }
    let first = Records(subject.scenario), second = Records(again.scenario), third = Records(subject.scenario)
    let difference = second.difference(from: first) ?? third.difference(from: first)
    return difference.map { ["a second simulation differs: \($0)"] } ?? []
  }

  @Sendable private static func copies(_ subject: Subject) throws(ScenarioError) -> [String] {
    var original = Simulation(subject.scenario)
    let start = original.run(cycles: 2)
    var copy = original
    _ = copy.run()
    let rest = original.run()
    let together = Records(start + rest, ending: original.ending)
    let difference = together.difference(from: Records(subject.scenario))
    return difference.map { ["a simulation whose copy went ahead differs from a fresh one: \($0)"] } ?? []
  }

  @Sendable private static func reset(_ subject: Subject) throws(ScenarioError) -> [String] {
    var simulation = Simulation(try subject.changing { _ in }.scenario)
    let fresh = simulation.run()
    let expected = Records(fresh, ending: simulation.ending)
    simulation.reset()
    let again = simulation.run()
    let difference = Records(again, ending: simulation.ending).difference(from: expected)
    return difference.map { ["after reset: \($0)"] } ?? []
  }

  @Sendable private static func chunks(_ subject: Subject) throws(ScenarioError) -> [String] {
    // A world of few rows may refuse so many; then it has one chunk whatever its size.
    let larger = try? subject.changing { document in
      document.root["rows"] = .integer(manyRows)
      document.root["cycles"] = 2
    }
    guard let large = larger else { return [] }
    let small = Records(large.scenario, chunkRows: 1024), whole = Records(large.scenario, chunkRows: 8192)
    return small.difference(from: whole).map { ["with chunks of 1024 rows instead of 8192: \($0)"] } ?? []
  }

  @Sendable private static func additions(_ subject: Subject) throws(ScenarioError) -> [String] {
    let isMetric = subject.type.role == .metric
    let hasNumbers = subject.scenario.world.component.schema.columns.contains { $0.isNumeric }
    let more = try subject.changing { document in
      let present = (document.root["metrics"]?.items ?? []).compactMap { $0["kind"]?.text ?? $0.text }
      let metrics = isMetric ? document.root["metrics"]?.items ?? [] : []
      let extra = ["loss", "rmse", "mean-prediction", "fits"].filter { !isMetric || !present.contains($0) }
      document.root["metrics"] = DocumentNode(.list(extra.map { ["kind": .string($0)] } + metrics))
      let idle: DocumentNode = ["kind": "unit", "id": "idle", "factor": 1, "share": 0.5]
      guard hasNumbers else { return }
      document.root["discrepancies"] = DocumentNode(.list((document.root["discrepancies"]?.items ?? []) + [idle]))
    }
    let without = Records(subject.scenario)
    let shared = subject.scenario.columns.filter(more.scenario.columns.contains)
    let difference = Records(more.scenario).difference(from: without, columns: shared)
    return difference.map { ["with more metrics and a discrepancy that changes nothing: \($0)"] } ?? []
  }

  @Sendable private static func finite(_ subject: Subject) throws(ScenarioError) -> [String] {
    let run = Records(subject.scenario)
    for record in run.records {
      for (column, value) in zip(record.columns, record.values) where !(value?.isFinite ?? true) {
        return ["\(column) of cycle \(record.cycle) is not finite"]
      }
    }
    switch run.ending {
    case .diverged, .missingValue, .everyoneLeft, .learnerFailed:
      return ["a run of \(subject.scenario.cycles) cycles ends early: \(run.ending?.description ?? "")"]
    case .completed, .outOfRows, nil: return run.records.isEmpty ? ["no cycle can be run"] : []
    }
  }
}
