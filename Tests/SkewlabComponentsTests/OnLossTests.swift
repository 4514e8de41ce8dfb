import OrderedCollections
import SkewlabComponents
import SkewlabEngine
import Testing

/// The policy by itself, on made-up losses; then in the loop.
@Suite struct OnLossTests {
  /// After which cycles it fits, from 1, when the column has these values.
  func fits(_ parameters: DocumentNode, _ losses: [Double?], column: String = "served_loss", offline: [Double?]? = nil) throws -> [Int] {
    var node: DocumentNode = ["kind": "on-loss"]
    for (key, value) in parameters.entries ?? [:] { node[key] = value }
    var policy = try scenario(("retraining", node)).retraining.component
    var model = 0, fitted: [Int] = []
    for (index, loss) in losses.enumerated() {
      let columns = [column, "offline_loss"], values = [loss, offline?[index]]
      if policy.fits(after: ServedCycle(cycle: index + 1, modelFittedIn: model, columns: columns, values: values)) {
        model = index + 1
        fitted.append(model)
      }
    }
    return fitted
  }

  @Test func `it fits above the threshold, not at it`() throws {
    #expect(try fits(["against": "absolute", "threshold": 2], [1, 2, 2.5, 3, nil, 1, 9]) == [3, 4, 7])
  }

  /// The yardstick is the first cycle of each model: 1 until cycle 3, then 1.3, in which 1.5 is not above 1.56.
  @Test func `it compares with the first cycle that the model served`() throws {
    #expect(try fits([:], [1, 1.2, 1.21, 1.3, 1.5, 1.57, 1.0, 1.19]) == [3, 6])
  }

  @Test func `without a metric in its first cycle a model is compared with the next`() throws {
    #expect(try fits([:], [nil, 1, 1.1, 1.3]) == [4])
  }

  @Test func `it compares with the model's own test`() throws {
    #expect(try fits(["against": "offline", "threshold": 1.5], [1.4, 1.6, 1.6, 3], offline: [1, 1, 2, nil]) == [2])
  }

  @Test func `patience asks for cycles in a row, of one model`() throws {
    let losses: [Double?] = [3, 1, 3, 3, 3, 3, 1, 3, 3]
    #expect(try fits(["against": "absolute", "threshold": 2, "patience": 2], losses) == [4, 6, 9])
    #expect(try fits(["against": "absolute", "threshold": 2, "patience": 3], losses) == [5])
  }

  @Test func `after a fit there is none during the cooldown`() throws {
    let high: [Double?] = Array(repeating: 3, count: 9)
    #expect(try fits(["against": "absolute", "threshold": 2, "cooldown": 2], high) == [3, 6, 9])
    #expect(try fits(["against": "absolute", "threshold": 2, "cooldown": 2, "patience": 3], high) == [3, 6, 9])
    #expect(try fits(["against": "absolute", "threshold": 2, "cooldown": 1, "patience": 3], high) == [3, 6, 9])
  }

  @Test func `a yardstick that is not above zero asks for no fit`() throws {
    #expect(try fits(["metric": "skew"], [-1, 5, 5], column: "skew") == [])
    #expect(try fits(["metric": "skew"], [0, 5, 5], column: "skew") == [])
  }

  /// Nothing is drawn: while the world stays as it is, the loop is that of `never`, bit by bit; and a copy goes on by itself.
  @Test func `in the loop it fits where the loss says so`() throws {
    let retraining: DocumentNode = ["kind": "on-loss", "against": "absolute", "threshold": 0.98, "window": "all"]
    var simulation = Simulation(try scenario(("retraining", retraining), ("cycles", 12)))
    let records = simulation.run()
    for record in records.dropFirst() { #expect((record.fitted != nil) == (record["served_loss"].map { $0 > 0.98 } ?? false)) }
    #expect(Set(records.dropFirst().map { $0.fitted != nil }).count == 2, "some cycles fit and some do not")
    let still: DocumentNode = ["kind": "on-loss", "threshold": 1000, "window": "all"]
    var patient = Simulation(try scenario(("retraining", still), ("cycles", 4))),
      never = Simulation(try scenario(("retraining", "never"), ("cycles", 4)))
    #expect(patient.run() == never.run())
  }
}
