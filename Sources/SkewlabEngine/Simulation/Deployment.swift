/// What serves from a cycle on: a model, the code of either side, and what their steps learned.
///
/// There is one in the first cycle that a model serves, in every cycle in which other discrepancies act on the serving side than in the one before, and in every
/// cycle while one of them fits a step to the rows being served. Where discrepancies choose rows, it is about the steps of a row that all of its side's have chosen.
public struct Deployment: Sendable, Hashable {
  /// One learned number on both sides.
  public struct Value: Sendable, Hashable {
    /// The feature.
    public let feature: String
    /// What was learned of it.
    public let statistic: String
    /// What the training side has; `nil` where only the serving side learned it.
    public let training: Double?
    /// What the serving side has; `nil` where only the training side learned it.
    public let serving: Double?

    /// Whether both sides have it, and have the same to the last bit.
    public var agrees: Bool { training == serving || (training?.isNaN == true && serving?.isNaN == true) }
  }

  /// A step of either side.
  public struct Step: Sendable, Hashable {
    /// The step's id, or `pipeline.` and its position where several have that id. A step that a discrepancy added is `added:` and its kind; a step
    /// that a side runs again is followed by `#2`.
    public let name: String
    /// How many numbers a side learned; `nil` where that side does not run the step.
    public let trainingCount: Int?, servingCount: Int?
    /// What was learned, in the training side's order; what only the serving side has comes last.
    public let values: [Value]

    /// Whether both sides run it, and learned the same.
    public var agrees: Bool { trainingCount == servingCount && values.allSatisfy(\.agrees) }
  }

  /// The cycle at whose end the model was fitted.
  public let fittedIn: Int
  /// The ids of the discrepancies that acted on the training side when the model was fitted, in the order written.
  public let trainingVersion: [String]
  /// The ids of those that act on the serving side now.
  public let servingVersion: [String]
  /// The training side's steps, in order, then those that only the serving side runs.
  public let steps: [Step]

  /// Whether no discrepancy acts on either side, and both learned the same.
  public var agrees: Bool { trainingVersion.isEmpty && servingVersion.isEmpty && steps.allSatisfy(\.agrees) }
}

extension Deployment {
  /// A model as it serves in a cycle.
  init(_ model: DeployedModel, servedThrough pipeline: FittedPipeline, of scenario: Scenario, cycle: Int) {
    fittedIn = model.fittedIn
    trainingVersion = scenario.active(on: .training, cycle: model.fittedIn).map { scenario.discrepancies[$0].id }
    servingVersion = scenario.active(on: .serving, cycle: cycle).map { scenario.discrepancies[$0].id }
    let trained = scenario.activeSteps(on: .training, cycle: model.fittedIn), served = scenario.activeSteps(on: .serving, cycle: cycle)
    let training = scenario.named(model.trainingSide.complete, trained.complete), serving = scenario.named(pipeline, served.complete)
    let others = Dictionary(serving.map { ($0.name, $0.state) }, uniquingKeysWith: { first, _ in first })
    let names = Set(training.map(\.name))
    steps =
      training.map { Step($0.name, training: $0.state, serving: others[$0.name]) }
      + serving.filter { !names.contains($0.name) }.map { Step($0.name, training: nil, serving: $0.state) }
  }
}

extension Deployment.Step {
  fileprivate init(_ name: String, training: [FittedValue]?, serving: [FittedValue]?) {
    self.name = name
    trainingCount = training?.count
    servingCount = serving?.count
    struct Key: Hashable { let feature: String, statistic: String }
    func key(_ value: FittedValue) -> Key { Key(feature: value.feature, statistic: value.statistic) }
    func together(_ of: FittedValue, _ training: Double?, _ serving: Double?) -> Deployment.Value {
      Deployment.Value(feature: of.feature, statistic: of.statistic, training: training, serving: serving)
    }
    if training == serving {
      values = (training ?? []).map { together($0, $0.value, $0.value) }
      return
    }
    var others = Dictionary((serving ?? []).map { (key($0), $0.value) }, uniquingKeysWith: { first, _ in first })
    var values = (training ?? []).map { together($0, $0.value, others.removeValue(forKey: key($0))) }
    for value in serving ?? [] {
      if let own = others.removeValue(forKey: key(value)) { values.append(together(value, nil, own)) }
    }
    self.values = values
  }
}

extension Scenario {
  /// The indices of the discrepancies that act on a side in a cycle.
  func active(on side: Side, cycle: Int) -> [Int] {
    discrepancies.indices.filter {
      let scope = discrepancies[$0].component.scope
      return scope.isActive(on: side, cycle: cycle) && scope.share > 0
    }
  }

  /// The steps of a side with these step discrepancies, as ``Deployment/Step/name`` has it, and what they learned.
  fileprivate func named(_ fitted: FittedPipeline, _ active: [Int]) -> [(name: String, state: [FittedValue])] {
    var times: [String: Int] = [:]
    return zip((sidePipelines[active] ?? pipeline).origins, fitted.steps).map { step, fitted in
      let name =
        if let position = step.position {
          steps.count { $0.id == step.id } == 1 ? step.id : "pipeline.\(position)"
        } else {
          "added:\(step.kind)"
        }
      let time = times[name, default: 0] + 1
      times[name] = time
      return (time == 1 ? name : "\(name)#\(time)", fitted.state)
    }
  }
}
