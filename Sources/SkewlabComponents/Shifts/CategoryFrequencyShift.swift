public import SkewlabEngine
public import SkewlabNumerics

/// Shift `category-frequency`: a level of a text feature becomes more frequent.
public struct CategoryFrequencyShift: Shift {
  /// `category-frequency`.
  public static let kind = "category-frequency"
  /// One line.
  public static let summary = "a level of a text feature becomes more, or less, frequent"
  /// The definition.
  public static let definition = """
    In cycle t the share of rows with a level of a text feature is higher by change·v(t), and that of the feature's other levels lower in proportion. Changes of several levels hold together. As many rows as possible keep \
    their level. In a table whole rows are weighted, so that what goes with the level moves too. A share outside 0…1 in any cycle is refused, and so is exactly 0 or 1 in a table.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [feature, level, change, Profile.parameter]
  static let feature = Parameter.text("feature", about: "the text feature")
  static let level = Parameter.text("level", about: "its level")
  static let change = Parameter.number("change", in: .between(-1, 1), about: "what is added to the level's share where the profile is 1")
  /// More orders from the shop.
  public static let example: DocumentNode = ["feature": "channel", "level": "shop", "change": 0.3]

  /// The levels' frequencies.
  public let changes: Set<WorldConditions.Change> = [.categoryFrequency]
  private let part: WorldConditions.Part
  private let change: ProfiledChange

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    let schema = arguments.context.world?.schema ?? Schema([]), name = arguments[Self.level]
    let index = try arguments.featureIndex(arguments[Self.feature], at: Self.feature, in: schema, requirement: "text") { !$0.isNumeric }
    guard case .categorical(let levels) = schema.columns[index].type, let code = levels.firstIndex(of: name) else {
      let known: [String] = if case .categorical(let levels) = schema.columns[index].type { levels } else { [] }
      throw arguments.error(.unknownName(name, what: "level", known: known), at: Self.level)
    }
    part = .level(feature: index, level: code)
    change = try ProfiledChange(Self.change, of: arguments)
  }

  /// Changes the frequency.
  public func apply(to conditions: inout WorldConditions, at position: RandomStream.Position) {
    conditions.addToShare(of: part, change.value(at: position))
  }
}
