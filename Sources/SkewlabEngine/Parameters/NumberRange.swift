/// The numbers a parameter may take. NaN is never among them.
public struct NumberRange: Sendable, Hashable, CustomStringConvertible {
  /// The least number, and whether it is allowed itself.
  public let lower: Double, includesLower: Bool
  /// The greatest number, and whether it is allowed itself.
  public let upper: Double, includesUpper: Bool

  private init(_ lower: Double, _ includesLower: Bool, _ upper: Double, _ includesUpper: Bool) {
    self.lower = lower
    self.includesLower = includesLower
    self.upper = upper
    self.includesUpper = includesUpper
  }

  /// Every finite number.
  public static let finite = NumberRange(-.infinity, false, .infinity, false)
  /// A probability or share, both ends included.
  public static let share = NumberRange(0, true, 1, true)
  /// Finite numbers from `lower`.
  public static func atLeast(_ lower: Double) -> NumberRange { NumberRange(lower, true, .infinity, false) }
  /// Finite numbers greater than `lower`.
  public static func above(_ lower: Double) -> NumberRange { NumberRange(lower, false, .infinity, false) }
  /// Numbers greater than `lower`, up to `upper`, which is included.
  public static func above(_ lower: Double, upTo upper: Double) -> NumberRange { NumberRange(lower, false, upper, true) }
  /// Numbers from `lower` to `upper`, both included.
  public static func between(_ lower: Double, _ upper: Double) -> NumberRange { NumberRange(lower, true, upper, true) }
  /// Numbers between `lower` and `upper`, neither included.
  public static func inside(_ lower: Double, _ upper: Double) -> NumberRange { NumberRange(lower, false, upper, false) }
  /// Numbers from `lower`, below `upper`.
  public static func from(_ lower: Double, below upper: Double) -> NumberRange { NumberRange(lower, true, upper, false) }

  /// Whether the number is in the range.
  public func contains(_ value: Double) -> Bool {
    (includesLower ? value >= lower : value > lower) && (includesUpper ? value <= upper : value < upper)
  }

  /// The range in words, as messages say it.
  public var description: String {
    let low = decimalText(lower), high = decimalText(upper)
    switch (lower.isFinite, upper.isFinite) {
    case (false, false): return "any finite number"
    case (true, false): return includesLower ? "\(low) or more" : "more than \(low)"
    case (false, true): return includesUpper ? "\(high) or less" : "less than \(high)"
    case (true, true):
      switch (includesLower, includesUpper) {
      case (true, true): return "from \(low) to \(high)"
      case (true, false): return "from \(low), below \(high)"
      case (false, true): return "above \(low), up to \(high)"
      case (false, false): return "between \(low) and \(high), both excluded"
      }
    }
  }
}
