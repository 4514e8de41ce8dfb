import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// Each discrepancy against serving written out by hand: the same rows, the model's own parameters, the deviation in plain arithmetic.
@Suite struct DiscrepancyTests {
  private static let rows = 700

  /// Positive features, so that logarithms are defined.
  private static func document(_ discrepancy: DocumentNode, pipeline: DocumentNode = ["standardize"], cycles: Int = 1) -> ScenarioDocument {
    [
      "seed": 11, "cycles": .integer(cycles), "rows": .integer(rows), "pipeline": pipeline, "discrepancies": [discrepancy],
      "world": ["kind": "gaussian", "features": 2, "mean": [6, 3], "coefficients": [1.5, -0.8], "intercept": 0.3, "noise": 0.5],
    ]
  }

  /// The records, and the rows of a cycle.
  private static func run(_ document: ScenarioDocument, cycle: Int) throws -> (records: [CycleRecord], rows: Rows) {
    let scenario = try Scenario(document, catalog: .standard)
    var simulation = Simulation(scenario)
    let records = simulation.run()
    var drawn = Rows(schema: scenario.world.component.schema, capacity: rows, hasIdentities: false)
    scenario.world.component.draw(
      0..<rows, at: .init(replicate: 0, cycle: cycle), conditions: WorldConditions(features: 2), into: &drawn)
    return (records, drawn)
  }

  /// The loss of a score computed by hand is the one that the run measured.
  private static func expectServed(
    _ document: ScenarioDocument, cycle: Int = 1, tolerance: Double = 1e-12, changing least: Double = 1e-6,
    _ score: (LinearPredictor, [Double]) -> Double,
    at location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let (records, drawn) = try run(document, cycle: cycle)
    let model = try #require(records[cycle - 1].fitted?.predictor, sourceLocation: location)
    var sum = 0.0
    for i in 0..<rows {
      let error = score(model, [drawn.features[i, 0], drawn.features[i, 1]]) - drawn.outcomes[i]
      sum += error * error
    }
    let measured = try #require(records[cycle]["served_loss"], sourceLocation: location), expected = sum / Double(rows)
    #expect(abs(measured - expected) <= tolerance * expected, "\(measured) instead of \(expected)", sourceLocation: location)
    let plain = try Scenario(without(document), catalog: .standard)
    var other = Simulation(plain)
    let untouched = try #require(other.run()[cycle]["served_loss"], sourceLocation: location)
    #expect(abs(measured - untouched) > least * untouched, "the discrepancy changes nothing", sourceLocation: location)
  }

  private static func without(_ document: ScenarioDocument) -> ScenarioDocument {
    var document = document
    document.root["discrepancies"] = []
    return document
  }

  /// Mean and deviation of the rows that a model was fitted on: those of cycle 0 that are not kept for evaluation.
  private static func plain(_ model: LinearPredictor, _ z: [Double]) -> Double {
    model.intercept + model.weights[0] * z[0] + model.weights[1] * z[1]
  }

  /// One feature is filled by another rule, another keeps the step's, and the columns that say where are as they were.
  @Test func `an imputer that marks gaps fills one feature otherwise`() throws {
    var document = Self.document(
      ["kind": "impute-mismatch", "features": ["x2"], "value": -9], pipeline: [["kind": "impute", "indicator": true]])
    document.root["shifts"] = [["kind": "missing-rate", "change": 0.3, "profile": ["kind": "step", "from": 0]]]
    let records = try Self.run(document, cycle: 1).records
    let fills = try #require(records[1].deployed?.steps.first?.values)
    #expect(fills.map(\.feature) == ["x1", "x2"] && fills[0].agrees && fills[1].serving == -9 && fills[1].training != -9)
    #expect(records[1].fitted?.predictor.weights.count == 4)
  }

  @Test func `missing as zero where a shift makes the gaps`() throws {
    var document = Self.document(["kind": "missing-as-zero"], pipeline: ["impute"])
    document.root["shifts"] = [["kind": "missing-rate", "feature": "x1", "change": 0.3]]
    document.root["metrics"] = ["loss", "parity"]
    let share = try #require(Self.run(document, cycle: 1).records[1]["differing_share"])
    // Of 700 rows a share of 0.3 is found to 0.0173; five of them.
    #expect(abs(share - 0.3) < 0.087)
  }

  @Test func `a step that is left out`() throws {
    try Self.expectServed(Self.document(["kind": "skip-transform", "step": "standardize"])) { model, x in Self.plain(model, x) }
    try Self.expectServed(Self.document(["kind": "skip-transform"], pipeline: ["log1p"])) { model, x in Self.plain(model, x) }
  }

