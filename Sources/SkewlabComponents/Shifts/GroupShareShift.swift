public import SkewlabEngine
public import SkewlabNumerics

/// Shift `group-share`: one group of rows becomes more frequent.
public struct GroupShareShift: Shift {
  /// `group-share`.
  public static let kind = "group-share"
  /// One line.
  public static let summary = "a group of rows becomes more, or less, frequent"
  /// The definition.
  public static let definition = """
    In cycle t the share of a world's group is higher by change·v(t), and the other groups' shares are lower in proportion; what rows of a group are like stays. Changes of several groups hold together. As many rows as \
    possible keep their group. A share outside 0…1 in any cycle is refused. In a table, a group is a level of a text feature: see `category-frequency`.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [group, change, Profile.parameter]
  static let group = Parameter.text("group", about: "the name of the group")
  static let change = Parameter.number("change", in: .between(-1, 1), about: "what is added to its share where the profile is 1")
  /// More of the minority.
  public static let example: DocumentNode = ["group": "minority", "change": 0.3]

  /// The groups' shares.
  public let changes: Set<WorldConditions.Change> = [.groupShare]
  private let index: Int
  private let change: ProfiledChange

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    let world = arguments.context.world, name = arguments[Self.group]
    if let refusal = world?.refusal(of: [.groupShare]) { throw ScenarioError(refusal, path: arguments.path, location: arguments.location) }
    guard let index = world?.groups.firstIndex(of: name) else {
      throw arguments.error(.unknownName(name, what: "group", known: world?.groups ?? []), at: Self.group)
    }
    self.index = index
    change = try ProfiledChange(Self.change, of: arguments)
  }

  /// Changes the share.
  public func apply(to conditions: inout WorldConditions, at position: RandomStream.Position) {
    conditions.addToShare(of: .group(index), change.value(at: position))
  }
}

extension WorldConditions {
  /// Adds to a share; nothing is no change.
  mutating func addToShare(of part: Part, _ amount: Double) {
    if amount != 0 { shareOffsets[part, default: 0] += amount }
  }
}
