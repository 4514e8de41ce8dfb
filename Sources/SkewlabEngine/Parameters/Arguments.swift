internal import OrderedCollections
public import SkewlabNumerics

/// What everything in one scenario is constructed with: the seed, the files, and the catalog for nested components.
public struct ConstructionContext: Sendable {
  /// The seed of every stream.
  public let seed: UInt64
  /// Cycles to serve; cycle 0 comes on top.
  public let cycles: Int
  /// Rows served in a cycle.
  public let rows: Int
  /// Tables read so far, shared by the arms of an experiment.
  public let tables: TableStore
  /// The folder that paths of data are relative to.
  public let folder: String?
  /// The kinds there are, for components that hold others.
  let catalog: Catalog
  /// The world, for every component but the world itself.
  public var world: (any World)?
  /// The world's features, for every component that comes after the shifts: some may be missing where a shift takes values away.
  public internal(set) var schema = Schema([])
  /// The pipeline's steps, for every component that comes after them.
  public internal(set) var steps: [PipelineStep] = []
  /// The features as the pipeline gives them, for every component that comes after it.
  public internal(set) var encodedFeatures: [String] = []
  /// The learner, for discrepancies.
  public internal(set) var learner: (any Learner)?
}

/// The checked arguments of one component: every parameter it declared, of the declared type and range, defaults filled in.
public struct Arguments: Sendable {
  /// The component's id.
  public let id: String
  /// The component's role.
  public let role: Role
  /// Where the scenario has it.
  public let path: DocumentPath
  /// Seed, sizes and files of the scenario.
  public let context: ConstructionContext
  let node: DocumentNode

  /// The value of a declared parameter.
  public subscript<Value>(parameter: Parameter<Value>) -> Value {
    guard let value = parameter.read(node[parameter.name] ?? parameter.defaultValue) else {
      preconditionFailure("the declaration of '\(parameter.name)' does not read what its type allows")
    }
    return value
  }

  /// Where the scenario has it, for messages.
  public var location: SourceLocation? { node.location }

  /// What the scenario gives for a parameter; `nil` when it is left to its default.
  public subscript<Value>(given parameter: Parameter<Value>) -> DocumentNode? { node[parameter.name] }

  /// The component that a parameter holds, with an id and random streams of its own: those that it would have in the section of its role.
  public func component(_ parameter: Parameter<DocumentNode>) throws(ScenarioError) -> Installed<any Component> {
    guard case .component(let role) = parameter.type else { preconditionFailure("'\(parameter.name)' holds no component") }
    return try context.catalog.make(role, from: self[parameter], path: path.appending(parameter.name), context: context)
  }

  /// An error at one of the parameters.
  public func error<Value>(_ reason: Problem.Reason, at parameter: Parameter<Value>) -> ScenarioError {
    let place = node[parameter.name]
    return ScenarioError(reason, path: path.appending(parameter.name), location: place?.location ?? node.location)
  }

  /// An error about a parameter's value: what is allowed instead.
  public func outOfRange<Value>(_ parameter: Parameter<Value>, allowed: String) -> ScenarioError {
    error(.outOfRange(node[parameter.name] ?? parameter.defaultValue ?? nil, allowed: allowed), at: parameter)
  }

  /// Refuses parameters that are given although nothing reads them, at the first.
  ///
  /// - Parameters:
  ///   - parameters: What may be needless.
  ///   - isRead: Whether they are read.
  ///   - reason: Why they are not, in words.
  ///   - other: What to write so that they are, such as `by: feature`.
  public func refuseGiven(
    _ parameters: any ParameterDeclaration..., unless isRead: Bool, because reason: String, write other: String
  ) throws(ScenarioError) {
    for parameter in parameters where !isRead {
      guard let given = node[parameter.name] else { continue }
      throw ScenarioError(
        .conflict(reason, advice: "leave it out, or write `\(other)`"), path: path.appending(parameter.name),
        location: given.location ?? node.location)
    }
  }

  /// The random stream `role/id/purpose/feature` of this component.
  ///
  /// Streams are keyed by name: what other components draw has no part in it.
  public func stream(_ purpose: String, feature: String? = nil) -> RandomStream {
    RandomStream(seed: context.seed, name: ([role.rawValue, id, purpose] + (feature.map { [$0] } ?? [])).joined(separator: "/"))
  }
}
