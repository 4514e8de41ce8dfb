import OrderedCollections
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

@Suite struct TransformTests {
  static let column = [1.5, .nan, -2, 4, 4, .nan, 10, 0.25]
  static let weights = [1, 1, 1, 2, 1, 1, 0.5, 1]
  static let schema = Schema([Schema.Column("a", mayBeMissing: true)])

  func fit(_ step: DocumentNode, weights: [Double]? = nil, schema: Schema = schema, column: [Double] = column) throws -> FittedPipeline {
    let csv = "a,y\n1,1\n,2\n"
    let transform = try TableFile(csv).scenario([:], ("pipeline", [step, "impute"])).pipeline.steps[0]
    let matrix = Matrix(rows: column.count, columns: 1, elements: column)
    return try Pipeline([transform], input: schema, paths: [])
      .fit(matrix, weights: weights ?? Array(repeating: 1, count: column.count))
  }

  func apply(_ pipeline: FittedPipeline, _ values: [Double]) -> Matrix {
    var buffers = pipeline.makeBuffers(capacity: values.count)
    return pipeline.encode(Matrix(rows: values.count, columns: 1, elements: values), rows: values.count, buffers: &buffers)
  }

  @Test func `impute learns mean, median, mode or constant of what is present`() throws {
    expectClose(try fit(["kind": "impute"]).state[0].value, 2.9583333333333335)
    expectClose(try fit(["kind": "impute"], weights: Self.weights).state[0].value, 2.576923076923077)
    #expect(try fit(["kind": "impute", "with": "median"]).state[0].value == 2.75)
    #expect(try fit(["kind": "impute", "with": "mode"]).state[0].value == 4)
    #expect(try fit(["kind": "impute", "with": "constant", "value": -999]).state[0].value == -999)
  }

  @Test func `impute fills gaps only, and marks them when asked`() throws {
    let filled = apply(try fit(["kind": "impute", "with": "median", "indicator": true]), [.nan, 3])
    #expect(filled.column(0) == [2.75, 3])
    #expect(filled.column(1) == [1, 0])
  }

  @Test func `a column without any value is filled with the given number`() throws {
    for rule in ["mean", "median", "mode"] {
      let fitted = try fit(["kind": "impute", "with": .string(rule), "value": 7], column: [.nan, .nan])
      #expect(apply(fitted, [.nan]).column(0) == [7])
    }
  }

  @Test func `impute watches a column that it names even when the table has no gaps in it`() throws {
    let whole = Schema([Schema.Column("a")])
    let named = try fit(["kind": "impute", "features": ["a"], "with": "median"], schema: whole)
    #expect(apply(named, [.nan]).column(0) == [2.75])
    #expect(apply(try fit(["kind": "impute"], schema: whole), [.nan]).column(0)[0].isNaN)
  }

  @Test func `standardize learns mean and standard deviation of what is present`() throws {
    let plain = try fit(["kind": "standardize"]).state.map(\.value)
    expectClose(plain[0], 2.9583333333333335)
    expectClose(plain[1], 3.781579990192224)
    expectClose(try fit(["kind": "standardize", "ddof": 1]).state[1].value, 4.142513327276892)
    let weighted = try fit(["kind": "standardize"], weights: Self.weights).state.map(\.value)
    expectClose(weighted[0], 2.576923076923077)
    expectClose(weighted[1], 3.0671720490866217)
  }

  @Test func `standardize keeps what is missing and gives 0 for a constant`() throws {
    let constant = apply(try fit(["kind": "standardize"], column: [5, 5, .nan, 5]), [5, 8, .nan]).column(0)
    #expect(constant[0] == 0 && constant[1] == 0 && constant[2].isNaN)
  }

  @Test func `standardize learns the same from moments as from rows`() throws {
    let numbers = (0..<5000).map { Double(($0 * 7919) % 1009) + 1e6 }
    let scenario = try scenario(("pipeline", ["standardize"]), ("world", ["kind": "gaussian", "features": 1]))
    let matrix = Matrix(rows: 5000, columns: 1, elements: numbers)
    var moments = Moments(dimension: 1)
    moments.add(matrix, rows: 0..<5000)
    let rows = scenario.pipeline.fit(matrix, weights: Array(repeating: 1, count: 5000)).state.map(\.value)
    let fromMoments = try #require(scenario.pipeline.fit(moments)).state.map(\.value)
    // Two orders of summation of 5,000 numbers near 1e6 whose spread is 300: each keeps 12 digits of the spread.
    for (a, b) in zip(rows, fromMoments) { expectClose(a, b, relative: 1e-12) }
  }

  @Test func `log1p is accurate and undefined values become missing`() throws {
    let values = apply(try fit(["kind": "log1p"]), [0, 1e-10, 0.5, 99, -0.999, -1, -3, .nan]).column(0)
    let expected = [0, 9.999999999500001e-11, 0.4054651081081644, 4.605170185988092, -6.907755278982136]
    for (value, figure) in zip(values, expected) { expectClose(value, figure, relative: 4.5e-16) }
    #expect(values[5].isNaN && values[6].isNaN && values[7].isNaN)
  }

