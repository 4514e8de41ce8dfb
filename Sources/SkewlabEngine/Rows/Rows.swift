public import SkewlabNumerics

/// A block of rows of one cycle: features by column, outcomes, and which row is which.
///
/// Storage is allocated once, for `capacity` rows, and reused from chunk to chunk; only the first ``count`` rows mean anything.
public struct Rows: Sendable {
  /// The features' columns.
  public let schema: Schema
  /// How many rows fit.
  public let capacity: Int
  /// Where the block stands: replicate and cycle.
  public var position: RandomStream.Position
  /// The rows held, as indices into the cycle. Every random number of a row is keyed by its index.
  public var range: Range<Int>
  /// The features: `capacity` × columns, column-major; NaN is missing, categories are codes.
  public var features: Matrix
  /// The outcomes, `capacity` of them.
  public var outcomes: [Double]
  /// Room for one number a row, for a world's own use while it draws.
  public var scratch: [Double]
  /// The best predictor's predictions, `capacity` of them, from a world that has them while it draws; empty from one that has not.
  public var bestPredictions: [Double] = []
  /// P(y = 1) of each row, `capacity` of them, from a world that tosses its outcomes; empty from one that does not.
  public var probabilities: [Double] = []
  /// Which group each row belongs to, `capacity` of them, from a world with groups; empty from one without. No feature: the model does not see it.
  public var groups: [Int] = []
  /// Which row of a table each row copies; empty for worlds that draw new rows.
  public var identities: [Int]

  /// Room for rows of a schema.
  public init(schema: Schema, capacity: Int, hasIdentities: Bool) {
    self.schema = schema
    self.capacity = capacity
    self.position = RandomStream.Position(replicate: 0, cycle: 0)
    self.range = 0..<0
    self.features = Matrix(rows: capacity, columns: schema.count)
    self.outcomes = Array(repeating: 0, count: capacity)
    self.scratch = Array(repeating: 0, count: capacity)
    self.identities = hasIdentities ? Array(repeating: 0, count: capacity) : []
  }

  /// Every row of a table.
  ///
  /// - Parameters:
  ///   - schema: The features' columns.
  ///   - features: A row each.
  ///   - outcomes: A row each.
  public init(schema: Schema, features: Matrix, outcomes: [Double]) {
    precondition(features.columns == schema.count && features.rows == outcomes.count, "a column a feature, and an outcome a row")
    self.schema = schema
    capacity = features.rows
    position = RandomStream.Position(replicate: 0, cycle: 0)
    range = 0..<features.rows
    self.features = features
    self.outcomes = outcomes
    scratch = []
    identities = Array(0..<features.rows)
  }

  /// The number of rows held.
  public var count: Int { range.count }

  /// Gives one feature's values for change.
  public mutating func withFeature<R>(_ index: Int, _ body: (inout MutableSpan<Double>) throws -> R) rethrows -> R {
    try features.withMutableColumn(index, rows: 0..<count, body)
  }

  /// Copies what the outcomes are now to ``bestPredictions``: for a world that has yet to add what cannot be predicted.
  public mutating func keepOutcomesAsBestPredictions() {
    if bestPredictions.isEmpty { bestPredictions = Array(repeating: 0, count: capacity) }
    for i in 0..<count { bestPredictions[i] = outcomes[i] }
  }

  /// Takes what the outcomes are now as probabilities of 1, keeps these, and tosses: 1 where the row's uniform number is below.
  public mutating func tossOutcomes(_ stream: RandomStream) {
    if probabilities.isEmpty { probabilities = Array(repeating: 0, count: capacity) }
    for i in 0..<count { probabilities[i] = outcomes[i] }
    var tossed = outcomes.taken()
    var span = tossed.mutableSpan
    var part = span._mutatingExtracting(0..<count)
    stream.bernoulli(probabilities: probabilities.span.extracting(0..<count), at: position, rows: range, into: &part)
    outcomes = tossed
  }
}
