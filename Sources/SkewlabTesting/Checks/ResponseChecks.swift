internal import SkewlabEngine
internal import SkewlabNumerics

/// The contract of a response.
enum ResponseChecks {
  static let all = [
    NamedCheck(.responseRowWise, rowWise), NamedCheck(.responseAffine, affine), NamedCheck(.responseCases, cases),
    NamedCheck(.responseFeatures, features), NamedCheck(.responseTwin, twin),
  ]

  /// Repetitions over which a response is averaged.
  private static let repetitions = 400
  /// The bound on a mean, in standard errors; seeds are fixed.
  private static let standardErrors = 5.0
  /// Rounding of a sum of a few products, relative to the largest outcome, for responses without randomness.
  private static let rounding = 1e-11

  private static func response(_ subject: Subject) -> (any Response)? {
    subject.scenario.responses.first { type(of: $0.component) == subject.type }?.component
  }

  private static func answer(_ response: any Response, _ rows: Rows, served: [Double], model: DeployedModel) -> Rows {
    var rows = rows, response = response
    response.beginCycle(deployed: model)
    response.respond(features: &rows, deployed: model)
    var outcomes = rows.outcomes
    outcomes.change { span in
      var part = span._mutatingExtracting(0..<rows.count)
      response.respond(outcomes: &part, served: served.span, rows: rows, deployed: model)
    }
    rows.outcomes = outcomes
    return rows
  }

  @Sendable private static func rowWise(_ subject: Subject) throws(ScenarioError) -> [String] {
    guard let response = response(subject), let model = Blocks.model(subject.scenario) else { return [] }
    let world = Blocks.rows(subject.scenario, 0..<Blocks.count), served = Blocks.normals("served")
    let whole = answer(response, world, served: served, model: model)
    for cut in Blocks.cuts {
      for range in cut {
        let rows = Blocks.rows(subject.scenario, range, capacity: range.count + 3)
        let part = answer(response, rows, served: Array(served[range]), model: model)
        if let row = Blocks.firstDifference(part.outcomes, whole.outcomes, rows: range) {
          return ["row \(row) is answered differently in the block \(range)"]
        }
        if let (row, column) = Blocks.firstDifference(part.features, whole.features, rows: range) {
          return ["'\(whole.schema.names[column])' of row \(row) is answered differently in the block \(range)"]
        }
      }
    }
    return []
  }

  @Sendable private static func affine(_ subject: Subject) throws(ScenarioError) -> [String] {
    guard let response = response(subject), let form = response.affineForm, !response.movesFeatures, !form.isOfProbability,
      let model = Blocks.model(subject.scenario)
    else { return [] }
    let rows = Blocks.rows(subject.scenario, 0..<Blocks.count), served = Blocks.normals("served")
    var expected = rows.outcomes
    expected.change { form.apply(to: &$0, served: served.span, rows: rows, deployed: model) }
    var differences = Array(repeating: [Double](), count: 3)
    var magnitude = 1.0
    for repetition in 0..<repetitions {
      var repeated = rows
      repeated.position = .replicate(repetition)
      let answered = answer(response, repeated, served: served, model: model)
      for i in 0..<Blocks.count {
        let gap = answered.outcomes[i] - expected[i]
        magnitude = max(magnitude, abs(expected[i]), abs(answered.outcomes[i]))
        differences[0].append(gap)
        differences[1].append(gap * served[i])
        differences[2].append(gap * rows.outcomes[i])
      }
    }
    for (name, values) in zip(["", " times the served value", " times the outcome before"], differences) {
      let (mean, error) = MeanError.of(values)
      let bound = standardErrors * error + rounding * magnitude * magnitude
      if abs(mean) > bound {
        return ["the mean answer minus the affine form\(name) is \(decimalText(mean)), more than \(decimalText(bound))"]
      }
    }
    return []
  }

