/// The Poisson law.
public struct Poisson: Sendable, Hashable {
  /// m ≥ 0.
  public let mean: Double

  /// The law with mean m.
  public init(mean: Double) {
    precondition(mean >= 0 && mean.isFinite, "the mean must be finite and not negative")
    self.mean = mean
  }

  /// P(X = k).
  public func probability(_ k: Int) -> Double {
    guard k >= 0 else { return 0 }
    return mean == 0 ? (k == 0 ? 1 : 0) : SaddlePoint.poisson(Double(k), mean: mean)
  }

  /// P(X ≤ k) = Q(k + 1, m).
  public func cdf(_ k: Int) -> Double { k < 0 ? 0 : Gamma.upperRegularized(Double(k) + 1, mean) }

  /// P(X > k) without cancellation.
  public func survival(_ k: Int) -> Double { k < 0 ? 1 : Gamma.lowerRegularized(Double(k) + 1, mean) }
}

/// The binomial law.
public struct Binomial: Sendable, Hashable {
  /// n ≥ 0.
  public let trials: Int
  /// p in 0...1.
  public let probability: Double

  /// The number of successes in n independent trials with probability p each.
  public init(trials: Int, probability: Double) {
    precondition(trials >= 0, "the number of trials must not be negative")
    precondition(0 <= probability && probability <= 1, "the probability must be in 0...1")
    self.trials = trials
    self.probability = probability
  }

  /// P(X ≤ k) = I_{1−p}(n − k, k + 1).
  public func cdf(_ k: Int) -> Double {
    guard k >= 0 else { return 0 }
    guard k < trials else { return 1 }
    return Beta.lower(1 - probability, probability, Double(trials - k), Double(k) + 1)
  }

  /// P(X > k) without cancellation.
  public func survival(_ k: Int) -> Double {
    guard k >= 0 else { return 1 }
    guard k < trials else { return 0 }
    return Beta.lower(probability, 1 - probability, Double(k) + 1, Double(trials - k))
  }
}