  @Test func `one-hot gives a column for each level, zeros for gaps, and its rule for unseen levels`() throws {
    let schema = Schema([Schema.Column("a", .categorical(levels: ["p", "q", "r"]), mayBeMissing: true)])
    func encode(_ step: DocumentNode) throws -> [[Double]] {
      let csv = "a,y\np,1\nq,2\nr,3\n"
      let transform = try TableFile(csv).scenario([:], ("pipeline", [step])).pipeline.steps[0]
      let fitted = try Pipeline([transform], input: schema, paths: [])
        .fit(Matrix(rows: 4, columns: 1, elements: [0, 1, 1, .nan]), weights: [1, 1, 1, 1])
      let encoded = apply(fitted, [0, 1, 2, .nan])
      return (0..<encoded.columns).map(encoded.column)
    }
    #expect(try encode(["kind": "one-hot"]) == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]])
    #expect(try encode(["kind": "one-hot", "unseen": "mode"]) == [[1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]])
    #expect(try encode(["kind": "one-hot", "drop-first": true]) == [[0, 1, 0, 0], [0, 0, 0, 0]])
  }

  @Test func `a constant column gives a constant, and a column without values too`() throws {
    for (step, expected) in [
      (["kind": "min-max", "low": 2, "high": 5], 2), ("robust-scale", 0), ("bin", 0), (["kind": "bin", "by": "width"], 0),
    ] as [(DocumentNode, Double)] {
      for column in [[7, 7, 7], [.nan, .nan, .nan]] {
        #expect(apply(try fit(step, column: column), [7, 9, -1]).column(0) == Array(repeating: expected, count: 3), "\(step.json())")
      }
    }
    #expect(apply(try fit("clip", column: [.nan, .nan]), [-1e9, 1e9]).column(0) == [-1e9, 1e9])
    #expect(apply(try fit("clip", column: [7, 7]), [-1e9, 1e9]).column(0) == [7, 7])
  }

  @Test func `rows of no weight have no part in ranges and quantiles`() throws {
    let column = [1.0, 2, 3, 1000], weights = [1.0, 1, 1, 0]
    #expect(try fit("min-max", weights: weights, column: column).state.map(\.value) == [1, 3])
    #expect(try fit("robust-scale", weights: weights, column: column).state.map(\.value) == [2, 1.5, 2.5])
    #expect(try fit(["kind": "bin", "bins": 2], weights: weights, column: column).state.map(\.value) == [1, 2, 3])
  }

  @Test func `what is learned has names`() throws {
    let learned = try fit(["kind": "clip", "by": "quantiles", "low": 0, "high": 1]).state
    #expect(learned == [FittedValue("a", "low", -2), FittedValue("a", "high", 10)])
    #expect(try fit(["kind": "bin", "bins": 2, "by": "width"]).state.map(\.statistic) == ["edge-0", "edge-1", "edge-2"])
  }

  @Test func `bins may be levels, which one-hot takes`() throws {
    let steps: DocumentNode = [["kind": "bin", "bins": 3, "as": "category"], "one-hot"]
    let pipeline = try scenario(("pipeline", steps), ("world", ["kind": "gaussian", "features": 1])).pipeline
    #expect(pipeline.output.names == ["x1=0", "x1=1", "x1=2"])
    let fitted = pipeline.fit(Matrix(rows: 3, columns: 1, elements: [1, 2, 3]), weights: [1, 1, 1])
    var buffers = fitted.makeBuffers(capacity: 2)
    let encoded = fitted.encode(Matrix(rows: 2, columns: 1, elements: [0, 99]), rows: 2, buffers: &buffers)
    #expect(encoded.elements == [1, 0, 0, 0, 0, 1])
  }

  @Test func `drop and the scales are one map of the raw features`() throws {
    let steps: DocumentNode = ["min-max", ["kind": "drop", "features": ["x2"]], "robust-scale"]
    let pipeline = try scenario(("pipeline", steps), ("world", ["kind": "gaussian", "features": 3])).pipeline
    let numbers = (0..<30).map { Double(($0 * 37) % 101) }, input = Matrix(rows: 10, columns: 3, elements: numbers)
    let (fitted, encoded) = pipeline.fitEncoding(input, weights: Array(repeating: 1, count: 10))
    let map = try #require(fitted.affineMap)
    #expect(fitted.output.names == ["x1", "x3"])
    for i in 0..<10 {
      let image = map.matrix.times((0..<3).map { input[i, $0] })
      // A few roundings of numbers of size one.
      for k in 0..<2 { #expect(abs(image[k] + map.offset[k] - encoded[i, k]) < 1e-14) }
    }
  }

  @Test func `drop alone needs no rows`() throws {
    let pipeline = try scenario(("pipeline", [["kind": "drop", "features": ["x2"]]]), ("world", ["kind": "gaussian", "features": 3]))
      .pipeline
    var moments = Moments(dimension: 3)
    moments.add(Matrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6]), rows: 0..<2)
    #expect(pipeline.fit(moments)?.affineMap?.matrix == Matrix([[1, 0, 0], [0, 0, 1]]))
  }
}
