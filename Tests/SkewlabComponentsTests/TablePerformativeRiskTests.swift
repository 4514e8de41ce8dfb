import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// The metric `performative-risk` of a table drawn with replacement, against sums over its rows.
@Suite struct TablePerformativeRiskTests {
  /// 60 rows with gaps and text.
  static let csv: String = {
    let draws = RandomStream(seed: 6, name: "tests/risk").normals(count: 180, at: .init(replicate: 0, cycle: 0))
    var text = "x,z,town,y\n"
    for i in 0..<60 {
      let x = i % 7 == 0 ? "" : "\(draws[i])", town = ["A", "B", "C"][i % 3]
      text += "\(x),\(2 + draws[60 + i]),\(town),\(draws[i] - 2 * draws[60 + i] + Double(i % 3) + draws[120 + i])\n"
    }
    return text
  }()

  /// Solutions of systems of six equations, and sums of 60.
  static let tolerance = 1e-10

  /// A share of 0.7 of the rows answers y′ = oy + (1 − k)ŷ, so that y′ − ŷ = oy − kŷ: o = k = 0.6 for pull, o = 1, k = 0.6 for additive.
  @Test(arguments: [("pull", 0.6, 0.6), ("additive", 1.0, 0.6)]) func `it is a mean over the rows of the table`(
    form: String, o: Double, k: Double
  ) throws {
    let penalty = 0.05, exposed = 0.7
    let scenario = try TableFile(Self.csv).scenario(
      ["draw": "bootstrap"], ("cycles", 3), ("rows", 50), ("pipeline", ["impute", "one-hot", "standardize"]),
      ("learner", ["kind": "ridge", "penalty": .number(penalty)]), ("metrics", ["performative-risk"]),
      ("feedback", [["kind": "label-follows-prediction", "form": .string(form), "strength": 0.4, "exposed": .number(exposed)]]))
    let all = try #require(scenario.world.component.everyRow), n = Double(all.count)
    var simulation = Simulation(scenario), cycles = 0
    while case let model = simulation.model, let record = simulation.step() {
      guard let model else { continue }
      cycles += 1
      let predictions = model.trainingPredictions(all), theta = model.predictor.weights
      var risk = penalty * dot(theta, theta)
      for (y, p) in zip(all.outcomes, predictions) {
        risk += (exposed * (o * y - k * p) * (o * y - k * p) + (1 - exposed) * (y - p) * (y - p)) / n
      }
      #expect(abs(try #require(record["performative_risk"]) - risk) <= Self.tolerance * risk)
      // The least: rows of either kind with the root of their weight, and a row for each penalised weight.
      var buffers = model.trainingPipeline.makeBuffers(capacity: all.capacity)
      let encoded = model.trainingPipeline.encode(all.features, rows: all.count, buffers: &buffers)
      var rows: [[Double]] = [], right: [Double] = []
      for (share, a, b) in [(exposed, k, o), (1 - exposed, 1, 1)] {
        let root = (share / n).squareRoot()
        for i in 0..<all.count {
          rows.append([root * a] + (0..<encoded.columns).map { root * a * encoded[i, $0] })
          right.append(root * b * all.outcomes[i])
        }
      }
      for j in theta.indices {
        rows.append((0...theta.count).map { $0 == j + 1 ? penalty.squareRoot() : 0 })
        right.append(0)
      }
      let design = Matrix(rows), best = try LeastSquares.minimumNorm(design, right).solution
      let least = zip(design.times(best), right).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      let gap = try #require(record["optimality_gap"])
      #expect(abs(gap - (risk - least)) <= Self.tolerance * risk && gap > 0)
    }
    #expect(cycles == 3)
  }

  @Test func `a table in order has none`() throws {
    let scenario = try TableFile(Self.csv).scenario(
      ["draw": "in-order"], ("cycles", 2), ("rows", 20), ("metrics", ["performative-risk"]),
      ("feedback", [["kind": "label-follows-prediction", "strength": 0.4]]))
    #expect(scenario.columns.isEmpty)
  }
}
