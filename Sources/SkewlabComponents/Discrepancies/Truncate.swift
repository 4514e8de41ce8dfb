public import SkewlabEngine

/// Discrepancy `truncate`: one side cuts values to a grid.
public struct Truncate: StepDiscrepancy {
  /// How values come to the grid.
  public enum Rule: String, Sendable, CaseIterable {
    /// Down.
    case floor
    /// To the nearest multiple, ties away from zero.
    case round
  }

  /// `truncate`.
  public static let kind = "truncate"
  /// One line.
  public static let summary = "values are cut or rounded to a grid"
  /// The definition.
  public static let definition = """
    Before the pipeline, x becomes ⌊x/Δ⌋·Δ, or the multiple of Δ nearest to x. A value on the grid (x/Δ is whole within two units in its last place) is not changed. Where Δ is not large beside the spread of x, floor costs about w²Δ²/3 and rounding w²Δ²/12. Missing stays missing.
    """
  /// Other code.
  public static let defaultCause: Cause? = .reimplementation
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, grid, rule] + DiscrepancyScope.parameters
  static let features = Parameter.features(about: "the numeric features; all unless given")
  static let grid = Parameter.number("grid", default: 1, in: .above(0), about: "Δ, in the feature's own unit")
  static let rule = Parameter<Rule>.choice("rule", default: .floor, about: "how values come to the grid")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let change: RecodedFeatures

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    let grid = arguments[Self.grid]
    _ = try arguments.sourceColumns(Self.features, requirement: "numeric") { $0.isNumeric }
    change = RecodedFeatures(arguments[Self.features], arguments[Self.rule] == .floor ? .floor(grid: grid) : .round(grid: grid))
  }

  /// The grid first.
  public func alter(_ steps: [PipelineStep]) -> [PipelineStep] { [PipelineStep(change)] + steps }
}
