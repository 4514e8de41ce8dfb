import SkewlabEngine
import SkewlabNumerics
import Synchronization

/// A world of independent normal features, whose outcome is the first of them plus noise: what the broken worlds begin with.
struct PlainRows: Sendable {
  let schema: Schema
  let features: [RandomStream]
  let noise: RandomStream

  init(_ arguments: Arguments, count: Int = 3) {
    schema = Schema((1...count).map { Schema.Column("x\($0)") })
    features = schema.names.map { arguments.stream("features", feature: $0) }
    noise = arguments.stream("noise")
  }

  func draw(_ range: Range<Int>, at position: RandomStream.Position, into rows: inout Rows) {
    rows.position = position
    rows.range = range
    for (j, stream) in features.enumerated() {
      rows.withFeature(j) { stream.normals(at: position, rows: range, into: &$0) }
    }
    for (k, i) in range.enumerated() { rows.outcomes[k] = rows.features[k, 0] + noise.normal(at: position, row: i) }
  }
}

/// A world made of ``PlainRows``.
protocol PlainWorld: World {
  var plain: PlainRows { get }
}

extension PlainWorld {
  static var summary: String { "plain rows with one thing wrong" }
  static var definition: String { "x ~ N(0, I), y = x₁ + noise." }
  var schema: Schema { plain.schema }
  var outcomeName: String { "y" }
  var isSynthetic: Bool { true }
  func bestPredictor(replicate: Int, conditions: WorldConditions) -> LinearPredictor? {
    LinearPredictor(intercept: 0, weights: schema.columns.indices.map { $0 == 0 ? 1 : 0 })
  }
}

/// A row depends on where its block begins.
struct RangeWorld: PlainWorld {
  static let kind = "range"
  let plain: PlainRows
  init(_ arguments: Arguments) { plain = PlainRows(arguments) }
  func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    plain.draw(range, at: position, into: &rows)
    for k in 0..<range.count { rows.outcomes[k] += Double(range.lowerBound) }
  }
}

/// A row depends on how many there are.
struct CountedWorld: PlainWorld {
  static let kind = "counted"
  let plain: PlainRows
  let rows: Double
  init(_ arguments: Arguments) {
    plain = PlainRows(arguments)
    rows = Double(arguments.context.rows)
  }
  func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    plain.draw(range, at: position, into: &rows)
    for k in 0..<range.count { rows.outcomes[k] += self.rows }
  }
}

/// All features share one stream.
struct OneStreamWorld: PlainWorld {
  static let kind = "one-stream"
  static let parameters: [any ParameterDeclaration] = [features]
  static let features = Parameter.integer("features", default: 3, in: 1...100, about: "how many")
  let plain: PlainRows
  init(_ arguments: Arguments) { plain = PlainRows(arguments, count: arguments[Self.features]) }
  func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    plain.draw(range, at: position, into: &rows)
    for (k, i) in range.enumerated() {
      for j in 0..<schema.count { rows.features[k, j] = plain.noise.normal(at: position, row: i * schema.count + j, draw: 1) }
      rows.outcomes[k] = rows.features[k, 0]
    }
  }
}

/// The best predictor is not.
struct WrongBestWorld: PlainWorld {
  static let kind = "wrong-best"
  let plain: PlainRows
  init(_ arguments: Arguments) { plain = PlainRows(arguments) }
  func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    plain.draw(range, at: position, into: &rows)
  }
  func bestPredictor(replicate: Int, conditions: WorldConditions) -> LinearPredictor? {
    LinearPredictor(intercept: 0, weights: [1, 0.1, 0])
  }
}

