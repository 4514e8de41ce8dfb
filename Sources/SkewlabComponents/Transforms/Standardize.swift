public import SkewlabEngine
public import SkewlabNumerics

/// Transform `standardize`: (x − mean)/sd.
public struct Standardize: Transform {
  /// `standardize`.
  public static let kind = "standardize"
  /// One line.
  public static let summary = "subtracts the mean and divides by the standard deviation"
  /// The definition.
  public static let definition = """
    z = (x − m)/s with m and s the weighted mean and standard deviation of the values present in the window. s² = Σw(x − m)²/(W − ddof), W the sum of weights. A \
    constant feature, or one without values, gives 0. Missing stays missing.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, ddof]
  static let features = Parameter.features(about: "the features to standardise; all numeric ones unless given")
  static let ddof = Parameter.number("ddof", default: 0, in: .between(0, 1), about: "0 divides by n, 1 by n − 1")

  private let features: FeatureSelection
  private let ddof: Double

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    features = arguments[Self.features]
    ddof = arguments[Self.ddof]
  }

  private static func isSuitable(_ column: Schema.Column) -> Bool { column.isNumeric }

  /// The same columns.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    _ = try features.indices(in: schema, at: path, requirement: "numeric", where: Self.isSuitable)
    return schema
  }

  /// Means and standard deviations of rows.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    fitted(schema) { column in
      let present = PresentMoments(matrix, column: column, weights: weights)
      return (present.mean, present.standardDeviation(ddof: ddof))
    }
  }

  /// Means and standard deviations from moments.
  public func fit(_ moments: Moments, schema: Schema) -> (any FittedTransform)? {
    guard moments.weight > ddof else { return fitted(schema) { _ in (0, 0) } }
    return fitted(schema) { column in
      (moments.mean[column], (moments.cross[column, column] / (moments.weight - ddof)).squareRoot())
    }
  }

  private func fitted(_ schema: Schema, _ statistics: (Int) -> (mean: Double, sd: Double)) -> FittedStandardize {
    let columns = (try? features.indices(in: schema, at: DocumentPath(), requirement: "", where: Self.isSuitable)) ?? []
    var scalings: [FittedStandardize.Scaling?] = Array(repeating: nil, count: schema.count)
    for column in columns {
      let (mean, sd) = statistics(column)
      scalings[column] = FittedStandardize.Scaling(mean: mean, sd: sd)
    }
    return FittedStandardize(output: schema, scalings: scalings)
  }
}

/// `standardize` with its means and standard deviations.
struct FittedStandardize: FittedTransform {
  struct Scaling: Sendable {
    let mean: Double
    let sd: Double
    /// What the deviation is multiplied by: 0 for a constant feature.
    var factor: Double { sd > 0 ? 1 / sd : 0 }
  }

  let output: Schema
  let scalings: [Scaling?]

  var state: [FittedValue] {
    zip(output.names, scalings).flatMap { name, scaling in
      scaling.map { [FittedValue(name, "mean", $0.mean), FittedValue(name, "sd", $0.sd)] } ?? []
    }
  }

  var affineMap: AffineMap? {
    guard output.columns.allSatisfy({ $0.isNumeric && !$0.mayBeMissing }) else { return nil }
    let factors = scalings.map { $0?.factor ?? 1 }
    let offsets = scalings.map { scaling in scaling.map { -$0.mean * $0.factor } ?? 0 }
    return AffineMap(matrix: .diagonal(factors), offset: offsets)
  }

  func apply(_ input: Matrix, rows: Int, into result: inout Matrix) {
    for j in 0..<output.count {
      guard let scaling = scalings[j] else {
        result.copy(column: j, from: input, rows: rows)
        continue
      }
      let mean = scaling.mean, factor = scaling.factor
      result.map(column: j, from: input, column: j, rows: rows) { ($0 - mean) * factor }
    }
  }
}
