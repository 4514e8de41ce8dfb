internal import OrderedCollections
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// When to fit, and on which window of the log.
///
/// Cycle 0 always fits, on its untouched rows; the policy is asked at the end of every cycle after it.
public protocol Retraining: Component {
  /// The part of the log that a fit uses.
  var window: Window { get }
  /// Whether to fit at the end of a cycle, from 1 on.
  func fits(after cycle: Int) -> Bool
}

extension Retraining {
  /// Every kind of retraining has this role.
  public static var role: Role { .retraining }
}

/// The part of the log that a fit uses. Cycle 0 is part of the log.
public enum Window: Sendable, Hashable {
  /// Everything logged so far.
  case all
  /// The last cycles, this one included.
  case cycles(Int)
  /// Everything, weighted 2^(−age/halfLife), age in cycles.
  case decay(halfLife: Double)

  /// The parameter that every kind of retraining has.
  public static let parameter = Parameter<Window>(
    "window",
    type: .either([
      .choice(["all"]), .map(["cycles": .integer(1...1_000_000), "decay": .number(.above(0))]),
    ]),
    default: ["cycles": 1],
    about: "the part of the log a fit uses: `all`; `{cycles: k}`, the last k; `{decay: h}`, all, weighted by half for every h cycles of age"
  ) { $0.map(Window.init(checked:)) }

  private init(checked node: DocumentNode) {
    let cycles = node["cycles"]?.integer
    let halfLife = node["decay"]?.double
    if let cycles {
      self = .cycles(cycles)
    } else if let halfLife {
      self = .decay(halfLife: halfLife)
    } else {
      self = .all
    }
  }

  /// Refuses a window with none or several of its keys.
  public static func check(_ arguments: Arguments) throws(ScenarioError) {
    if let entries = arguments[given: parameter]?.entries, entries.count != 1 {
      throw arguments.outOfRange(parameter, allowed: "`all`, or exactly one of `cycles`, `decay`")
    }
  }

  /// The weight of rows of this age in cycles; 0 is outside.
  public func weight(age: Int) -> Double {
    switch self {
    case .all: 1
    case .cycles(let count): age < count ? 1 : 0
    case .decay(let halfLife): exp2(-Double(age) / halfLife)
    }
  }
}
