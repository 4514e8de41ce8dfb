public import SkewlabEngine
public import SkewlabNumerics

/// Shift `label-share`: one of two outcomes becomes more frequent.
public struct LabelShareShift: Shift {
  /// `label-share`.
  public static let kind = "label-share"
  /// One line.
  public static let summary = "outcomes 1 become more, or less, frequent: label shift"
  /// The definition.
  public static let definition = """
    In cycle t the share of outcomes that are 1 is higher by change·v(t), for a world whose outcomes are 0 or 1. Rows are weighted by their label alone: features given the label stay as they are (label shift, or prior \
    probability shift), so that the probability of a 1 given the features changes. As many rows as possible stay. A share outside 0…1 in any cycle is refused, and in a gaussian world one outside 0.001…0.999.
    """
  /// The source.
  public static let source =
    "M. Saerens, P. Latinne, C. Decaestecker, Adjusting the outputs of a classifier to new a priori probabilities, Neural Computation 14(1), 2002"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [change, Profile.parameter]
  static let change = Parameter.number("change", in: .between(-1, 1), about: "what is added to the share of 1s where the profile is 1")
  /// A fifth more.
  public static let example: DocumentNode = ["change": 0.2]

  /// The share of labels.
  public let changes: Set<WorldConditions.Change> = [.labelShare]
  private let change: ProfiledChange

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) { change = try ProfiledChange(Self.change, of: arguments) }

  /// Changes the share.
  public func apply(to conditions: inout WorldConditions, at position: RandomStream.Position) {
    conditions.addToShare(of: .label, change.value(at: position))
  }
}
