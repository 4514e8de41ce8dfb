/// How a slow world remembers: in cycle t it shows, of the effects e(θ) that ``response`` would have under each model that served so far, a weighted mean.
public struct ResponseMemory: Sendable {
  /// The weights of the models.
  public enum Law: Sendable, Hashable {
    /// e_t = (1−δ)e_{t−1} + δ·e(θ_t), e_0 = 0: δ(1−δ)^a for the model that served a cycles ago. δ = 1 is no memory.
    case geometric(rate: Double)
    /// e_t = e(θ_{t−k}), 0 in cycles up to k: the model that served k cycles ago alone.
    case delay(cycles: Int)

    /// The weights of the effects of the models that served in the last so many cycles, the present one's first. Those below 2⁻⁶⁰, and all before them, are left out.
    public func weights(_ count: Int) -> [Double] {
      switch self {
      case .geometric(let rate):
        var weights: [Double] = [], weight = rate
        while weights.count < count, weight >= 0x1p-60 {
          weights.append(weight)
          weight *= 1 - rate
        }
        return weights
      case .delay(let cycles): return (0..<min(count, cycles + 1)).map { $0 == cycles ? 1 : 0 }
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
