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

  var features: FeatureSelection
  var ddof: Double

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    features = arguments[Self.features]
    ddof = arguments[Self.ddof]
  }

  /// The same columns.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    _ = try features.indices(.numeric, in: schema, at: path)
    return schema
  }

  /// Means and standard deviations of rows.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    features.fitted(.numeric, in: schema) { column in
      let present = PresentMoments(matrix, column: column, weights: weights)
      return Self.rescaling(mean: present.mean, sd: present.standardDeviation(ddof: ddof))
    }
  }

  /// Means and standard deviations from moments.
  public func fit(_ moments: Moments, schema: Schema) -> (any FittedTransform)? {
    features.fitted(.numeric, in: schema) { column in
      guard moments.weight > ddof else { return Self.rescaling(mean: 0, sd: 0) }
      return Self.rescaling(mean: moments.mean[column], sd: (moments.cross[column, column] / (moments.weight - ddof)).squareRoot())
    }
  }

  private static func rescaling(mean: Double, sd: Double) -> Rescaling {
    Rescaling(origin: mean, factor: sd > 0 ? 1 / sd : 0, learned: [("mean", mean), ("sd", sd)])
  }
}
