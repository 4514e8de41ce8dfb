internal import SkewlabEngine
internal import SkewlabNumerics

/// Which products of which features: up to `most` factors, in which a feature `repeats` and `mixes` with others.
struct ProductRecipe: Sendable {
  static let features = Parameter.features(about: "the features to multiply; all numeric ones unless given")

  let arguments: Arguments
  let most: Parameter<Int>
  let repeats: Bool
  let mixes: Bool

  var features: FeatureSelection { arguments[Self.features] }
  var degrees: ClosedRange<Int> { 2...arguments[most] }
  func products(_ columns: [Int]) -> Products { Products(of: columns, degrees: degrees, repeats: repeats, mixes: mixes) }
}

/// A transform that adds products of features.
protocol ProductTransform: Transform { var recipe: ProductRecipe { get } }

extension ProductTransform {
  /// The same columns, then the products.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    let columns = try recipe.features.indices(.numeric, in: schema, at: path), degrees = recipe.degrees
    let count = Products.count(of: columns.count, degrees: degrees, repeats: recipe.repeats, mixes: recipe.mixes, limit: Products.limit)
    guard schema.count + count <= Products.limit else {
      throw recipe.arguments.error(
        .conflict(
          "\(columns.count) features have more products of up to \(degrees.upperBound) factors than the \(Products.limit) columns that a model may have",
          advice: "name fewer `features`, or take a lower `\(recipe.most.name)`"),
        at: recipe.most)
    }
    return Schema(schema.columns + recipe.products(columns).columns(of: schema))
  }

  /// Nothing to learn.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    FittedProducts(recipe.products(recipe.features.bound(.numeric, in: schema)), schema)
  }
}
