public import SkewlabEngine

/// Metric `parameter-distance`: how far the deployed weights are from the best ones.
public struct ParameterDistance: Metric {
  /// `parameter-distance`.
  public static let kind = "parameter-distance"
  /// One line.
  public static let summary = "Euclidean distance of the deployed weights to the best ones"
  /// The definition.
  public static let definition = """
    ‖w − w_best‖₂ on the raw features, intercept not counted, w the weights serving in the cycle and w_best those of the best predictor of the twin (see `loss`). There \
    where the population is known and the pipeline is affine.
    """

  /// No parameters.
  public init(_ arguments: Arguments) {}

  /// One column, where both are known.
  public func columns(for traits: MeasurementTraits) -> [String] { traits.hasRawParameters ? ["parameter_distance"] : [] }

  /// The distance.
  public func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] {
    guard traits.hasRawParameters else { return [] }
    guard let model = cycle.model?.rawPredictor, let best = cycle.bestPredictor else { return [nil] }
    let gap = zip(model.weights, best.weights).map { $0 - $1 }
    return [dot(gap, gap).squareRoot()]
  }
}
