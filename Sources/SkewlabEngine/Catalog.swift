internal import OrderedCollections

/// The kinds that scenarios can name, by role.
///
/// A library's user adds a kind of his own without touching ours:
/// ```swift
/// let catalog = Catalog.standard.adding(MyResponse.self)
/// ```
public struct Catalog: Sendable {
  private var types: [Role: OrderedDictionary<String, any Component.Type>] = [:]

  /// A catalog of these kinds. Two of one role may not share a name.
  public init(_ types: [any Component.Type]) {
    for type in types { add(type) }
  }

  /// The catalog with more kinds. A kind of the same role and name is replaced.
  public func adding(_ more: any Component.Type...) -> Catalog {
    var catalog = self
    for type in more { catalog.types[type.role, default: [:]][type.kind] = type }
    return catalog
  }

  private mutating func add(_ type: any Component.Type) {
    precondition(types[type.role]?[type.kind] == nil, "two kinds of \(type.role) are named '\(type.kind)'")
    types[type.role, default: [:]][type.kind] = type
  }

  /// The kinds of a role, in the order of its list.
  public func kinds(of role: Role) -> [any Component.Type] { types[role].map { Array($0.values) } ?? [] }

  /// Every kind with this name; the same name may stand in several roles.
  public func kinds(named name: String) -> [any Component.Type] { Role.allCases.compactMap { types[$0]?[name] } }

  /// Every kind, role by role.
  public var allKinds: [any Component.Type] { Role.allCases.flatMap { kinds(of: $0) } }

  /// The parameters a kind has in a scenario: its own, and those of its role.
  public static func parameters(of type: any Component.Type) -> [any ParameterDeclaration] {
    var parameters = type.parameters
    if type.role == .detector { parameters.append(Signal.parameter) }
    if type.role.isList, type.role != .metric { parameters.append(id) }
    if type.role.carriesCause {
      parameters.append(
        Parameter<Cause>.choice(
          "cause", default: type.defaultCause ?? .dataHandling, about: "the cause that its effect counts for"))
    }
    return parameters
  }

  private static let id = Parameter.text(
    "id", default: "the kind", about: "names its random streams and tells it apart; required when a kind stands twice")

  /// Makes one component from its node: a map with `kind`, or a bare kind, or for retraining, whose kind may be
  /// left out, a map with a key named like a kind (`{every: 2}`), or else `every`.
  func make(
    _ role: Role, from written: DocumentNode, path: DocumentPath, context: ConstructionContext
  ) throws(ScenarioError) -> Installed<any Component> {
    var node = try expanded(written, role: role, path: path)
    guard let kindNode = node["kind"] else {
      throw ScenarioError(
        .missingKey("kind", type: "one of \(kinds(of: role).map { $0.kind }.joined(separator: ", "))"), path: path, location: node.location)
    }
    guard let kind = kindNode.text else {
      throw ScenarioError(.wrongType(expected: "text", found: kindNode), path: path.appending("kind"), location: kindNode.location)
    }
    guard let type = types[role]?[kind] else {
      throw ScenarioError(
        .unknownKind(kind, role: role.rawValue, allowed: kinds(of: role).map { $0.kind }), path: path, location: kindNode.location)
    }
    var problems: [Problem] = []
    let parameters = Self.parameters(of: type)
    let allowed = ["kind"] + parameters.map(\.name)
    for (key, value) in node.entries ?? [:] where !allowed.contains(key) {
      problems.append(Problem(.unknownKey(key, allowed: allowed), path: path, location: value.keyLocation ?? value.location))
    }
    for parameter in parameters {
      guard let written = node[parameter.name] else {
        if parameter.isRequired {
          problems.append(Problem(.missingKey(parameter.name, type: parameter.type.description), path: path, location: node.location))
        }
        continue
      }
      let value = parameter.type.normalized(written)
      if value != written { node[parameter.name] = value }
      do { try parameter.type.check(value, at: path.appending(parameter.name)) } catch { problems += error.problems }
    }
    if !problems.isEmpty { throw ScenarioError(problems) }
    let id = node["id"]?.text ?? kind
    if id.isEmpty || id.contains(where: { $0 == "/" || $0.isNewline }) {
      throw ScenarioError(
        .outOfRange(.string(id), allowed: "a name without slashes and line breaks"), path: path.appending("id"),
        location: node["id"]?.location)
    }
    let arguments = Arguments(id: id, role: role, path: path, context: context, node: node)
    let cause = type.role.carriesCause ? node["cause"]?.text.flatMap(Cause.init(rawValue:)) ?? type.defaultCause ?? .dataHandling : nil
    return Installed(id: id, cause: cause, path: path, component: try type.init(arguments))
  }

  /// The ids of a component and of those of the same role that it holds: streams go by them, so that each may be there once.
  func ids(_ role: Role, of written: DocumentNode, path: DocumentPath) -> [(id: String, path: DocumentPath, node: DocumentNode)] {
    guard let node = try? expanded(written, role: role, path: path), let kind = node["kind"]?.text else { return [] }
    let parameters = types[role]?[kind].map(Self.parameters(of:)) ?? []
    var all = [(id: node["id"]?.text ?? kind, path: path, node: node)]
    for parameter in parameters where parameter.type == .component(role) {
      if let inner = node[parameter.name] { all += ids(role, of: inner, path: path.appending(parameter.name)) }
    }
    return all
  }

  /// A component's node in full: a map with `kind`.
  func expanded(_ node: DocumentNode, role: Role, path: DocumentPath) throws(ScenarioError) -> DocumentNode {
    switch node.value {
    case .string: return DocumentNode(.map(["kind": node]), at: node.location)
    case .map(let entries) where entries["kind"] == nil:
      guard role == .retraining else { return node }
      let kind = entries.keys.first { types[role]?[$0] != nil } ?? "every"
      var node = node
      node["kind"] = DocumentNode(.string(kind), at: entries[kind]?.keyLocation)
      return node
    case .map: return node
    default:
      throw ScenarioError(.wrongType(expected: "a kind, or a map with one", found: node), path: path, location: node.location)
    }
  }
}