  @Test func `a logarithm of a logarithm`() throws {
    try Self.expectServed(Self.document(["kind": "double-transform"], pipeline: ["log1p"])) { model, x in
      Self.plain(model, x.map { log1p(log1p($0)) })
    }
  }

  @Test(arguments: ["log10", "log-of-max", "none"]) func `other logarithms`(variant: String) throws {
    try Self.expectServed(Self.document(["kind": "log-variant", "variant": .string(variant), "least": 2.5], pipeline: ["log1p"])) {
      model, x in
      Self.plain(
        model,
        x.map { value in
          switch variant {
          case "log10": log10(1 + value)
          case "log-of-max": log(max(value, 2.5))
          default: value
          }
        })
    }
  }

  @Test(arguments: ["floor", "round"]) func `values on a grid`(rule: String) throws {
    try Self.expectServed(
      Self.document(["kind": "truncate", "grid": 0.5, "rule": .string(rule), "features": ["x2"]], pipeline: [])
    ) { model, x in
      Self.plain(model, [x[0], rule == "floor" ? floor(x[1] / 0.5) * 0.5 : (x[1] / 0.5).rounded() * 0.5])
    }
  }

  /// Serving standardises first and then takes the logarithm, which many standardised values do not have: the first prediction is missing.
  @Test func `steps exchanged`() throws {
    let document = Self.document(["kind": "step-order", "step": 0, "with": 1], pipeline: ["log1p", "standardize"])
    var simulation = Simulation(try Scenario(document, catalog: .standard))
    #expect(simulation.run().map(\.cycle) == [0])
    guard case .missingValue(cycle: 1) = try #require(simulation.ending) else {
      Issue.record("ended otherwise: \(String(describing: simulation.ending))")
      return
    }
  }

  @Test(arguments: [("sign-flipped", -1.0), ("dropped", 0), ("rounded", .nan)])
  func `one weight wrong`(mistake: String, factor: Double) throws {
    try Self.expectServed(Self.document(["kind": "coefficient-typo", "feature": "x2", "mistake": .string(mistake)], pipeline: [])) {
      model, x in
      let wrong = factor.isNaN ? (model.weights[1] * 10).rounded() / 10 : factor * model.weights[1]
      return model.intercept + model.weights[0] * x[0] + wrong * x[1]
    }
  }

  @Test func `single precision, number by number`() throws {
    try Self.expectServed(Self.document(["kind": "precision", "format": "float32"], pipeline: ["log1p"]), changing: 1e-9) { model, x in
      var sum = Float(model.intercept)
      for j in 0..<2 { sum += Float(log1p(x[j])) * Float(model.weights[j]) }
      return Double(sum)
    }
  }

  #if arch(arm64) || os(Linux)
    @Test func `half precision is the processor's`() throws {
      try Self.expectServed(Self.document(["kind": "precision", "format": "float16"], pipeline: [])) { model, x in
        var sum = Float16(model.intercept)
        for j in 0..<2 { sum += Float16(x[j]) * Float16(model.weights[j]) }
        return Double(sum)
      }
    }
  #endif

  @Test func `fixed point, and brain floats`() throws {
    try Self.expectServed(Self.document(["kind": "precision", "format": "fixed-point", "bits": 3], pipeline: [])) { model, x in
      func fixed(_ value: Double) -> Double { (value * 8).rounded(.toNearestOrEven) / 8 }
      var sum = fixed(model.intercept)
      for j in 0..<2 { sum = fixed(sum + fixed(fixed(x[j]) * fixed(model.weights[j]))) }
      return sum
    }
    try Self.expectServed(Self.document(["kind": "precision", "format": "bfloat16"], pipeline: [])) { model, x in
      // The upper half of a single, rounded to even by its integer bits.
      func brain(_ value: Double) -> Double {
        let bits = Float(value).bitPattern
        return Double(Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000))
      }
      var sum = brain(model.intercept)
      for j in 0..<2 { sum = brain(sum + brain(brain(x[j]) * brain(model.weights[j]))) }
      return sum
    }
  }

  /// s² with n − 1 instead of n: features in serving are smaller by √((n − 1)/n) about the same mean.
  @Test func `degrees of freedom`() throws {
    let (records, _) = try Self.run(Self.document(["kind": "ddof"]), cycle: 1)
    let (plain, _) = try Self.run(Self.without(Self.document(["kind": "ddof"])), cycle: 1)
    let a = try #require(records[0].fitted?.predictor), b = try #require(plain[0].fitted?.predictor)
    #expect(relative(a.weights, b.weights) < 1e-12, "the training side is as it was")
    let served = try #require(records[1]["mean_prediction"] ?? records[1]["served_mean_prediction"])
    let right = try #require(plain[1]["mean_prediction"] ?? plain[1]["served_mean_prediction"])
    // Standardised features have mean 0 in training: the intercept is the mean label, and predictions deviate from it by the factor.
    let n = (served - a.intercept) / (right - a.intercept)
    let fitted = 1 / (1 - n * n)
    #expect(abs(fitted - fitted.rounded()) < 1e-6 && (400..<700).contains(fitted), "\(fitted) rows were fitted")
  }

  private func relative(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map { abs($0 / $1 - 1) }.max() ?? 0 }

  /// With the world as it is, the state of cycle 0 serves in every cycle with the weights of later fits.
  @Test func `old statistics`() throws {
    let document = Self.document(["kind": "stale-statistics", "cycles": 2], cycles: 4)
    let (records, _) = try Self.run(document, cycle: 4)
    let (plain, _) = try Self.run(Self.without(document), cycle: 4)
    // One log keeps rows and the other moments: two orders of summation.
    func change(_ cycle: Int) throws -> Double {
      let own = try #require(records[cycle]["served_loss"]), other = try #require(plain[cycle]["served_loss"])
      return abs(own / other - 1)
    }
    #expect(try change(1) < 1e-12, "before there is an older fit the first serves, which is the model's own")
    for cycle in 2...4 { #expect(try change(cycle) > 1e-6, "cycle \(cycle)") }
    for cycle in 0...4 {
      let model = try #require(records[cycle].fitted?.predictor), other = try #require(plain[cycle].fitted?.predictor)
      #expect(relative(model.weights, other.weights) < 1e-12)
    }
  }

  @Test func `a leak, repeated and lost rows, other defaults: only training changes`() throws {
    let discrepancies: [DocumentNode] = [
      ["kind": "target-leakage", "features": ["x1"]], ["kind": "duplicated-rows", "outcomes": "above", "threshold": 7, "share": 1],
      ["kind": "dropped-rows", "outcomes": "below", "threshold": 7, "share": 0.9], ["kind": "learner-default", "intercept": false],
    ]
    for discrepancy in discrepancies {
      let (records, drawn) = try Self.run(Self.document(discrepancy, pipeline: []), cycle: 1)
      let (plain, _) = try Self.run(Self.without(Self.document(discrepancy, pipeline: [])), cycle: 1)
      let model = try #require(records[0].fitted?.predictor), other = try #require(plain[0].fitted?.predictor)
      #expect(model != other)
      // Serving is as it was: the model's parameters on the raw features.
      var sum = 0.0
      for i in 0..<Self.rows {
        let error = Self.plain(model, [drawn.features[i, 0], drawn.features[i, 1]]) - drawn.outcomes[i]
        sum += error * error
      }
      let measured = try #require(records[1]["served_loss"])
      #expect(abs(measured - sum / Double(Self.rows)) < 1e-12 * measured)
    }
  }

  /// A leak of strength s makes the feature s·y + (1 − s)·x: with s = 1 the model is the outcome itself, and the own test sees no error.
  @Test func `a whole leak is a perfect own test`() throws {
    let (records, _) = try Self.run(Self.document(["kind": "target-leakage", "features": ["x1"], "strength": 1], pipeline: []), cycle: 1)
    let model = try #require(records[0].fitted?.predictor)
    #expect(abs(model.weights[0] - 1) < 1e-10 && abs(model.weights[1]) < 1e-10 && abs(model.intercept) < 1e-9)
    #expect(try #require(records[1]["offline_loss"]) < 1e-18)
    #expect(try #require(records[1]["served_loss"]) > 1)
  }

  @Test func `discrepancies of a site compose in the order written`() throws {
    let pair: [DocumentNode] = [["kind": "truncate", "grid": 1], ["kind": "truncate", "grid": 0.7, "id": "second"]]
    func served(_ discrepancies: DocumentNode) throws -> Double? {
      var document = Self.document([:], pipeline: [])
      document.root["discrepancies"] = discrepancies
      return try Self.run(document, cycle: 1).records[1]["served_loss"]
    }
    let forward = try served(.init(.list(pair))), backward = try served(.init(.list(pair.reversed())))
    #expect(forward != backward)
  }

  /// The scaler meets the codes before they are columns: it has no older state for them, and fits its own.
  @Test func `an old state of a step that meets other columns is left alone`() throws {
    let document: ScenarioDocument = [
      "cycles": 3, "rows": 200, "world": "categorical", "pipeline": ["one-hot", "standardize"],
      "discrepancies": [["kind": "step-order", "step": 0, "with": 1], ["kind": "stale-statistics", "step": "standardize"]],
    ]
    var simulation = Simulation(try Scenario(document, catalog: .standard))
    #expect(simulation.run().map(\.cycle) == [0, 1, 2, 3])
  }
}
