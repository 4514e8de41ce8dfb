import SkewlabEngine
import SkewlabNumerics
import Synchronization

/// State that copies of a value share.
final class Shared: Sendable {
  let count = Mutex(0)
  func next() -> Int {
    count.withLock { value in
      value += 1
      return value
    }
  }
}

// MARK: Learners

/// A learner with one thing wrong.
protocol BrokenLearner: Learner {}

extension BrokenLearner {
  static var summary: String { "least squares with one thing wrong" }
  static var definition: String { "Least squares, nearly." }
}

/// Adds a count of its calls.
struct CountingLearner: BrokenLearner {
  static let kind = "counting"
  let calls = Shared()
  init(_ arguments: Arguments) {}
  func fit(_ data: TrainingData) throws(FitError) -> LinearFit {
    var fit = try LinearFit.leastSquares(data.moments, features: data.features)
    fit.predictor.intercept += Double(calls.next())
    return fit
  }
}

/// Takes the first row for the intercept.
struct FirstRowLearner: BrokenLearner {
  static let kind = "first-row"
  let needsRows = true
  init(_ arguments: Arguments) {}
  func fit(_ data: TrainingData) throws(FitError) -> LinearFit {
    var fit = try LinearFit.leastSquares(data.moments, features: data.features)
    if let rows = data.rows, rows.rows > 0 { fit.predictor.intercept = rows[0, 0] }
    return fit
  }
}

/// Stays half way to where it began.
struct LingeringLearner: BrokenLearner {
  static let kind = "lingering"
  init(_ arguments: Arguments) {}
  func fit(_ data: TrainingData) throws(FitError) -> LinearFit {
    var fit = try LinearFit.leastSquares(data.moments, features: data.features)
    if let start = data.start { fit.predictor.intercept = (fit.predictor.intercept + start.intercept) / 2 }
    return fit
  }
}

/// Gives the last feature nothing, and a constant one too much.
struct LopsidedLearner: BrokenLearner {
  static let kind = "lopsided"
  init(_ arguments: Arguments) {}
  func fit(_ data: TrainingData) throws(FitError) -> LinearFit {
    let count = data.features.count
    var fit = try LinearFit.leastSquares(data.moments, features: data.features)
    fit.predictor.weights[count - 1] = 0
    for j in 0..<count where data.moments.cross[j, j] < 1e-12 { fit.predictor.weights[j] = .infinity }
    return fit
  }
}

// MARK: Serving

/// Decides by a row's place in its block.
struct BlockDecision: Decision {
  static let kind = "block"
  static let summary = "serves the place in the block"
  static let definition = "Served value = place."
  init(_ arguments: Arguments) {}
  func decide(
    _ scores: Span<Double>, rows: Range<Int>, at position: RandomStream.Position, served: inout MutableSpan<Double>,
    propensities: inout MutableSpan<Double>
  ) {
    for i in scores.indices {
      served[i] = Double(i)
      propensities[i] = 1
    }
  }
}

/// Sees the first half of each block.
struct BlockObservation: Observation {
  static let kind = "block"
  static let summary = "sees the first half of each block"
  static let definition = "Seen when in the first half."
  let seesEverything = false
  init(_ arguments: Arguments) {}
  func observe(
    served: Span<Double>, outcomes: Span<Double>, rows: Range<Int>, at position: RandomStream.Position, into seen: inout MutableSpan<Double>
  ) {
    for i in seen.indices { seen[i] = i < (seen.count + 1) / 2 ? 1 : 0 }
  }
}

/// Counts blocks, in state that copies share.
struct CountingRuntime: Runtime {
  static let kind = "counting"
  static let summary = "adds the number of blocks so far"
  static let definition = "ŷ + blocks."
  let blocks = Shared()
  init(_ arguments: Arguments) {}
  mutating func serve(_ predictions: inout MutableSpan<Double>, previous: Span<Double>, rows: Range<Int>, deployed: DeployedModel) {
    let count = Double(blocks.next())
    for i in predictions.indices { predictions[i] += count }
  }
}

/// Says that it measures times, and does not.
struct MuteRuntime: Runtime {
  static let kind = "mute"
  static let summary = "measures nothing"
  static let definition = "Nothing is late, and nothing is measured."
  let measures = RuntimeTraits.time
  init(_ arguments: Arguments) {}
  mutating func serve(_ predictions: inout MutableSpan<Double>, previous: Span<Double>, rows: Range<Int>, deployed: DeployedModel) {}
}

/// Counts the blocks that it is given.
struct BlockCountingRuntime: Runtime {
  static let kind = "block-counting"
  static let summary = "measures blocks"
  static let definition = "The share of late rows is the number of blocks."
  let measures = RuntimeTraits.time
  private var blocks = 0.0
  init(_ arguments: Arguments) {}
  mutating func beginCycle(at position: RandomStream.Position) { blocks = 0 }
  mutating func serve(_ predictions: inout MutableSpan<Double>, previous: Span<Double>, rows: Range<Int>, deployed: DeployedModel) {
    blocks += 1
  }
  mutating func endCycle() -> RuntimeMeasurements? {
    RuntimeMeasurements(
      latencyP50: nil, latencyP95: nil, latencyP99: nil, meanWait: nil, waitingShare: nil, lateShare: blocks, lostShare: 0,
      throughput: nil, peakMemory: nil, restarts: nil)
  }
}

