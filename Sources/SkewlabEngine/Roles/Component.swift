internal import OrderedCollections
/// A kind of something that a scenario can name: the common part of every role.
///
/// A kind is one file and one line in its role's list. It declares its parameters once; that declaration checks scenarios, fills defaults,
/// and becomes `list`, `describe`, the JSON Schema and the documentation. `init` gets arguments that have passed all those checks.
///
/// ### Contract
/// - A component is a value. What it knows is fixed at construction; it has no ambient state, reads no clock and no global generator.
/// - Randomness comes from streams made at construction with ``Arguments/stream(_:feature:)`` and read at (replicate, cycle, row, draw): the
///   same position gives the same number, in whatever order or chunks the rows are visited.
/// - A number that cannot be right is refused in `init`, with a ``ScenarioError`` that names the place; after that nobody checks again.
public protocol Component: Sendable {
  /// The role, given by the protocol of the role.
  static var role: Role { get }
  /// The name in a scenario: lower case, words joined by hyphens, unique in the role.
  static var kind: String { get }
  /// One line: what it does.
  static var summary: String { get }
  /// The exact definition: mathematics, units, ranges, edge cases.
  static var definition: String { get }
  /// Where the definition comes from; empty where it is ours.
  static var source: String { get }
  /// The parameters, in the order that `describe` shows them.
  static var parameters: [any ParameterDeclaration] { get }
  /// The cause it carries unless the scenario says otherwise; only for roles that can hurt.
  static var defaultCause: Cause? { get }
  /// Parameters that make an instance, for `describe` and the conformance checks. `kind` is added.
  static var example: DocumentNode { get }
  /// Conformance checks that the kind cannot pass, each with its reason; ideally none.
  static var conformanceSkips: [ConformanceSkip] { get }

  /// An instance with these arguments, all of the declared types and ranges.
  init(_ arguments: Arguments) throws(ScenarioError)
}

extension Component {
  /// No published source.
  public static var source: String { "" }
  /// No parameters.
  public static var parameters: [any ParameterDeclaration] { [] }
  /// No cause.
  public static var defaultCause: Cause? { nil }
  /// No parameters: the defaults make an instance.
  public static var example: DocumentNode { [:] }
  /// None.
  public static var conformanceSkips: [ConformanceSkip] { [] }

  /// The example with its kind.
  public static var fullExample: DocumentNode {
    var node: DocumentNode = ["kind": DocumentNode(stringLiteral: kind)]
    for (key, value) in example.entries ?? [:] { node[key] = value }
    return node
  }
}

/// A component in a scenario: with its id, which names its random streams, and the cause it counts for.
public struct Installed<Kind: Sendable>: Sendable {
  /// The id, unique in its role; the kind unless given.
  public let id: String
  /// The cause it counts for; `nil` for roles that cannot hurt.
  public let cause: Cause?
  /// Where the scenario has it.
  public let path: DocumentPath
  /// The component.
  public var component: Kind
}
