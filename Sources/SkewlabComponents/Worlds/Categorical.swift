internal import OrderedCollections
public import SkewlabEngine
public import SkewlabNumerics

/// World `categorical`: text features whose levels have frequencies and effects, and the hour of the day.
public struct Categorical: World {
  /// `categorical`.
  public static let kind = "categorical"
  /// One line.
  public static let summary = "text features with frequencies and effects, and a cyclic hour of the day"
  /// The definition.
  public static let definition = """
    Independent text features, each level drawn with its frequency, and a numeric feature `hour` uniform on 0, 1, …, 23. y = intercept + Σ effect(level) + cosine·cos(2π·hour/24) + \
    sine·sin(2π·hour/24) + noise. A `new-level` appears in cycle `from`: from then on each row has it with probability `share` instead of the level it would have had, so that the model that serves \
    in that cycle has never seen it. The best predictor is that of the encoding in which the truth is linear: a column for each level, and the hour's cosine and sine; excess_loss is above that, whatever \
    the pipeline makes of the columns.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, hour, intercept, noise]
  static let features = Parameter<[DocumentNode]>(
    "features",
    type: .list(
      .map([
        "name": .text, "levels": .list(.text, atLeast: 1), "frequencies": .list(.number(.atLeast(0)), atLeast: 1),
        "effects": .list(.number(.finite), atLeast: 1),
        "new-level": .map(["name": .text, "from": .integer(1...1_000_000), "share": .number(.share), "effect": .number(.finite)]),
      ]), atLeast: 0),
    default: [["name": "channel", "levels": ["app", "shop", "web"], "frequencies": [0.5, 0.2, 0.3], "effects": [0.0, 1.0, -0.5]]],
    about: """
      text features: `name`; `levels`; `frequencies`, one for each level in any unit (equal unless given); `effects`, one for each level (0 unless given); and, if wanted, \
      `new-level: {name, from: 5, share: 0.1, effect: 0}`, a level that appears in a later cycle
      """
  ) { $0?.items }
  static let hour = Parameter<HourEffect?>(
    "hour", type: .either([.flag, .map(["cosine": .number(.finite), "sine": .number(.finite)])]),
    default: ["cosine": 1.0, "sine": 0.5],
    about: "the effect of the hour, `{cosine: a, sine: b}`; `false` for a world without the feature `hour`"
  ) { $0.map(HourEffect.read) }
  static let intercept = Parameter.number("intercept", default: 0, about: "the intercept")
  static let noise = Parameter.number("noise", default: 1, in: .atLeast(0), about: "the standard deviation of the normal noise")

  struct HourEffect: Sendable {
    let cosine: Double
    let sine: Double

    static func read(_ node: DocumentNode) -> HourEffect? {
      if case .bool(let isWanted) = node.value { return isWanted ? HourEffect(cosine: 1, sine: 0.5) : nil }
      return HourEffect(cosine: node["cosine"]?.double ?? 0, sine: node["sine"]?.double ?? 0)
    }
  }

  /// One text feature.
  struct Feature: Sendable {
    let name: String
    /// With the new level last, if there is one.
    let levels: [String]
    let effects: [Double]
    /// The sum of the frequencies up to each level, and with it; the last is 1. The new level has none.
    let cumulative: [Double]
    let newLevel: (from: Int, share: Double)?
    /// Normalised; 0 for the new level, which comes on top.
    let frequencies: [Double]
    let stream: RandomStream
    let newStream: RandomStream
  }

  /// The text features, then `hour`.
  public let schema: Schema
  /// `y`.
  public let outcomeName = "y"
  /// Rows come from a known law.
  public let isSynthetic = true
  /// The intercept, the noise, and how frequent levels are.
  public let supportedChanges: Set<WorldConditions.Change> = [.intercept, .noise, .categoryFrequency]
  /// Frequencies are from 0 to 1.
  public let limitedChanges: Set<WorldConditions.Change> = [.categoryFrequency]
  /// The best predictor is linear in the levels' columns and the hour's cosine and sine.
  public let drawsBestPredictions = true

  private let features: [Feature]
  private let hourEffects: [Double]?
  private let hourStream: RandomStream
  private let intercept: Double
  private let noise: Double
  private let noiseStream: RandomStream

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    var features: [Feature] = []
    for (index, node) in arguments[Self.features].enumerated() { features.append(try Feature(node, index: index, arguments)) }
    self.features = features
    let effect = arguments[Self.hour]
    hourEffects = effect.map { effect in
      (0..<24).map { hour in
        let (cosine, sine) = Self.circle(hour)
        return effect.cosine * cosine + effect.sine * sine
      }
    }
    let columns =
      features.map { Schema.Column($0.name, .categorical(levels: $0.levels)) } + (effect == nil ? [] : [Schema.Column("hour")])
    guard !columns.isEmpty, Set(columns.map(\.name)).count == columns.count else {
      throw arguments.outOfRange(Self.features, allowed: "features whose names differ, none of them 'hour', and at least one or the hour")
    }
    schema = Schema(columns)
    hourStream = arguments.stream("features", feature: "hour")
    intercept = arguments[Self.intercept]
    noise = arguments[Self.noise]
    noiseStream = arguments.stream("noise")
  }

  /// cos and sin of 2π·hour/24.
  private static func circle(_ hour: Int) -> (cosine: Double, sine: Double) {
    let turns = [Double(hour) / 24]
    var cosine = [0.0], sine = [0.0]
    var cosineSpan = cosine.mutableSpan, sineSpan = sine.mutableSpan
    Elementary.cosineAndSine(turns: turns.span, cosines: &cosineSpan, sines: &sineSpan)
    return (cosine[0], sine[0])
  }

  /// Draws rows.
  public func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    rows.position = position
    rows.range = range
    let count = range.count
    let constant = intercept + conditions.interceptOffset
    for i in 0..<count { rows.outcomes[i] = constant }
    for (j, feature) in features.enumerated() {
      let numbers = rows.numbers { feature.stream.uniforms(at: position, rows: range, into: &$0) }
      rows.withFeature(j) { x in
        for i in x.indices { x[i] = Double(feature.level(numbers[i])) }
      }
      let offsets = feature.offsets(conditions, index: j)
      if !offsets.isEmpty, let frequencies = Shares.changed(feature.frequencies, by: offsets) {
        let coupling = ShareCoupling(from: feature.frequencies, to: frequencies)
        let stay = rows.numbers { feature.stream.uniforms(at: position, rows: range, draw: 1, into: &$0) }
        let choice = rows.numbers { feature.stream.uniforms(at: position, rows: range, draw: 2, into: &$0) }
        rows.withFeature(j) { x in
          for i in x.indices { x[i] = Double(coupling.place(Int(x[i]), stay: stay[i], choice: choice[i])) }
        }
      }
      if let (from, share) = feature.newLevel, Int(position.cycle) >= from {
        let chances = rows.numbers { feature.newStream.uniforms(at: position, rows: range, into: &$0) }
        rows.withFeature(j) { x in
          for i in x.indices where chances[i] < share { x[i] = Double(feature.levels.count - 1) }
        }
      }
      for i in 0..<count { rows.outcomes[i] += feature.effects[Int(rows.features[i, j])] }
    }
    if let hourEffects {
      let numbers = rows.numbers { hourStream.uniforms(at: position, rows: range, into: &$0) }
      for i in 0..<count {
        // 24u < 24 for u < 1, but the product may round up to it.
        let hour = min(23, Int(24 * numbers[i]))
        rows.features[i, features.count] = Double(hour)
        rows.outcomes[i] += hourEffects[hour]
      }
    }
    rows.keepOutcomesAsBestPredictions()
    let sd = noise * conditions.noiseScale
    guard sd > 0 else { return }
    let errors = rows.numbers { noiseStream.normals(at: position, rows: range, into: &$0) }
    for i in 0..<count { rows.outcomes[i] += sd * errors[i] }
  }

  /// At most so many combinations of levels and hours are a population to go through.
  private static let mostCombinations = 20_000

  /// One row for each combination of levels, and of the hour.
  public func finitePopulation(at position: RandomStream.Position, conditions: WorldConditions) -> FinitePopulation? {
    let counts = features.map(\.levels.count) + (hourEffects == nil ? [] : [24])
    var total = 1
    for count in counts {
      total = total.multipliedReportingOverflow(by: count).overflow ? .max : total * count
      guard total <= Self.mostCombinations else { return nil }
    }
    guard conditions.missingRates.allSatisfy({ $0 == 0 }) else { return nil }
    let frequencies = features.enumerated().map { index, feature -> [Double] in
      let offsets = feature.offsets(conditions, index: index)
      var frequencies = offsets.isEmpty ? feature.frequencies : Shares.changed(feature.frequencies, by: offsets) ?? feature.frequencies
      if let (from, share) = feature.newLevel, Int(position.cycle) >= from {
        frequencies = frequencies.map { $0 * (1 - share) }
        frequencies[frequencies.count - 1] += share
      }
      return frequencies
    }
    var rows = Rows(schema: schema, capacity: total, hasIdentities: false), weights = Array(repeating: 1.0, count: total)
    rows.position = position
    rows.range = 0..<total
    var stride = 1
    for i in 0..<total { rows.outcomes[i] = intercept + conditions.interceptOffset }
    for (j, count) in counts.enumerated() {
      for i in 0..<total {
        let code = i / stride % count
        rows.features[i, j] = Double(code)
        rows.outcomes[i] += j < features.count ? features[j].effects[code] : hourEffects?[code] ?? 0
        weights[i] *= j < features.count ? frequencies[j][code] : 1.0 / 24
      }
      stride *= count
    }
    let sd = noise * conditions.noiseScale
    return FinitePopulation(rows, weights: weights, noiseVariance: sd * sd)
  }

  /// Not where a new level comes.
  public var hasSteadyFrequencies: Bool { features.allSatisfy { $0.newLevel == nil } }

  /// Frequencies from 0 to 1.
  public func problem(under conditions: WorldConditions) -> String? {
    features.enumerated().lazy.compactMap { j, feature in
      Shares.problem(feature.frequencies, by: feature.offsets(conditions, index: j), names: feature.levels, what: "'\(feature.name)'")
    }.first
  }

  /// No predictor on the codes themselves.
  public func bestPredictor(replicate: Int, conditions: WorldConditions) -> LinearPredictor? { nil }
}

extension Categorical.Feature {
  /// Reads one item of `features`.
  fileprivate init(_ node: DocumentNode, index: Int, _ arguments: Arguments) throws(ScenarioError) {
    let path = arguments.path.appending("features").appending(index)
    func invalid(_ key: String, _ allowed: String) -> ScenarioError {
      ScenarioError(
        .outOfRange(node[key] ?? node, allowed: allowed), path: path.appending(key), location: node[key]?.location ?? node.location)
    }
    func missing(_ key: String, _ node: DocumentNode, _ path: DocumentPath) -> ScenarioError {
      ScenarioError(.missingKey(key, type: key == "levels" ? "a list of texts" : "text"), path: path, location: node.location)
    }
    guard let name = node["name"]?.text else { throw missing("name", node, path) }
    guard var levels = node["levels"]?.items?.compactMap(\.text) else { throw missing("levels", node, path) }
    guard Set(levels).count == levels.count else { throw invalid("levels", "levels that differ") }
    let frequencies = node["frequencies"]?.numberOrNumbers ?? Array(repeating: 1, count: levels.count)
    let total = frequencies.reduce(0, +)
    guard frequencies.count == levels.count, total > 0, total.isFinite else {
      throw invalid("frequencies", "\(levels.count) numbers, one for each level, not all 0")
    }
    var effects = node["effects"]?.numberOrNumbers ?? Array(repeating: 0, count: levels.count)
    guard effects.count == levels.count else { throw invalid("effects", "\(levels.count) numbers, one for each level") }
    var sum = 0.0
    cumulative = frequencies.map { frequency in
      sum += frequency
      return sum / total
    }
    if let new = node["new-level"] {
      guard let level = new["name"]?.text else { throw missing("name", new, path.appending("new-level")) }
      guard !levels.contains(level) else { throw invalid("new-level", "a name that is not among the levels") }
      levels.append(level)
      effects.append(new["effect"]?.double ?? 0)
      newLevel = (new["from"]?.integer ?? 5, new["share"]?.double ?? 0.1)
    } else {
      newLevel = nil
    }
    self.name = name
    self.frequencies = frequencies.map { $0 / total } + (newLevel == nil ? [] : [0])
    self.levels = levels
    self.effects = effects
    stream = arguments.stream("features", feature: name)
    newStream = arguments.stream("new-level", feature: name)
  }

  /// What is added to the frequencies of levels.
  fileprivate func offsets(_ conditions: WorldConditions, index: Int) -> [Int: Double] {
    var offsets: [Int: Double] = [:]
    for level in levels.indices {
      if let offset = conditions.shareOffsets[.level(feature: index, level: level)], offset != 0 { offsets[level] = offset }
    }
    return offsets
  }

  /// The level that a uniform number stands for; never one of frequency 0, nor the new one.
  fileprivate func level(_ number: Double) -> Int { cumulative.firstIndex { number < $0 } ?? cumulative.count - 1 }
}