/// The law is not that of the rows.
struct WrongLawWorld: PlainWorld {
  static let kind = "wrong-law"
  let plain: PlainRows
  init(_ arguments: Arguments) { plain = PlainRows(arguments) }
  func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    plain.draw(range, at: position, into: &rows)
  }
  func population(replicate: Int, conditions: WorldConditions) -> PopulationLaw? {
    PopulationLaw(
      mean: [0, 0, 0], covariance: .identity(3), truth: LinearPredictor(intercept: 0, weights: [1, 0, 0]), noiseVariance: 9,
      isNormal: false)
  }
}

/// The best predictions that come with the rows are not the best predictor's.
struct WrongPredictionsWorld: PlainWorld {
  static let kind = "wrong-predictions"
  let plain: PlainRows
  init(_ arguments: Arguments) { plain = PlainRows(arguments) }
  func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    plain.draw(range, at: position, into: &rows)
    rows.keepOutcomesAsBestPredictions()
  }
}

/// Rows say that they are others than they are.
struct MixedUpWorld: PlainWorld {
  static let kind = "mixed-up"
  let plain: PlainRows
  let population: Rows
  let isSynthetic = false
  init(_ arguments: Arguments) {
    plain = PlainRows(arguments)
    var rows = Rows(schema: plain.schema, capacity: 50, hasIdentities: true)
    plain.draw(0..<50, at: RandomStream.Position(replicate: 0, cycle: 0), into: &rows)
    rows.identities = Array(0..<50)
    population = rows
  }
  var everyRow: Rows? { population }
  func bestPredictor(replicate: Int, conditions: WorldConditions) -> LinearPredictor? { nil }
  func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    rows.position = position
    rows.range = range
    for (k, i) in range.enumerated() {
      for j in 0..<schema.count { rows.features[k, j] = population.features[i % 50, j] }
      rows.outcomes[k] = population.outcomes[i % 50]
      rows.identities[k] = (i + 1) % 50
    }
  }
}

/// Moves by what ``LeakingResponse`` left.
struct LeakyWorld: PlainWorld {
  static let kind = "leaky"
  let plain: PlainRows
  init(_ arguments: Arguments) { plain = PlainRows(arguments) }
  func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    plain.draw(range, at: position, into: &rows)
    let leak = LeakingResponse.leak.withLock { value in
      defer { value = 0 }
      return value
    }
    for k in 0..<range.count { rows.outcomes[k] += leak }
  }
}

/// An intercept that moves moves a feature with it.
struct ClumsyWorld: PlainWorld {
  static let kind = "clumsy"
  let plain: PlainRows
  let supportedChanges: Set<WorldConditions.Change> = [.intercept]
  init(_ arguments: Arguments) { plain = PlainRows(arguments) }
  func bestPredictor(replicate: Int, conditions: WorldConditions) -> LinearPredictor? {
    LinearPredictor(intercept: conditions.interceptOffset, weights: [1, 0, 0])
  }
  func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    plain.draw(range, at: position, into: &rows)
    for k in 0..<range.count {
      rows.outcomes[k] += conditions.interceptOffset
      rows.features[k, 1] += conditions.interceptOffset
    }
  }
}

/// Makes scales negative.
struct ImpossibleShift: Shift {
  static let kind = "impossible"
  static let summary = "scales features by what may be below zero"
  static let definition = "A scale of 1 − cycle."
  init(_ arguments: Arguments) {}
  let changes: Set<WorldConditions.Change> = [.scale]
  func apply(to conditions: inout WorldConditions, at position: RandomStream.Position) {
    for j in conditions.featureScales.indices { conditions.featureScales[j] *= 1 - Double(position.cycle) }
  }
}

/// Changes what it does not say it changes.
struct UndeclaredShift: Shift {
  static let kind = "undeclared"
  static let summary = "says that it moves means, and moves the intercept"
  static let definition = "Intercept + cycle."
  init(_ arguments: Arguments) {}
  let changes: Set<WorldConditions.Change> = [.mean]
  func apply(to conditions: inout WorldConditions, at position: RandomStream.Position) {
    conditions.interceptOffset += Double(position.cycle)
  }
}
