public import SkewlabEngine

/// Discrepancy `bin-edges`: one side closes its bins on the other side, or rounds their edges.
public struct BinEdges: StepVersion {
  /// `bin-edges`.
  public static let kind = "bin-edges"
  /// One line.
  public static let summary = "bins that are closed on the other side, or whose edges are rounded"
  /// The definition.
  public static let definition = """
    The side's `bin` step has this `closed`: a value that lies on an edge belongs to the bin on its left (`right`) or on its right (`left`). Only values on an edge are touched: counts, years, prices, and the least and greatest of a window. \
    With `decimals` its edges are rounded to so many decimals, as a table of edges that was printed and typed in: values between an edge and the rounded one are touched.
    """
  /// Other code.
  public static let defaultCause: Cause? = .reimplementation
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, closed, decimals] + DiscrepancyScope.parameters
  static let closed = Parameter<Bin.Closed?>(
    "closed", type: .choice(Bin.Closed.allCases.map(\.rawValue)),
    about: "the side on which an edge belongs to a bin; `right` unless given, or the step's own where `decimals` is given"
  ) { .some($0?.text.flatMap(Bin.Closed.init(rawValue:))) }
  static let decimals = Parameter.optionalInteger(
    "decimals", in: -15...15, about: "the decimals that edges are rounded to, negative for tens and hundreds; not rounded unless given")

  /// Edges that were printed with one decimal.
  public static let example: DocumentNode = ["decimals": 1]

  let version: OtherVersion
  static let stepKinds = [Bin.kind]

  static func changes(_ arguments: Arguments, to step: PipelineStep) -> OtherVersion.Changes {
    let decimals = arguments[Self.decimals], closed = arguments[Self.closed] ?? (decimals == nil ? .right : nil)
    return (closed.map { [("closed", .string($0.rawValue))] } ?? []) + (decimals.map { [("decimals", .integer($0))] } ?? [])
  }
}
