/// One of the ways in which a response treats an outcome: y′ = form(y, ŷ, x, θ) + (deviation + relativeDeviation·RMSE)·ζ, with ζ of mean 0 and variance 1, and RMSE the root mean squared
/// residual of the deployed model on the rows it was fitted on.
public struct AffineCase: Sendable, Hashable {
  /// The share of rows that it happens to.
  public var probability: Double
  /// What it does.
  public var form: AffineResponse
  /// The standard deviation of what it adds, on the model's scale.
  public var deviation: Double
  /// The same in RMSE of the deployed model.
  public var relativeDeviation: Double

  /// A case; the default is one without noise that happens to every row.
  public init(_ form: AffineResponse, probability: Double = 1, deviation: Double = 0, relativeDeviation: Double = 0) {
    self.form = form
    self.probability = probability
    self.deviation = deviation
    self.relativeDeviation = relativeDeviation
  }
}
