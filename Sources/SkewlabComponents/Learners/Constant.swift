public import SkewlabEngine
internal import SkewlabNumerics

/// Learner `constant`: the mean outcome, whatever the features.
public struct Constant: Learner {
  /// `constant`.
  public static let kind = "constant"
  /// One line.
  public static let summary = "predicts the mean outcome of the window"
  /// The definition.
  public static let definition =
    "ŷ = ȳ, the weighted mean outcome of the window; every weight is zero. The baseline that any model has to beat."

  /// No parameters.
  public init(_ arguments: Arguments) {}

  /// The mean.
  public func fit(_ data: TrainingData) throws(FitError) -> LinearFit {
    let outcome = data.moments.dimension - 1
    guard data.moments.weight > 0 else { throw .noRows }
    guard data.moments.mean[outcome].isFinite else { throw .notFinite(feature: "the outcome") }
    return LinearFit(predictor: LinearPredictor(intercept: data.moments.mean[outcome], weights: Array(repeating: 0, count: outcome)))
  }
}
