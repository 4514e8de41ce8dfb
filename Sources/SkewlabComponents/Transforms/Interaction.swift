public import SkewlabEngine

/// Transform `interaction`: products of different features.
public struct Interaction: ProductTransform {
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
  public static let parameters: [any ParameterDeclaration] = [ProductRecipe.features, order]
  static let order = Parameter.integer("order", default: 2, in: 2...10, about: "the most factors in a product")

  let recipe: ProductRecipe

  /// Reads the parameters.
  public init(_ arguments: Arguments) { recipe = ProductRecipe(arguments: arguments, most: Self.order, repeats: false, mixes: true) }
}
