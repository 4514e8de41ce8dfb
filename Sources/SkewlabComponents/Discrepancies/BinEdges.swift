public import SkewlabEngine

/// Discrepancy `bin-edges`: one side closes its bins on the other side.
public struct BinEdges: StepDiscrepancy {
  /// `bin-edges`.
  public static let kind = "bin-edges"
  /// One line.
  public static let summary = "bins that are closed on the other side"
  /// The definition.
  public static let definition = """
    The side's `bin` step has this `closed`: a value that lies on an edge belongs to the bin on its left (`right`) or on its right (`left`). Only values on an edge are touched: counts, years, prices, and the least and greatest of a window.
    """
  /// Other code.
  public static let defaultCause: Cause? = .reimplementation
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, closed] + DiscrepancyScope.parameters
  static let step = StepSelection.parameter(about: "the step; the only one that suits unless given")
  static let closed = Parameter<Bin.Closed>.choice("closed", default: .right, about: "the side on which an edge belongs to a bin")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let position: Int?
  private let closed: Bin.Closed

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments, isWhole: true)
    position = try arguments[Self.step].step(of: arguments, at: Self.step, kinds: [Bin.kind]).position
    closed = arguments[Self.closed]
  }

  /// Another version fits for itself.
  public var fitsOwnState: Bool { true }

  /// The step in the other version.
  public func alter(_ steps: [PipelineStep]) throws(ScenarioError) -> [PipelineStep] {
    try steps.setting([("closed", .string(closed.rawValue))], at: position)
  }
}
