internal import OrderedCollections
public import SkewlabEngine
public import SkewlabNumerics

/// When a shift acts: a number v(t) for each cycle t, which multiplies the shift's `change`. Every shift has one, under `profile`.
///
/// | kind | v(t) | parameters |
/// |---|---|---|
/// | `step` | 0 before `from`, 1 from then on | `from: 1` |
/// | `ramp` | 0 up to `from`, then (t − from)/(to − from), 1 from `to` on | `from: 0`, `to`: the last cycle |
/// | `sine` | sin(2π(t − from)/period) from `from` on, 0 before | `from: 0`, `period: 12` |
/// | `pulse` | 1 in `length` cycles, the first of them `from`; else 0 | `from: 1`, `length: 1` |
/// | `recurring` | 1 in the first `length` cycles of every `period`, counted from `from`; else 0 | `from: 1`, `period: 12`, `length`: half the period |
/// | `random-walk` | Σ z_k over from < k ≤ t, z_k independent standard normals | `from: 0` |
///
/// Cycles are whole numbers, the period of a sine any number of them from 10⁻⁶. Under a random walk what is shifted moves by `change` per cycle in standard deviation, and its variance
/// after k cycles is k·change². A walk is that of its replicate and, where one shift changes several features, of the feature: z_k is number k of the shift's own stream, so that the
/// value of a cycle does not depend on which cycles were asked for before.
public struct Profile: Sendable, Hashable {
  /// The form, with its parameters.
  public enum Form: Sendable, Hashable {
    /// From a cycle on.
    case step(from: Int)
    /// Evenly from one cycle to another.
    case ramp(from: Int, to: Int)
    /// Up and down.
    case sine(from: Int, period: Double)
    /// For some cycles, once.
    case pulse(from: Int, length: Int)
    /// For some cycles, again and again.
    case recurring(from: Int, period: Int, length: Int)
    /// A sum of independent normal steps.
    case randomWalk(from: Int)
  }

  private enum Kind: String, CaseIterable {
    case step, ramp, sine, pulse, recurring
    case randomWalk = "random-walk"

    var keys: [String] {
      switch self {
      case .step, .randomWalk: ["from"]
      case .ramp: ["from", "to"]
      case .sine: ["from", "period"]
      case .pulse: ["from", "length"]
      case .recurring: ["from", "period", "length"]
      }
    }
  }

  /// The parameter that every shift has.
  public static let parameter = Parameter<DocumentNode>(
    "profile",
    type: .either([
      .choice(Kind.allCases.map(\.rawValue)),
      .map([
        "kind": .choice(Kind.allCases.map(\.rawValue)), "from": .integer(0...1_000_000), "to": .integer(1...1_000_000),
        "period": .number(.atLeast(1e-6)), "length": .integer(1...1_000_000),
      ]),
    ]), default: ["kind": "step"],
    about: """
      when, as v(t) that multiplies `change` in cycle t: `{kind: step, from: 1}`, 0, then 1; `{kind: ramp, from: 0, to: the last cycle}`, evenly from 0 to 1; `{kind: sine, period: 12, from: 0}`, \
      sin(2π(t − from)/period); `{kind: pulse, from: 1, length: 1}`, 1 for so many cycles; `{kind: recurring, from: 1, period: 12, length: half the period}`, 1 in the first cycles of every period; \
      `{kind: random-walk, from: 0}`, a sum of independent standard normals, one a cycle, each replicate its own
      """
  ) { $0 }

  /// The form.
  public let form: Form
  private let walks: [RandomStream]

  /// Reads ``parameter``.
  ///
  /// - Parameters:
  ///   - arguments: The shift's.
  ///   - names: A name for each thing that walks by itself, such as the features; one without a name unless given.
  public init(_ arguments: Arguments, walks names: [String] = []) throws(ScenarioError) {
    form = try Self.form(arguments)
    walks = names.isEmpty ? [arguments.stream("walk")] : names.map { arguments.stream("walk", feature: $0) }
  }

  private static func form(_ arguments: Arguments) throws(ScenarioError) -> Form {
    let node = arguments[parameter]
    let kind = Kind(rawValue: node.text ?? node["kind"]?.text ?? "") ?? .step
    let path = arguments.path.appending(parameter.name)
    for (key, value) in node.entries ?? [:] where key != "kind" && !kind.keys.contains(key) {
      throw ScenarioError(
        .conflict("a profile of kind '\(kind.rawValue)' has no '\(key)'", advice: "it takes: \(kind.keys.joined(separator: ", "))"),
        path: path, location: value.keyLocation ?? value.location)
    }
    func invalid(_ key: String, _ allowed: String) -> ScenarioError {
      ScenarioError(
        .outOfRange(node[key] ?? node, allowed: allowed), path: path.appending(key), location: node[key]?.location ?? node.location)
    }
    func from(_ standard: Int) -> Int { node["from"]?.integer ?? standard }
    switch kind {
    case .step: return .step(from: from(1))
    case .ramp:
      let start = from(0), end = node["to"]?.integer ?? arguments.context.cycles
      guard end > start else {
        throw invalid(node["to"] == nil ? "from" : "to", "a ramp that ends (at \(end)) after it begins (at \(start))")
      }
      return .ramp(from: start, to: end)
    case .sine: return .sine(from: from(0), period: node["period"]?.double ?? 12)
    case .pulse: return .pulse(from: from(1), length: node["length"]?.integer ?? 1)
    case .recurring:
      let given = node["period"]
      guard let period = given.map(\.integer) ?? 12 else { throw invalid("period", "a whole number of cycles for a recurring profile") }
      let length = node["length"]?.integer ?? max(1, period / 2)
      guard length <= period else { throw invalid("length", "at most the period, \(period)") }
      return .recurring(from: from(1), period: period, length: length)
    case .randomWalk: return .randomWalk(from: from(0))
    }
  }

  /// v of a cycle; for a random walk, of one of the things that walk.
  public func value(at position: RandomStream.Position, walk index: Int = 0) -> Double {
    let cycle = Int(position.cycle)
    switch form {
    case .step(let from): return cycle >= from ? 1 : 0
    case .ramp(let from, let to): return Double(min(max(cycle, from), to) - from) / Double(to - from)
    case .sine(let from, let period): return cycle < from ? 0 : Self.sine(turns: Double(cycle - from) / period)
    case .pulse(let from, let length): return cycle >= from && cycle < from + length ? 1 : 0
    case .recurring(let from, let period, let length): return cycle >= from && (cycle - from) % period < length ? 1 : 0
    case .randomWalk(let from):
      guard cycle > from else { return 0 }
      // Number k of the stream is the step of cycle k: all of them stand at cycle 0, where one call gives them.
      let start = RandomStream.Position(replicate: Int(position.replicate), cycle: 0)
      return walks[index].normals(count: cycle + 1, at: start)[(from + 1)...].reduce(0, +)
    }
  }

  /// sin 2πv, the same bits on every CPU.
  private static func sine(turns: Double) -> Double {
    var cosines = [0.0], sines = [0.0]
    var first = cosines.mutableSpan, second = sines.mutableSpan
    Elementary.cosineAndSine(turns: [turns - turns.rounded(.down)].span, cosines: &first, sines: &second)
    return sines[0]
  }
}