  @Sendable private static func cases(_ subject: Subject) throws(ScenarioError) -> [String] {
    guard let response = response(subject), let cases = response.affineCases, let model = Blocks.model(subject.scenario) else { return [] }
    let total = cases.reduce(0) { $0 + $1.probability }
    if cases.contains(where: { $0.probability < 0 }) || abs(total - 1) > rounding {
      return ["the probabilities of its cases add up to \(decimalText(total))"]
    }
    let rows = Blocks.rows(subject.scenario, 0..<Blocks.count), served = Blocks.normals("served")
    func mean(_ form: AffineResponse) -> [Double] {
      var outcomes = rows.outcomes
      outcomes.change { form.apply(to: &$0, served: served.span, rows: rows, deployed: model) }
      return outcomes
    }
    let means = cases.map { mean($0.form) }, deviations = cases.map { $0.deviation + $0.relativeDeviation * model.trainingRMSE }
    func average(_ value: (Int) -> Double) -> Double { cases.indices.reduce(0) { $0 + cases[$1].probability * value($1) } }
    if let form = response.affineForm {
      let expected = mean(form)
      for i in 0..<Blocks.count where abs(average { means[$0][i] } - expected[i]) > rounding * max(1, abs(expected[i])) {
        return ["the mean of its cases is not its affine form"]
      }
    }
    // A probability that moves is not that of the outcome before it.
    if response.movesFeatures || cases.contains(where: \.form.isOfProbability) { return [] }
    let squares = (0..<Blocks.count).map { i in average { means[$0][i] * means[$0][i] + deviations[$0] * deviations[$0] } }
    var differences: [Double] = []
    for repetition in 0..<repetitions {
      var repeated = rows
      repeated.position = .replicate(repetition)
      let answered = answer(response, repeated, served: served, model: model).outcomes
      for i in 0..<Blocks.count { differences.append(answered[i] * answered[i] - squares[i]) }
    }
    let (difference, error) = MeanError.of(differences)
    let bound = standardErrors * error + rounding * (squares.max() ?? 1)
    return abs(difference) > bound
      ? ["the mean square of its answers is off that of its cases by \(decimalText(difference)), more than \(decimalText(bound))"] : []
  }

  @Sendable private static func features(_ subject: Subject) throws(ScenarioError) -> [String] {
    guard var response = response(subject), let form = response.affineFeatureForm, let model = Blocks.model(subject.scenario),
      let weights = model.rawPredictor?.weights
    else { return [] }
    var moved = Blocks.rows(subject.scenario, 0..<Blocks.count), expected = moved
    response.beginCycle(deployed: model)
    response.respond(features: &moved, deployed: model)
    form.apply(to: &expected, weights: weights)
    for j in 0..<weights.count {
      for (i, (value, wanted)) in zip(moved.features.column(j), expected.features.column(j)).enumerated()
      where abs(value - wanted) > rounding * max(1, abs(wanted)) {
        return ["'\(moved.schema.names[j])' of row \(i) is \(decimalText(value)), and \(decimalText(wanted)) by its affine form"]
      }
    }
    return []
  }

  @Sendable private static func twin(_ subject: Subject) throws(ScenarioError) -> [String] {
    let without = try subject.changing { $0.root["feedback"] = [] }
    let responding = Simulation.firstCycles(subject.scenario), silent = Simulation.firstCycles(without.scenario)
    let columns = subject.scenario.columns.filter { $0.hasPrefix("untouched_") || $0 == "best_loss" }
    for (record, expected) in zip(responding, silent) {
      for column in columns where record[column]?.bitPattern != expected[column]?.bitPattern {
        return ["\(column) of cycle \(record.cycle) is not what it is without a response, though the same model serves"]
      }
    }
    return []
  }
}

extension Simulation {
  /// Cycles 0 and 1: up to there the log has only untouched rows.
  fileprivate static func firstCycles(_ scenario: Scenario) -> [CycleRecord] {
    var simulation = Simulation(scenario)
    return simulation.run(cycles: 2)
  }
}
