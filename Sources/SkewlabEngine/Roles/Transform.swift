public import SkewlabNumerics

/// One step of feature handling: a recipe that is fitted on training rows.
///
/// ### Contract
/// - ``bind(to:at:)`` checks the recipe against the columns it will get, at load, and names the columns it will give.
/// - ``fit(_:weights:schema:)`` learns its state from rows: column j is described by `schema.columns[j]`, missing values are NaN, each row counts
///   with its weight. The state depends on the rows, their order and weights alone.
/// - ``fit(_:schema:)`` learns the same state from moments, where moments are enough; `nil` otherwise.
/// - Missing stays missing until an `impute`.
public protocol Transform: Component {
  /// The columns it gives for the columns it gets.
  func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema
  /// The step fitted on rows, one weight for each.
  func fit(_ features: Matrix, weights: [Double], schema: Schema) -> any FittedTransform
  /// The step fitted on moments of the columns it gets (and possibly more columns after them).
  func fit(_ moments: Moments, schema: Schema) -> (any FittedTransform)?
}

extension Transform {
  /// Every kind of transform has this role.
  public static var role: Role { .transform }
  /// Moments are not enough.
  public func fit(_ moments: Moments, schema: Schema) -> (any FittedTransform)? { nil }
}

/// A transform with its state: a pure function of a row.
public protocol FittedTransform: Sendable {
  /// The columns it gives.
  var output: Schema { get }
  /// What it learned, in a fixed order; two sides agree when these are equal.
  var state: [FittedValue] { get }
  /// The step as output = A·input + b, when it is that on every row it can meet (no missing values, numbers only).
  var affineMap: AffineMap? { get }
  /// Writes the outputs of the first `rows` rows. `output` has a column for each of ``output`` and at least as many rows as `input`.
  func apply(_ input: Matrix, rows: Int, into output: inout Matrix)
}

/// One learned number, such as the mean of a feature.
public struct FittedValue: Sendable, Hashable {
  /// The feature.
  public var feature: String
  /// What was learned of it: `mean`, `sd`, `fill`…
  public var statistic: String
  /// The value.
  public var value: Double

  /// One learned number.
  public init(_ feature: String, _ statistic: String, _ value: Double) {
    self.feature = feature
    self.statistic = statistic
    self.value = value
  }
}

/// z ↦ A z + b.
public struct AffineMap: Sendable, Hashable {
  /// A: outputs × inputs.
  public var matrix: Matrix
  /// b: one for each output.
  public var offset: [Double]

  /// A map.
  public init(matrix: Matrix, offset: [Double]) {
    precondition(matrix.rows == offset.count, "an offset for each output")
    self.matrix = matrix
    self.offset = offset
  }

  /// z ↦ z.
  public static func identity(_ count: Int) -> AffineMap {
    AffineMap(matrix: .identity(count), offset: Array(repeating: 0, count: count))
  }

  /// First this map, then the other.
  public func followed(by next: AffineMap) -> AffineMap {
    let moved = next.matrix.times(offset)
    return AffineMap(matrix: next.matrix * matrix, offset: zip(moved, next.offset).map { $0 + $1 })
  }
}
