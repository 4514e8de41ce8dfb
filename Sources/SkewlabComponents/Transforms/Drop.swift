public import SkewlabEngine
public import SkewlabNumerics

/// Transform `drop`: leaves features out.
public struct Drop: Transform {
  /// `drop`.
  public static let kind = "drop"
  /// One line.
  public static let summary = "leaves features out"
  /// The definition.
  public static let definition = """
    The named features end here: numbers or text, and with a name all columns that a step made of it (`neighborhood` for `neighborhood=…`). At least one column has to be left. Nothing is \
    fitted; the step is linear.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features]
  static let features = Parameter.texts("features", required: true, about: "the features to leave out")
  /// The required parameter.
  public static let example: DocumentNode = ["features": ["x1"]]

  var features: FeatureSelection

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    features = FeatureSelection(names: arguments[Self.features], location: arguments[given: Self.features]?.location)
  }

  private func kept(_ schema: Schema, at path: DocumentPath) throws(ScenarioError) -> [Int] {
    let dropped = Set(try features.indices(in: schema, at: path, requirement: "a feature") { _ in true })
    return schema.columns.indices.filter { !dropped.contains($0) }
  }

  /// The other columns.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    let kept = try kept(schema, at: path)
    guard !kept.isEmpty else {
      throw ScenarioError(
        .conflict("no feature is left", advice: "keep at least one of: \(schema.names.prefix(24).joined(separator: ", "))"),
        path: path.appending("features"), location: features.location)
    }
    return Schema(kept.map { schema.columns[$0] })
  }

  /// Nothing to learn.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform { fitted(schema) }

  /// Nothing to learn.
  public func fit(_ moments: Moments, schema: Schema) -> (any FittedTransform)? { fitted(schema) }

  private func fitted(_ schema: Schema) -> FittedDrop {
    FittedDrop(input: schema, kept: (try? kept(schema, at: DocumentPath())) ?? Array(schema.columns.indices))
  }
}

struct FittedDrop: FittedTransform {
  let input: Schema
  let kept: [Int]
  let state: [FittedValue] = []
  var output: Schema { Schema(kept.map { input.columns[$0] }) }

  var affineMap: AffineMap? {
    guard input.isNumericWithoutGaps else { return nil }
    var matrix = Matrix(rows: kept.count, columns: input.count)
    for (row, column) in kept.enumerated() { matrix[row, column] = 1 }
    return AffineMap(matrix: matrix, offset: Array(repeating: 0, count: kept.count))
  }

  func apply(_ matrix: Matrix, rows: Int, into result: inout Matrix) {
    for (target, source) in kept.enumerated() { result.copy(column: target, from: matrix, column: source, rows: rows) }
  }
}
