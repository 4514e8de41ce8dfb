public import SkewlabEngine
public import SkewlabNumerics

/// Transform `interaction`: products of different features.
public struct Interaction: Transform {
  /// `interaction`.
  public static let kind = "interaction"
  /// One line.
  public static let summary = "products of different features"
  /// The definition.
  public static let definition = """
    The features stay, and after all columns come the products of 2 to `order` different ones: by their number of factors, then in the order of the features, named `x1*x2` (scikit-learn's \
    PolynomialFeatures with `interaction_only`). A product with a missing factor is missing. Nothing is fitted.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, order]
  static let features = Parameter.features(about: "the features to multiply; all numeric ones unless given")
  static let order = Parameter.integer("order", default: 2, in: 2...10, about: "the most factors in a product")

  var features: FeatureSelection
  var order: Int

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    features = arguments[Self.features]
    order = arguments[Self.order]
  }

  private func products(_ columns: [Int]) -> Products { Products(of: columns, degrees: 2...order, repeats: false, mixes: true) }

  /// The same columns, then the products.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    let columns = try features.indices(.numeric, in: schema, at: path)
    let count = Products.count(of: columns.count, degrees: 2...order, repeats: false, mixes: true, limit: Products.limit)
    guard schema.count + count <= Products.limit else {
      throw ScenarioError(
        .conflict(
          "\(columns.count) features have more products of up to \(order) factors than the \(Products.limit) columns that a model may have",
          advice: "name fewer `features`, or take a lower `order`"), path: path, location: features.location)
    }
    return Schema(schema.columns + products(columns).columns(of: schema))
  }

  /// Nothing to learn.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    FittedProducts(products(features.bound(.numeric, in: schema)), schema)
  }
}
