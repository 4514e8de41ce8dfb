public import SkewlabEngine

/// Discrepancy `dropped-rows`: the log loses rows.
public struct DroppedRows: LogDiscrepancy {
  /// `dropped-rows`.
  public static let kind = "dropped-rows"
  /// One line.
  public static let summary = "the log loses a share of its rows, at random or by outcome"
  /// The definition.
  public static let definition = """
    Each logged row that qualifies is touched with probability `share`, by a random number of its own. A row that is lost does not count in what training reads. With `outcomes: above` or `below` only rows whose outcome lies \
    above or below `threshold` qualify: the label then decides what is learned from.
    """
  /// Different handling of data.
  public static let defaultCause: Cause? = .dataHandling
  /// The parameters.
  public static let parameters = QualifyingRows.parameters

  private let rows: QualifyingRows

  /// Where and when it acts.
  public var scope: DiscrepancyScope { rows.scope }

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) { rows = try QualifyingRows(arguments, losesRows: true) }

  /// Multiplies the weights of the rows it touches by 0.
  public func alter(_ rows: inout Rows, weights: inout [Double]) { self.rows.multiply(&weights, of: rows, by: 0) }
}
