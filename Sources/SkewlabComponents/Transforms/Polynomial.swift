public import SkewlabEngine
public import SkewlabNumerics

/// Transform `polynomial`: powers and products of features, up to a degree.
public struct Polynomial: Transform {
  /// `polynomial`.
  public static let kind = "polynomial"
  /// One line.
  public static let summary = "powers and products of features, up to a degree"
  /// The definition.
  public static let definition = """
    The features stay, and after all columns come their products of 2 to `degree` factors, a feature as often as it likes: by degree, then in the order of the features, named \
    `x1^2`, `x1*x2`, … (scikit-learn's PolynomialFeatures without the bias). With `cross: false` only the powers of each feature. A product with a missing factor is missing. Nothing is fitted.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, degree, cross]
  static let features = Parameter.features(about: "the features to multiply; all numeric ones unless given")
  static let degree = Parameter.integer("degree", default: 2, in: 2...10, about: "the most factors in a product")
  static let cross = Parameter.flag("cross", default: true, about: "whether products may have several features")

  var features: FeatureSelection
  var degree: Int
  var crosses: Bool

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    features = arguments[Self.features]
    degree = arguments[Self.degree]
    crosses = arguments[Self.cross]
  }

  private func products(_ columns: [Int]) -> Products { Products(of: columns, degrees: 2...degree, repeats: true, mixes: crosses) }

  /// The same columns, then the products.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    let columns = try features.indices(.numeric, in: schema, at: path)
    let count = Products.count(of: columns.count, degrees: 2...degree, repeats: true, mixes: crosses, limit: Products.limit)
    guard schema.count + count <= Products.limit else {
      throw ScenarioError(
        .conflict(
          "\(columns.count) features have more products of up to \(degree) factors than the \(Products.limit) columns that a model may have",
          advice: "name fewer `features`, or take a lower `degree`"), path: path, location: features.location)
    }
    return Schema(schema.columns + products(columns).columns(of: schema))
  }

  /// Nothing to learn.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    FittedProducts(products(features.bound(.numeric, in: schema)), schema)
  }
}
