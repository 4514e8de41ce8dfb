import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import SkewlabScenarios
import Testing

/// Every transform against scikit-learn, pandas and NumPy (Tests/Reference/transform_figures.py).
@Suite struct TransformFigureTests {
  /// Relative to the result: means of some twenty numbers, elementary functions within a few units in the last place, and powers by logarithms, whose
  /// exponents, up to 100 here, multiply the error of 2⁻⁵³.
  static let tolerance = 1e-13
  /// Of results near zero that are differences of numbers near one: 2π·30/7 as a double is off by 2⁻⁴⁹.
  static let absolute = 1e-14

  static func numbers(_ text: Substring) -> [Double] {
    text.split(separator: " ").map { word in
      guard let number = Double(word) else { preconditionFailure("not a number: \(word)") }
      return number
    }
  }

  static func lines(_ table: String) -> [[Substring]] {
    table.split(separator: "\n").map { line in
      line.split(separator: "|", omittingEmptySubsequences: false).map { $0.drop { $0 == " " } }
    }
  }

  /// A step of a table that has these levels, if any.
  func transform(_ node: DocumentNode, levels: [String]?) throws -> any Transform {
    let cells = levels ?? ["1", "2", ""]
    let csv = "a,y\n" + cells.enumerated().map { "\($1),\($0)\n" }.joined()
    let rest: DocumentNode = levels == nil ? ["kind": "impute"] : ["kind": "one-hot"]
    var step = node
    step["features"] = ["a"]
    return try TableFile(csv).scenario([:], ("pipeline", [step, rest])).pipeline.steps[0]
  }

  func expectSame(_ value: Double, _ expected: Double, _ what: @autoclosure () -> String) {
    if value.isNaN, expected.isNaN { return }
    if value == expected { return }
    let isClose = abs(value - expected) <= max(Self.tolerance * abs(expected), Self.absolute)
    #expect(isClose, "\(what()): \(value) instead of \(expected)")
  }

  @Test(arguments: lines(TransformFigures.cases).map { $0.joined(separator: "|") })
  func `a transform gives what the library gives`(_ line: String) throws {
    let parts = line.split(separator: "|", omittingEmptySubsequences: false)
    var node = try YAMLReader.value(String(parts[0]), file: "figures")
    let levels = node["levels"]?.items?.compactMap(\.text)
    node["levels"] = nil
    let step = try transform(node, levels: levels)
    let fitted = Self.numbers(parts[1]), applied = Self.numbers(parts[3]), expected = parts[4...].map(Self.numbers)
    let schema = Schema([levels.map { .init("a", .categorical(levels: $0)) } ?? .init("a", mayBeMissing: true)])
    let pipeline = try Pipeline([step], input: schema, paths: [])
      .fit(Matrix(rows: fitted.count, columns: 1, elements: fitted), weights: Self.numbers(parts[2]))
    var buffers = pipeline.makeBuffers(capacity: applied.count)
    let encoded = pipeline.encode(Matrix(rows: applied.count, columns: 1, elements: applied), rows: applied.count, buffers: &buffers)
    #expect(encoded.columns == expected.count)
    for (j, column) in expected.enumerated() where j < encoded.columns {
      #expect(column.count == applied.count)
      for (i, value) in column.enumerated() { expectSame(encoded[i, j], value, "\(parts[0])of \(applied[i])") }
    }
  }

  @Test func `products have the library's columns and order`() throws {
    for line in Self.lines(TransformFigures.products) {
      let step = try transform(try YAMLReader.value(String(line[0]), file: "figures"), levels: nil)
      let columns = line[2...].map(Self.numbers)
      let schema = Schema([.init("a"), .init("b", mayBeMissing: true), .init("c")])
      // Fitted on three columns: the step names one, and is bound again without names.
      let all = try scenario(("pipeline", [try YAMLReader.value(String(line[0]), file: "figures")])).pipeline.steps[0]
      let input = Matrix(rows: columns[0].count, columns: 3, elements: columns[..<3].flatMap { $0 })
      let pipeline = try Pipeline([all], input: schema, paths: [])
        .fit(input, weights: Array(repeating: 1, count: input.rows))
      #expect(try step.bind(to: schema, at: DocumentPath()).count >= schema.count)
      #expect(pipeline.output.names == line[1].split(separator: " ").map(String.init))
      #expect(pipeline.output.columns.map(\.mayBeMissing) == pipeline.output.names.map { $0.contains("b") })
      var buffers = pipeline.makeBuffers(capacity: input.rows)
      let encoded = pipeline.encode(input, rows: input.rows, buffers: &buffers)
      for (j, column) in columns[3...].enumerated() {
        for (i, value) in column.enumerated() { expectSame(encoded[i, j], value, pipeline.output.names[j]) }
      }
    }
  }

  /// The hash is seen through its buckets: six numbers of buckets without a common factor, whose product is above 2³², and the sign, tell all its bits.
  @Test func `hashes are the published ones`() throws {
    for line in TransformFigures.hashes.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
      let hash = Int32(bitPattern: try #require(UInt32(words[2]))), seed = try #require(Int(words[1]))
      for buckets in [64, 63, 61, 59, 55, 53] {
        let step = try transform(
          [
            "kind": "hash", "function": .string(String(words[0])), "seed": .integer(seed), "buckets": .integer(buckets), "signed": true,
          ], levels: ["p", "q"])
        let schema = Schema([.init("a", .categorical(levels: [String(words[3])]))]), one = Matrix(rows: 1, columns: 1)
        let pipeline = try Pipeline([step], input: schema, paths: []).fit(one, weights: [1])
        var room = pipeline.makeBuffers(capacity: 1)
        let encoded = pipeline.encode(one, rows: 1, buffers: &room)
        let place = try #require((0..<buckets).first { encoded[0, $0] != 0 })
        #expect(place == Int(hash.magnitude) % buckets && encoded[0, place] == (hash < 0 ? -1 : 1), "\(line)")
      }
    }
  }
}
