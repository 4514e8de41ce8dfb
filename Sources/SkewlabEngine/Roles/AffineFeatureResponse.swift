public import SkewlabNumerics

/// x′ = x + Fθ for every row, with θ the deployed weights on the raw features (intercept not counted).
public struct AffineFeatureResponse: Sendable, Hashable {
  /// F, features × features.
  public var gain: Matrix

  /// An affine move of the features.
  public init(gain: Matrix) { self.gain = gain }

  /// Moves the features of a block, all by Fθ.
  public func apply(to rows: inout Rows, weights: [Double]) {
    let move = gain.times(weights)
    for (j, step) in move.enumerated() where step != 0 {
      rows.withFeature(j) { x in for i in x.indices { x[i] += step } }
    }
  }
}

/// One of the ways in which a response moves features: x′ = x + Fθ + u, with θ the deployed weights on the raw features and u noise of mean 0, independent of all else.
public struct AffineFeatureCase: Sendable, Hashable {
  /// The share of rows that it happens to, each row by itself.
  public var probability: Double
  /// F, features × features.
  public var gain: Matrix
  /// The covariance of u, features × features; `nil` without noise.
  public var noise: Matrix?

  /// A case; the default is one without noise that happens to every row.
  public init(gain: Matrix, probability: Double = 1, noise: Matrix? = nil) {
    self.gain = gain
    self.probability = probability
    self.noise = noise
  }
}
