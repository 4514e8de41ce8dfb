internal import SkewlabEngine
internal import SkewlabNumerics

/// The contract of a transform, on every kind of columns that it binds to.
enum TransformChecks {
  static let all = [
    NamedCheck(.transformOutput, output), NamedCheck(.transformPure, pure), NamedCheck(.transformRowWise, rowWise),
    NamedCheck(.transformMoments, moments), NamedCheck(.transformAffine, affine), NamedCheck(.transformMissing, missing),
  ]

  /// Rows fitted from moments and from rows sum in different orders; the error of a standard deviation is a few units of n·ε.
  private static let momentsTolerance = 1e-9
  /// One product and one sum an output, against another order of the same.
  private static let affineTolerance = 1e-12

  private static func step(_ subject: Subject) -> (any Transform)? {
    subject.scenario.pipeline.steps.first { Swift.type(of: $0) == subject.type }
  }

  // MARK: Columns to try

  /// Rows with what a transform can meet.
  private struct Sample {
    let name: String
    let schema: Schema
    let features: Matrix
    let weights: [Double]
    /// The columns that the step announces.
    let output: Schema
  }

  private static func samples(_ step: any Transform) -> [Sample] {
    let gaps: [Schema.Column] = [.init("gap", mayBeMissing: true)],
      text: [Schema.Column] = [.init("level", .categorical(levels: ["a", "b", "c"]))]
    let numbers: [Schema.Column] = [.init("x1"), .init("x2"), .init("x3")]
    let holey: [Schema.Column] = [.init("level", .categorical(levels: ["a", "b", "c"]), mayBeMissing: true)]
    let kinds: [(String, [Schema.Column])] = [
      ("numbers", numbers), ("numbers with gaps", numbers + gaps), ("text", text), ("text and numbers", text + numbers),
      ("everything", numbers + gaps + holey),
    ]
    return kinds.compactMap { name, columns in
      let schema = Schema(columns)
      guard let output = try? step.bind(to: schema, at: DocumentPath(["pipeline", "0"])) else { return nil }
      return Sample(name: name, schema: schema, features: values(schema), weights: weights, output: output)
    }
  }

  private static let weights = Blocks.normals("weights").map { 0.5 + abs($0) }

  /// `x3` is a constant that no sum of halves gives exactly.
  private static func values(_ schema: Schema) -> Matrix {
    var features = Matrix(rows: Blocks.count, columns: schema.count)
    for (j, column) in schema.columns.enumerated() {
      let draws = Blocks.normals("features/\(column.name)"), missing = Blocks.normals("missing/\(column.name)")
      for i in 0..<Blocks.count {
        switch column.type {
        case .categorical(let levels): features[i, j] = Double(Int(abs(draws[i]) * 10) % levels.count)
        case .numeric: features[i, j] = column.name == "x3" ? 0.1 : draws[i] * Double(j + 1) + 3
        }
        if column.mayBeMissing, missing[i] < -1 { features[i, j] = .nan }
      }
    }
    return features
  }

  private static func apply(_ fitted: any FittedTransform, _ input: Matrix, rows: Int) -> Matrix {
    var output = Matrix(rows: input.rows, columns: fitted.output.count)
    fitted.apply(input, rows: rows, into: &output)
    return output
  }

  private static func overSamples(_ subject: Subject, _ body: (any Transform, Sample) -> String?) -> [String] {
    guard let step = step(subject) else { return [] }
    return samples(step).compactMap { sample in body(step, sample).map { "on \(sample.name): \($0)" } }
  }

  // MARK: Checks

  @Sendable private static func output(_ subject: Subject) throws(ScenarioError) -> [String] {
    if let step = step(subject), samples(step).isEmpty { return ["binds neither to numbers nor to text, with gaps or without"] }
    return overSamples(subject) { step, sample in
      let fitted = step.fit(sample.features, weights: sample.weights, schema: sample.schema)
      if fitted.output != sample.output {
        return "the fitted step gives \(fitted.output.names), and binding announced \(sample.output.names)"
      }
      if Set(sample.output.names).count != sample.output.count { return "two columns have one name" }
      if let map = fitted.affineMap, map.matrix.rows != sample.output.count || map.matrix.columns != sample.schema.count {
        return
          "the affine map is \(map.matrix.rows) × \(map.matrix.columns) for \(sample.schema.count) columns in, \(sample.output.count) out"
      }
      return nil
    }
  }

  @Sendable private static func pure(_ subject: Subject) throws(ScenarioError) -> [String] {
    overSamples(subject) { step, sample in
      let first = step.fit(sample.features, weights: sample.weights, schema: sample.schema)
      let second = step.fit(sample.features, weights: sample.weights, schema: sample.schema)
      if first.state != second.state { return "a second fit on the same rows learns something else" }
      let encoded = apply(first, sample.features, rows: Blocks.count)
      for fitted in [first, second] {
        let again = apply(fitted, sample.features, rows: Blocks.count)
        if let (row, column) = Blocks.firstDifference(again, encoded, rows: 0..<Blocks.count) {
          return "'\(sample.output.names[column])' of row \(row) differs the second time"
        }
      }
      return nil
    }
  }

