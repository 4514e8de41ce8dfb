/// The state that shifts have brought the world to in one cycle, relative to how the scenario describes it.
public struct WorldConditions: Sendable, Hashable {
  /// One thing that a shift can change.
  public enum Change: String, Sendable, Hashable, CaseIterable {
    /// Means of features.
    case mean
    /// Scales of features.
    case scale
    /// How features vary together.
    case covariance
    /// Coefficients.
    case coefficient
    /// The intercept.
    case intercept
    /// The noise of the outcome.
    case noise
    /// How many rows belong to each group.
    case groupShare = "group-share"
    /// How many rows have each level of a text feature.
    case categoryFrequency = "category-frequency"
    /// How many outcomes are 1, where outcomes are 0 or 1.
    case labelShare = "label-share"
    /// How many values of features are missing.
    case missingRate = "missing-rate"
  }

  /// One feature takes over some of another's variation: of deviations in standard units, z becomes (√(1−r²)·z + r·z₂)/c, with c such that the variance stays.
  public struct Mixing: Sendable, Hashable {
    /// The feature that changes.
    public var feature: Int
    /// The feature that it takes from.
    public var other: Int
    /// r, between −1 and 1.
    public var share: Double

    /// A mixing.
    public init(feature: Int, other: Int, share: Double) {
      self.feature = feature
      self.other = other
      self.share = share
    }
  }

  /// What a share is the share of.
  public enum Part: Sendable, Hashable {
    /// Rows of a group, by its place among the world's groups.
    case group(Int)
    /// Rows with a level of a text feature.
    case level(feature: Int, level: Int)
    /// Outcomes that are 1.
    case label
  }

  /// Added to each feature.
  public var featureOffsets: [Double]
  /// Multiplies each feature's deviation from its mean.
  public var featureScales: [Double]
  /// Applied to the features' deviations, in this order, before they are scaled.
  public var mixings: [Mixing]
  /// Multiplies each coefficient as described.
  public var coefficientScales: [Double]
  /// Added to each coefficient then.
  public var coefficientOffsets: [Double]
  /// Added to the intercept.
  public var interceptOffset: Double
  /// Multiplies the noise of the outcome.
  public var noiseScale: Double
  /// Added to shares; those not named are changed in proportion, so that all add up to 1.
  public var shareOffsets: [Part: Double]
  /// For each feature, the chance that a value which is there goes missing.
  public var missingRates: [Double]

  /// The world as described, for so many features.
  public init(features: Int) {
    featureOffsets = Array(repeating: 0, count: features)
    featureScales = Array(repeating: 1, count: features)
    mixings = []
    coefficientScales = featureScales
    coefficientOffsets = Array(repeating: 0, count: features)
    interceptOffset = 0
    noiseScale = 1
    shareOffsets = [:]
    missingRates = featureOffsets
  }

  /// A coefficient under these conditions.
  public func coefficient(_ described: Double, of feature: Int) -> Double {
    coefficientScales[feature] * described + coefficientOffsets[feature]
  }

  /// The coefficients under these conditions.
  public func coefficients(_ described: [Double]) -> [Double] {
    let stay = coefficientScales.allSatisfy { $0 == 1 } && coefficientOffsets.allSatisfy { $0 == 0 }
    return stay ? described : described.indices.map { coefficient(described[$0], of: $0) }
  }

  /// Whether every number is finite.
  public var isFinite: Bool {
    let each = [featureOffsets, featureScales, coefficientScales, coefficientOffsets, missingRates]
    return each.allSatisfy { $0.allSatisfy(\.isFinite) } && interceptOffset.isFinite && noiseScale.isFinite
      && mixings.allSatisfy { $0.share.isFinite } && shareOffsets.values.allSatisfy(\.isFinite)
  }

  /// What differs from other conditions.
  public func differences(from other: WorldConditions) -> Set<Change> {
    func shares(_ isPart: (Part) -> Bool) -> [Part: Double] { shareOffsets.filter { isPart($0.key) } }
    func differ(_ isPart: (Part) -> Bool) -> Bool { shares(isPart) != other.shareOffsets.filter { isPart($0.key) } }
    let differs: [Change: Bool] = [
      .mean: featureOffsets != other.featureOffsets, .scale: featureScales != other.featureScales, .covariance: mixings != other.mixings,
      .coefficient: coefficientScales != other.coefficientScales || coefficientOffsets != other.coefficientOffsets,
      .intercept: interceptOffset != other.interceptOffset, .noise: noiseScale != other.noiseScale,
      .groupShare: differ { if case .group = $0 { true } else { false } },
      .categoryFrequency: differ { if case .level = $0 { true } else { false } }, .labelShare: differ { $0 == .label },
      .missingRate: missingRates != other.missingRates,
    ]
    return Set(differs.filter(\.value).keys)
  }
}
