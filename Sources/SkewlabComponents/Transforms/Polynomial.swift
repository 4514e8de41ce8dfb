public import SkewlabEngine

/// Transform `polynomial`: powers and products of features, up to a degree.
public struct Polynomial: ProductTransform {
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
  public static let parameters: [any ParameterDeclaration] = [ProductRecipe.features, degree, cross]
  static let degree = Parameter.integer("degree", default: 2, in: 2...10, about: "the most factors in a product")
  static let cross = Parameter.flag("cross", default: true, about: "whether products may have several features")

  let recipe: ProductRecipe

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    recipe = ProductRecipe(arguments: arguments, most: Self.degree, repeats: true, mixes: arguments[Self.cross])
  }
}
