internal import OrderedCollections
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The part of the log that a fit uses. Cycle 0 is part of the log.
///
/// The rows kept for evaluation count as rows of the window, and so do rows whose outcome was not seen; neither are fitted. The model's own test is on the
/// evaluation rows of the same window, with the same weights.
public struct Window: Sendable, Hashable {
  /// How far back it reaches.
  public enum Extent: Sendable, Hashable {
    /// Everything logged so far.
    case all
    /// The last cycles, this one included.
    case cycles(Int)
    /// The last rows in the order of serving, as many as there are; `{rows: k·n}` is `{cycles: k}` with n rows a cycle.
    case rows(Int)
    /// Everything, weighted 2^(−age/halfLife), age in cycles.
    case decay(halfLife: Double)
  }

  /// How far back it reaches.
  public let extent: Extent
  /// The share of the weight that the untouched rows of cycle 0 have in every fit; `nil` where cycle 0 is a cycle like any other.
  ///
  /// With a share h, cycle 0 is taken out of ``extent``, and all its rows are weighted by one factor that brings them to h of the total: among the rows to fit, and by itself among those kept
  /// for evaluation. The other rows keep the weights that they had. Where there is nothing but cycle 0, or where it has no rows, what there is has all the weight.
  public let originals: Double?
  /// The most rows that a fit takes: where there are more to fit, so many of them at random, without replacement and anew for every fit; `nil` takes all. The model's own test has all its rows.
  public let sample: Int?

  /// A window; numbers have to be positive, and a share between 0 and 1.
  public init(_ extent: Extent, originals: Double? = nil, sample: Int? = nil) {
    switch extent {
    case .all: break
    case .cycles(let count), .rows(let count): precondition(count > 0, "a window is not empty")
    case .decay(let halfLife): precondition(halfLife > 0, "a half-life is positive")
    }
    precondition(originals.map { $0 > 0 && $0 < 1 } ?? true, "a share between 0 and 1")
    precondition(sample.map { $0 > 0 } ?? true, "a sample is not empty")
    self.extent = extent
    self.originals = originals
    self.sample = sample
  }

  /// The weight that rows of this age in cycles have, where they are in the window.
  public func weight(age: Int) -> Double {
    if case .decay(let halfLife) = extent { exp2(-Double(age) / halfLife) } else { 1 }
  }

  /// The rows of a cycle that are in the window.
  ///
  /// - Parameters:
  ///   - age: The age of the cycle; 0 is the one at whose end the fit is.
  ///   - count: Rows served in each cycle.
  public func rows(age: Int, of count: Int) -> Range<Int> {
    switch extent {
    case .all, .decay: return 0..<count
    case .cycles(let cycles): return (age < cycles ? 0 : count)..<count
    case .rows(let rows):
      let newer = age.multipliedReportingOverflow(by: count)
      let left = newer.overflow ? 0 : max(0, rows - newer.partialValue)
      return (count - min(left, count))..<count
    }
  }

  /// The row of a cycle at which the window begins in its oldest cycle; `nil` where it has whole cycles only.
  func cut(rows count: Int) -> Int? {
    guard case .rows(let rows) = extent, rows % count != 0 else { return nil }
    return count - rows % count
  }

  /// The most cycles that it reaches into; `nil` is no limit.
  public func reach(rows count: Int) -> Int? {
    switch extent {
    case .all, .decay: nil
    case .cycles(let cycles): cycles
    case .rows(let rows): (rows - 1) / count + 1
    }
  }
}

extension Window {
  /// The parameters that every kind of retraining with a window has.
  public static let parameters: [any ParameterDeclaration] = [extentParameter, originalsParameter, sampleParameter]

  private static let extentParameter = Parameter<Extent>(
    "window",
    type: .either([
      .choice(["all"]), .map(["cycles": .integer(1...1_000_000), "rows": .integer(1...Int.max), "decay": .number(.above(0))]),
    ]),
    default: ["cycles": 1],
    about: """
      the part of the log a fit uses: `all`; `{cycles: k}`, the last k; `{rows: n}`, the last n rows, those kept for evaluation and those without an outcome included, all there are \
      where there are fewer; `{decay: h}`, all, weighted by half for every h cycles of age. A learner that reads the whole log takes `all` only, and has it unless given
      """
  ) { $0.map(Extent.init(checked:)) }

  private static let originalsParameter = Parameter<Double?>.optionalNumber(
    "originals", in: .inside(0, 1),
    about:
      "the share of the weight that the untouched rows of cycle 0 have in every fit, and in its test; unless given cycle 0 is a cycle like any other"
  )

  private static let sampleParameter = Parameter<Int?>.optionalInteger(
    "sample", in: 1...Int.max,
    about: "the most rows that a fit takes: where the window has more, so many of them at random, anew for every fit; all unless given")

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    let given = arguments[given: Self.extentParameter]
    if let entries = given?.entries, entries.count != 1 {
      throw arguments.outOfRange(Self.extentParameter, allowed: "`all`, or exactly one of `cycles`, `rows`, `decay`")
    }
    let extent = arguments[Self.extentParameter], originals = arguments[Self.originalsParameter]
    let sample = arguments[Self.sampleParameter]
    guard let learner = arguments.context.learner, learner.readsWholeLog else {
      self.init(extent, originals: originals, sample: sample)
      return
    }
    let kind = type(of: learner).kind
    if given != nil, extent != .all {
      throw arguments.error(
        .conflict("'\(kind)' reads the whole log and forgets by itself", advice: "use `window: all`"), at: Self.extentParameter)
    }
    if originals != nil {
      throw arguments.error(
        .conflict("'\(kind)' reads the whole log in order, in which cycle 0 has no share of its own", advice: "leave `originals` out"),
        at: Self.originalsParameter)
    }
    if sample != nil {
      throw arguments.error(
        .conflict("'\(kind)' reads the whole log in order", advice: "leave `sample` out"), at: Self.sampleParameter)
    }
    self.init(.all)
  }
}

extension Window.Extent {
  fileprivate init(checked node: DocumentNode) {
    let cycles = node["cycles"]?.integer, rows = node["rows"]?.integer
    let halfLife = node["decay"]?.double
    if let cycles {
      self = .cycles(cycles)
    } else if let rows {
      self = .rows(rows)
    } else if let halfLife {
      self = .decay(halfLife: halfLife)
    } else {
      self = .all
    }
  }
}