  @Sendable private static func rowWise(_ subject: Subject) throws(ScenarioError) -> [String] {
    overSamples(subject) { step, sample in
      let fitted = step.fit(sample.features, weights: sample.weights, schema: sample.schema)
      let whole = apply(fitted, sample.features, rows: Blocks.count)
      for range in Blocks.cuts.flatMap({ $0 }) {
        var part = Matrix(rows: range.count + 5, columns: sample.schema.count)
        for j in 0..<sample.schema.count { for (k, i) in range.enumerated() { part[k, j] = sample.features[i, j] } }
        if let (row, column) = Blocks.firstDifference(apply(fitted, part, rows: range.count), whole, rows: range) {
          return "'\(sample.output.names[column])' of row \(row) differs in the block \(range)"
        }
      }
      return nil
    }
  }

  @Sendable private static func moments(_ subject: Subject) throws(ScenarioError) -> [String] {
    overSamples(subject) { step, sample in
      // Moments know no gaps; the log keeps rows then.
      guard sample.schema.columns.allSatisfy({ $0.isNumeric && !$0.mayBeMissing }) else { return nil }
      var moments = Moments(dimension: sample.schema.count)
      moments.add(sample.features, rows: 0..<Blocks.count, weights: sample.weights.span)
      guard let fromMoments = step.fit(moments, schema: sample.schema) else { return nil }
      let fromRows = step.fit(sample.features, weights: sample.weights, schema: sample.schema)
      if fromMoments.output != fromRows.output { return "a fit from moments gives other columns" }
      let a = apply(fromMoments, sample.features, rows: Blocks.count), b = apply(fromRows, sample.features, rows: Blocks.count)
      return disagreement(a, b, sample.output.names, tolerance: momentsTolerance).map { "fitted from moments, \($0)" }
    }
  }

  @Sendable private static func affine(_ subject: Subject) throws(ScenarioError) -> [String] {
    overSamples(subject) { step, sample in
      let fitted = step.fit(sample.features, weights: sample.weights, schema: sample.schema)
      guard let map = fitted.affineMap else { return nil }
      if !sample.schema.columns.allSatisfy({ $0.isNumeric && !$0.mayBeMissing }) { return "an affine map cannot hold for gaps or text" }
      var mapped = Matrix(rows: Blocks.count, columns: sample.output.count)
      for i in 0..<Blocks.count {
        for k in 0..<sample.output.count {
          mapped[i, k] = map.offset[k]
          for j in 0..<sample.schema.count { mapped[i, k] += map.matrix[k, j] * sample.features[i, j] }
        }
      }
      let applied = apply(fitted, sample.features, rows: Blocks.count)
      return disagreement(mapped, applied, sample.output.names, tolerance: affineTolerance).map { "by the affine map, \($0)" }
    }
  }

  private static func disagreement(_ a: Matrix, _ b: Matrix, _ names: [String], tolerance: Double) -> String? {
    for j in 0..<b.columns {
      for i in 0..<b.rows {
        let x = a[i, j], y = b[i, j]
        if x.isNaN, y.isNaN { continue }
        if !(abs(x - y) <= tolerance * max(1, abs(x), abs(y))) {
          return "'\(names[j])' of row \(i) is \(decimalText(x)) instead of \(decimalText(y))"
        }
      }
    }
    return nil
  }

  @Sendable private static func missing(_ subject: Subject) throws(ScenarioError) -> [String] {
    overSamples(subject) { step, sample in
      let fitted = step.fit(sample.features, weights: sample.weights, schema: sample.schema)
      let encoded = apply(fitted, sample.features, rows: Blocks.count)
      for (k, column) in sample.output.columns.enumerated() {
        let gaps = (0..<Blocks.count).filter { encoded[$0, k].isNaN }
        if !column.mayBeMissing, let row = gaps.first,
          sample.schema.index(of: column.name).map({ !sample.schema.columns[$0].mayBeMissing }) ?? true
        {
          return "'\(column.name)' is announced without gaps, and row \(row) is missing"
        }
        // A column that keeps its name, and says it may be missing, keeps its gaps.
        if column.mayBeMissing, let j = sample.schema.index(of: column.name), sample.schema.columns[j].mayBeMissing,
          let row = (0..<Blocks.count).first(where: { sample.features[$0, j].isNaN && !encoded[$0, k].isNaN })
        {
          return "'\(column.name)' of row \(row) was missing, and is \(decimalText(encoded[row, k]))"
        }
        if !column.mayBeMissing, let j = sample.schema.index(of: column.name), sample.schema.columns[j].mayBeMissing, let row = gaps.first {
          return "'\(column.name)' is announced filled, and row \(row) is still missing"
        }
      }
      return nil
    }
  }
}
