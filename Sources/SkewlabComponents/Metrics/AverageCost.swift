public import SkewlabEngine

/// Metric `average-cost`: what staleness and refits cost per cycle.
public struct AverageCost: Metric {
  /// `average-cost`.
  public static let kind = "average-cost"
  /// One line.
  public static let summary = "mean excess loss so far plus the cost of the fits, per cycle"
  /// The definition.
  public static let definition = """
    (Σ_{s≤t} excess_loss(s) + refit-cost·F_t)/t in cycle t ≥ 1, F_t the models fitted before it, that of cycle 0 included. With a refit every T cycles and t a multiple of T that is refit-cost/T plus the mean excess loss: staleness against \
    the price of freshness. There where there is a best predictor to compare with.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [refitCost]
  static let refitCost = Parameter.number(
    "refit-cost", default: 0, in: .atLeast(0),
    about: "the cost of one fit, in units of the loss of one cycle; 0 gives the mean excess loss so far")

  private let refitCost: Double

  /// Reads the parameter.
  public init(_ arguments: Arguments) { refitCost = arguments[Self.refitCost] }

  /// One column, where there is a best predictor.
  public func columns(for traits: MeasurementTraits) -> [String] { traits.hasBest ? ["average_cost"] : [] }

  /// The cost per cycle so far.
  public func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] {
    guard traits.hasBest else { return [] }
    guard let excess = cycle.excessSoFar else { return [nil] }
    return [(excess.sum + refitCost * Double(cycle.fits)) / Double(excess.cycles)]
  }
}
