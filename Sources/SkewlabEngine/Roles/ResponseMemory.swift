/// How a slow world remembers: in cycle t it shows, of the effects e(θ) that ``response`` would have under each model that served so far, a weighted mean.
public struct ResponseMemory: Sendable {
  /// The weights of the models.
  public enum Law: Sendable, Hashable {
    /// e_t = (1−δ)e_{t−1} + δ·e(θ_t), e_0 = 0: δ(1−δ)^a for the model that served a cycles ago. δ = 1 is no memory.
    case geometric(rate: Double)
    /// e_t = e(θ_{t−k}), 0 in cycles up to k: the model that served k cycles ago alone.
    case delay(cycles: Int)

    /// The weight of the effect of the model that served so many cycles ago.
    public func weight(age: Int) -> Double {
      switch self {
      case .geometric(let rate): (0..<age).reduce(rate) { weight, _ in weight * (1 - rate) }
      case .delay(let cycles): age == cycles ? 1 : 0
      }
    }
  }

  /// The weights.
  public var law: Law
  /// The response to one model.
  public var response: any Response

  /// A memory of a response.
  public init(law: Law, response: any Response) {
    self.law = law
    self.response = response
  }
}
