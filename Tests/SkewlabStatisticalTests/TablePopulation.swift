import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// A table as a population of its own, in blocks: cycle t has the t-th block of rows, the model fitted on one block serves the next.
///
/// In a block least squares and its residuals obey a law of the population to rounding, whatever the rows are; the rows go through a whole simulation.
struct TablePopulation {
  /// Sums of some 3,000 products of numbers of one size, and a solution of normal equations with condition numbers below 1e4: rounding stays below 1e-11 relative.
  static let tolerance = 1e-10

  /// A column: numbers, NaN where missing; or words.
  enum Column {
    case numbers([Double])
    case words([String])

    func cell(_ row: Int) -> String {
      switch self {
      case .numbers(let values): values[row].isNaN ? "" : "\(values[row])"
      case .words(let values): values[row]
      }
    }
  }

  /// Features x1, x2, … of all blocks, one after another.
  var features: [Column]
  var outcomes: [Double]
  var blockRows: Int

  /// Runs a scenario on the table: one block a cycle, in order, every row fitted, one fit a cycle on that cycle's rows alone.
  func records(pipeline: DocumentNode, discrepancies: DocumentNode, metrics: DocumentNode = ["loss", "parity"]) throws -> [CycleRecord] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("skewlab-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var text = features.indices.map { "x\($0 + 1)," }.joined() + "y\n"
    for row in outcomes.indices { text += features.map { $0.cell(row) + "," }.joined() + "\(outcomes[row])\n" }
    try Data(text.utf8).write(to: folder.appendingPathComponent("t.csv"))
    let root: DocumentNode = [
      "cycles": .integer(outcomes.count / blockRows - 1), "rows": .integer(blockRows), "evaluation": ["share": 0],
      "world": ["kind": "table", "path": "t.csv", "target": "y", "draw": "in-order"], "pipeline": pipeline,
      "discrepancies": discrepancies, "retraining": ["every": 1, "window": ["cycles": 1]], "metrics": metrics,
    ]
    var simulation = Simulation(try Scenario(ScenarioDocument(root: root, folder: folder.path), catalog: .standard))
    let records = simulation.run()
    try #require(simulation.ending == .completed)
    return records
  }

  /// The excess that a discrepancy costs in the last block, above the loss without it.
  func excess(pipeline: DocumentNode, discrepancies: DocumentNode) throws -> Double {
    let altered = try records(pipeline: pipeline, discrepancies: discrepancies), plain = try records(pipeline: pipeline, discrepancies: [])
    let last = altered.count - 1
    let own = try #require(altered[last - 1].fitted?.predictor), other = try #require(plain[last - 1].fitted?.predictor)
    // The training side is the same; one log keeps rows and the other moments, so that sums may run in another order.
    let weights = zip(own.weights, other.weights).map { abs($0 - $1) }.max() ?? 0
    #expect(weights < 1e-11 && abs(own.intercept - other.intercept) < 1e-11)
    let served = try #require(altered[last]["served_loss"]), right = try #require(plain[last]["served_loss"])
    let parts = try #require(altered[last]["pipeline_skew"])
    #expect(abs(parts - (served - right)) <= Self.tolerance * (abs(parts) + 1), "the pipelines' own part is the whole of it")
    return served - right
  }
}

/// Means, covariances and the least squares of a block of rows.
struct BlockMoments {
  let mean: [Double]
  let covariance: Matrix
  let fit: LinearPredictor

  init(_ columns: [[Double]], _ outcomes: [Double]) throws {
    let d = columns.count
    var moments = Moments(dimension: d + 1)
    moments.add(
      Matrix(rows: outcomes.count, columns: d + 1, elements: columns.flatMap { $0 } + outcomes), rows: 0..<outcomes.count)
    mean = Array(moments.mean.prefix(d))
    let full = moments.covariance()
    covariance = Matrix((0..<d).map { i in (0..<d).map { full[i, $0] } })
    fit = try LinearFit.leastSquares(moments, features: (1...d).map { "x\($0)" }).predictor
  }

  func sd(_ j: Int) -> Double { covariance[j, j].squareRoot() }
}

/// y less its least squares on columns and a constant: orthogonal to each of them.
func residuals(_ y: [Double], on columns: [[Double]]) throws -> [Double] {
  var rest = y
  // Twice: what is left after the first time is rounding of the size of y.
  for _ in 0..<2 {
    let design = Matrix(
      rows: y.count, columns: columns.count + 1, elements: columns.flatMap { $0 } + Array(repeating: 1, count: y.count))
    let solution = try LeastSquares.minimumNorm(design, rest).solution
    let fitted = design.times(solution)
    rest = zip(rest, fitted).map { $0 - $1 }
  }
  return rest
}
