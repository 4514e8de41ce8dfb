/// The chi-squared law.
public struct ChiSquared: Sendable, Hashable {
  /// k > 0.
  public let degreesOfFreedom: Double

  /// The law with k degrees of freedom.
  public init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0 && degreesOfFreedom.isFinite, "degrees of freedom must be positive and finite")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// P(X ≤ x) = P(k/2, x/2); 0 for negative x.
  public func cdf(_ x: Double) -> Double { Gamma.lowerRegularized(0.5 * degreesOfFreedom, 0.5 * max(0, x)) }

  /// P(X > x) without cancellation.
  public func survival(_ x: Double) -> Double { Gamma.upperRegularized(0.5 * degreesOfFreedom, 0.5 * max(0, x)) }
}
