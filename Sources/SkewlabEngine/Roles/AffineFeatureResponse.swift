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
