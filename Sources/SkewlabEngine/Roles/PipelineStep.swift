/// A step of a side's pipeline: what a discrepancy of site `step` leaves, changes, moves or repeats.
public struct PipelineStep: Sendable {
  /// The transform.
  public let component: any Transform
  /// The step's id; the kind unless the scenario says otherwise. Empty for a step that a discrepancy added.
  public let id: String
  /// Which step of the scenario's pipeline it is, from 0; `nil` for one that a discrepancy added.
  public let position: Int?
  /// Whether a discrepancy changed its parameters, or added it.
  let isAltered: Bool
  /// Whether it is the step of its position once more, with the same state.
  private(set) var isRepeat = false
  private let node: DocumentNode
  private let make: (@Sendable (DocumentNode) throws(ScenarioError) -> any Transform)?

  /// A step that the scenario does not have.
  public init(_ component: any Transform) {
    self.init(component: component, id: "", position: nil, isAltered: true, node: [:], make: nil)
  }

  init(
    component: any Transform, id: String, position: Int?, isAltered: Bool = false, node: DocumentNode,
    make: (@Sendable (DocumentNode) throws(ScenarioError) -> any Transform)?
  ) {
    self.component = component
    self.id = id
    self.position = position
    self.isAltered = isAltered
    self.node = node
    self.make = make
  }

  /// The kind of its transform.
  public var kind: String { type(of: component).kind }

  /// What the scenario gives for a parameter; `nil` when it is left to its default.
  public func argument(_ name: String) -> DocumentNode? { node[name] }

  /// The same step with other parameters, checked as the scenario's own are.
  func setting(_ parameters: [(name: String, value: DocumentNode)]) throws(ScenarioError) -> PipelineStep {
    guard let make else { preconditionFailure("a step that a discrepancy added has no parameters in the scenario") }
    var node = node
    for (name, value) in parameters { node[name] = value }
    var step = PipelineStep(component: try make(node), id: id, position: position, isAltered: true, node: node, make: make)
    step.isRepeat = isRepeat
    return step
  }

  /// The same step with another transform.
  public func with(_ component: any Transform) -> PipelineStep {
    var step = PipelineStep(component: component, id: id, position: position, isAltered: true, node: node, make: make)
    step.isRepeat = isRepeat
    return step
  }

  /// The step once more, with the state that it has the first time; it has to give the columns that it gets.
  public func repeated() -> PipelineStep {
    var step = self
    step.isRepeat = true
    return step
  }
}

/// The step that a discrepancy acts on.
public struct StepTarget: Sendable {
  /// The step as the scenario has it.
  public let step: PipelineStep
  /// The discrepancy, for messages.
  let path: DocumentPath, location: SourceLocation?

  /// Whether a side's step is the one meant.
  public func matches(_ other: PipelineStep) -> Bool { step.position == other.position }
}

extension [PipelineStep] {
  /// The steps with others in the place of the target. An error where an earlier discrepancy has replaced the target or left it out: this one would do nothing.
  public func replacing(
    _ target: StepTarget, by change: (PipelineStep) throws(ScenarioError) -> [PipelineStep]
  ) throws(ScenarioError) -> [PipelineStep] {
    _ = try index(of: target)
    var steps: [PipelineStep] = []
    for step in self { steps += target.matches(step) ? try change(step) : [step] }
    return steps
  }

  /// The steps with other parameters of the target, checked as the scenario's own are; what is wrong with them is said at the discrepancy.
  public func setting(
    _ parameters: [(name: String, value: DocumentNode)], at target: StepTarget
  ) throws(ScenarioError) -> [PipelineStep] {
    try replacing(target) { step throws(ScenarioError) in
      do throws(ScenarioError) { return [try step.setting(parameters)] } catch {
        throw ScenarioError(
          error.problems.map {
            Problem($0.reason, path: $0.path.steps.last.map(target.path.appending) ?? target.path, location: target.location)
          })
      }
    }
  }

  /// Where the target stands; an error as in ``replacing(_:by:)``.
  public func index(of target: StepTarget) throws(ScenarioError) -> Int {
    guard let index = firstIndex(where: target.matches) else {
      throw ScenarioError(
        .conflict(
          "a discrepancy written before has replaced or left out the step '\(target.step.id)' that this acts on",
          advice: "write this one first, or remove one of them"),
        path: target.path, location: target.location)
    }
    return index
  }
}

/// Which step of the pipeline a discrepancy acts on: an id or kind, or a position from 0.
public struct StepSelection: Sendable {
  private let node: DocumentNode?

  /// The parameter: by default the only step that suits.
  public static func parameter(_ name: String = "step", about: String) -> Parameter<StepSelection> {
    Parameter(name, type: .either([.text, .integer(0...1_000_000)]), about: about) { StepSelection(node: $0) }
  }

  /// The step meant.
  ///
  /// - Parameters:
  ///   - arguments: Those of the discrepancy.
  ///   - parameter: The parameter that this was read from.
  ///   - kinds: The kinds that suit; every kind when empty.
  public func step(
    of arguments: Arguments, at parameter: Parameter<StepSelection>, kinds: [String] = []
  ) throws(ScenarioError) -> StepTarget {
    let steps = arguments.context.steps
    let suitable = steps.filter { kinds.isEmpty || kinds.contains($0.kind) }
    let what = kinds.isEmpty ? "step" : "step of kind \(kinds.joined(separator: " or "))"
    guard !suitable.isEmpty else {
      throw ScenarioError(
        .conflict("this needs a \(what), and the pipeline has none", advice: "add one to `pipeline`, or remove the discrepancy"),
        path: arguments.path, location: arguments.location)
    }
    let allowed = suitable.map { step in
      suitable.count { $0.id == step.id } == 1 ? step.id : String(step.position ?? 0)
    }.joined(separator: ", ")
    let found: [PipelineStep]
    switch (node, node?.integer, node?.text) {
    case (nil, _, _): found = suitable
    case (_, let position?, _): found = suitable.filter { $0.position == position }
    case (_, _, let name?): found = suitable.filter { $0.id == name || $0.kind == name }
    default: found = []
    }
    guard let step = found.first, found.count == 1 else {
      if node == nil {
        throw ScenarioError(
          .conflict("the pipeline has several steps that this could act on", advice: "say which with `\(parameter.name)`: \(allowed)"),
          path: arguments.path, location: arguments.location)
      }
      throw arguments.outOfRange(parameter, allowed: "one of \(allowed)")
    }
    return StepTarget(step: step, path: arguments.path, location: arguments.location)
  }
}