/// Divides by a number that the weights have no part in.
struct HeavyLearner: Learner {
  static let kind = "heavy"
  static let summary = "counts the weight of rows against one of its own"
  static let definition = "ŷ = Σwy/(Σw + 1)."
  init(_ arguments: Arguments) {}
  func fit(_ data: TrainingData) throws(FitError) -> LinearFit {
    let moments = data.moments, last = moments.dimension - 1
    guard moments.weight > 0 else { throw .noRows }
    let mean = moments.mean[last] * moments.weight / (moments.weight + 1)
    return LinearFit(predictor: LinearPredictor(intercept: mean, weights: Array(repeating: 0, count: last)))
  }
}

// MARK: Over cycles

/// Fits every fourth time it is asked.
struct CountingRetraining: Retraining {
  static let kind = "counting"
  static let summary = "fits every fourth time it is asked"
  static let definition = "Fits when the number of questions is a multiple of four."
  let window = Window(.cycles(1))
  let questions = Shared()
  init(_ arguments: Arguments) {}
  func fits(after cycle: ServedCycle) -> Bool { questions.next() % 4 == 0 }
}

/// Reads a metric that it does not name.
struct PeekingRetraining: Retraining {
  static let kind = "peeking"
  static let summary = "fits when the served loss is above 2"
  static let definition = "Fits at the end of a cycle with a served loss above 2."
  let window = Window(.cycles(1))
  init(_ arguments: Arguments) {}
  func fits(after cycle: ServedCycle) -> Bool { cycle["served_loss"].map { $0 > 2 } ?? false }
}

/// Raises an alarm at every seventh value that any copy has seen.
struct CountingDetector: Detector {
  static let kind = "counting"
  static let summary = "raises an alarm at every seventh value of any copy"
  static let definition = "Alarm when the count is a multiple of seven."
  let values = Shared()
  init(_ arguments: Arguments) {}
  mutating func update(_ values: Span<Double>) -> Int? { self.values.next() % 7 == 0 ? 0 : nil }
}

/// Has more values than columns, of which one has no proper name.
struct LongMetric: Metric {
  static let kind = "long"
  static let summary = "more values than columns"
  static let definition = "1 and 2."
  init(_ arguments: Arguments) {}
  func columns(for traits: MeasurementTraits) -> [String] { ["Long-Name"] }
  func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] { [1, 2] }
}

/// Makes every outcome not a number.
struct NaNResponse: Response {
  static let kind = "nan"
  static let summary = "not a number"
  static let definition = "y = 0/0."
  init(_ arguments: Arguments) {}
  func respond(outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel) {
    for i in outcomes.indices { outcomes[i] = .nan }
  }
}

// MARK: Discrepancies

/// Does nothing.
struct IdleDiscrepancy: SourceDiscrepancy {
  static let kind = "idle"
  static let summary = "does nothing"
  static let definition = "x."
  static let defaultCause: Cause? = .buggyVersion
  static let parameters = DiscrepancyScope.parameters
  let scope: DiscrepancyScope
  init(_ arguments: Arguments) throws(ScenarioError) { scope = try DiscrepancyScope(arguments) }
  func alter(_ rows: inout Rows) {}
}

/// Says that it doubles features, and adds 1 with a probability of a half.
struct MisdescribedDiscrepancy: SourceDiscrepancy {
  static let kind = "misdescribed"
  static let summary = "is not what it says"
  static let definition = "x or x + 1."
  static let defaultCause: Cause? = .buggyVersion
  static let parameters = DiscrepancyScope.parameters
  let scope: DiscrepancyScope
  private let toss: RandomStream
  init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    toss = arguments.stream("toss")
  }
  var isDeterministic: Bool { true }
  func affineMap(of schema: Schema) -> AffineMap? {
    AffineMap(matrix: 2 * Matrix.identity(schema.count), offset: Array(repeating: 0, count: schema.count))
  }
  func alter(_ rows: inout Rows) {
    for j in 0..<rows.schema.count {
      for i in 0..<rows.count where scope.touches(row: rows.range.lowerBound + i, at: rows.position) {
        if toss.uniform(at: rows.position, row: rows.range.lowerBound + i) < 0.5 { rows.features[i, j] += 1 }
      }
    }
  }
}

/// Acts always, everywhere, on every row, and by a row's place in its block.
struct BoundlessDiscrepancy: SourceDiscrepancy {
  static let kind = "boundless"
  static let summary = "acts always and everywhere"
  static let definition = "x + place."
  static let defaultCause: Cause? = .buggyVersion
  static let parameters = DiscrepancyScope.parameters
  let scope: DiscrepancyScope
  init(_ arguments: Arguments) throws(ScenarioError) {
    var scope = try DiscrepancyScope(arguments)
    scope.from = 0
    scope.until = nil
    self.scope = scope
  }
  func alter(_ rows: inout Rows) {
    rows.withFeature(0) { x in for i in x.indices { x[i] += Double(i) } }
  }
}
