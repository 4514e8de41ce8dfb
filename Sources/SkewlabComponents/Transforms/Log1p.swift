public import SkewlabEngine
public import SkewlabNumerics

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Transform `log1p`: log(1 + x).
public struct Log1p: Transform {
  /// `log1p`.
  public static let kind = "log1p"
  /// One line.
  public static let summary = "the natural logarithm of 1 + x"
  /// The definition.
  public static let definition = """
    z = log(1 + x), accurate for small x. It is not defined for x ≤ −1: such a value becomes missing, and missing stays missing; an `impute` that names the feature \
    fills both. Nothing is fitted.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features]
  static let features = Parameter.features(about: "the features to transform; all numeric ones unless given")
  /// Columns do not say what range their numbers have.
  public static let conformanceSkips = [
    ConformanceSkip(
      "transform-missing",
      because: "values of −1 or less become missing; announcing gaps would ask every scenario with areas or counts to impute")
  ]

  private let features: FeatureSelection

  /// Reads the parameters.
  public init(_ arguments: Arguments) { features = arguments[Self.features] }

  private func columns(_ schema: Schema, at path: DocumentPath) throws(ScenarioError) -> [Int] {
    try features.indices(in: schema, at: path, requirement: "numeric") { $0.isNumeric }
  }

  /// The same columns.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    _ = try columns(schema, at: path)
    return schema
  }

  /// Nothing to learn.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    FittedLog1p(output: schema, columns: Set((try? columns(schema, at: DocumentPath())) ?? []))
  }
}

/// `log1p` bound to its columns.
struct FittedLog1p: FittedTransform {
  let output: Schema
  let columns: Set<Int>
  let state: [FittedValue] = []
  let affineMap: AffineMap? = nil

  func apply(_ input: Matrix, rows: Int, into result: inout Matrix) {
    for j in 0..<output.count {
      if columns.contains(j) {
        result.map(column: j, from: input, column: j, rows: rows) { $0 > -1 ? log1p($0) : .nan }
      } else {
        result.copy(column: j, from: input, rows: rows)
      }
    }
  }
}
