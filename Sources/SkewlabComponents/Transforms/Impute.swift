public import SkewlabEngine
public import SkewlabNumerics

/// Transform `impute`: fills missing values.
public struct Impute: Transform {
  /// What missing values are filled with.
  public enum Rule: String, Sendable, CaseIterable {
    /// The mean of the values present.
    case mean
    /// Their median.
    case median
    /// The most frequent value.
    case mode
    /// A given number.
    case constant
  }

  /// `impute`.
  public static let kind = "impute"
  /// One line.
  public static let summary = "fills missing values, and may mark where it did"
  /// The definition.
  public static let definition = """
    Numeric features: missing becomes the weighted mean, median or mode of the values present in the window, or `value` with `with: constant`. Ties of the mode go to the least value. A feature \
    with no value in the window is filled with `value`. Text features: missing becomes the most frequent level, whatever the rule. With `indicator: true` each feature \
    that may be missing gets a column `name=missing`, 1 where it was. Unless named, features without gaps in the table pass as they are; a named one is \
    watched even so, such as one whose logarithm may be undefined.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, with, value, indicator]
  static let features = Parameter.features(about: "the features to fill; unless given, all that the table has gaps in")
  static let with = Parameter<Rule>.choice("with", default: .mean, about: "what missing values are filled with")
  static let value = Parameter.number("value", default: 0, about: "the constant, and what a feature without any value is filled with")
  static let indicator = Parameter.flag("indicator", default: false, about: "whether to add columns that mark what was missing")

  /// Features that are filled by another rule.
  struct Exception: Sendable {
    var features: FeatureSelection
    var rule: Rule
    var value: Double
  }

  var features: FeatureSelection
  var rule: Rule
  var value: Double
  var hasIndicator: Bool
  /// Only discrepancies make some; of several for a feature the last one holds.
  var exceptions: [Exception] = []

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    features = arguments[Self.features]
    rule = arguments[Self.with]
    value = arguments[Self.value]
    hasIndicator = arguments[Self.indicator]
  }

  init(features: FeatureSelection, rule: Rule, value: Double) {
    self.features = features
    self.rule = rule
    self.value = value
    hasIndicator = false
  }

  private func columns(_ schema: Schema, at path: DocumentPath) throws(ScenarioError) -> [Int] {
    let all = try features.indices(in: schema, at: path, requirement: "a feature") { _ in true }
    return features.names == nil ? all.filter { schema.columns[$0].mayBeMissing } : all
  }

  /// The same columns, without gaps; then the indicators.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    var output = schema
    let columns = try columns(schema, at: path)
    for column in columns { output.columns[column].mayBeMissing = false }
    if hasIndicator { output.columns += columns.map { Schema.Column(schema.columns[$0].name + "=missing") } }
    return output
  }

  /// The fill of each feature.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    fitted(schema) { column in
      if !schema.columns[column].isNumeric { return PresentOrder(matrix, column: column, weights: weights).mode ?? 0 }
      let exception = exceptions.last { (try? $0.features.indices(.numeric, in: schema, at: DocumentPath()))?.contains(column) ?? false }
      let value = exception?.value ?? value
      switch exception?.rule ?? rule {
      case .constant: return value
      case .mean:
        let present = PresentMoments(matrix, column: column, weights: weights)
        return present.weight > 0 ? present.mean : value
      case .median: return PresentOrder(matrix, column: column, weights: weights).median ?? value
      case .mode: return PresentOrder(matrix, column: column, weights: weights).mode ?? value
      }
    }
  }

  /// Nothing to learn where nothing is filled; moments do not know gaps.
  public func fit(_ moments: Moments, schema: Schema) -> (any FittedTransform)? {
    let isIdle = (try? columns(schema, at: DocumentPath()).isEmpty) ?? false
    return isIdle && !schema.columns.contains { $0.mayBeMissing } ? fitted(schema) { _ in value } : nil
  }

  private func fitted(_ schema: Schema, _ fill: (Int) -> Double) -> FittedImpute {
    let columns = (try? columns(schema, at: DocumentPath())) ?? []
    let output = (try? bind(to: schema, at: DocumentPath())) ?? schema
    return FittedImpute(output: output, inputCount: schema.count, fills: columns.map { ($0, fill($0)) }, hasIndicator: hasIndicator)
  }
}

/// `impute` with its fills.
struct FittedImpute: FittedTransform {
  let output: Schema
  let inputCount: Int
  let fills: [(column: Int, value: Double)]
  let hasIndicator: Bool

  var state: [FittedValue] { fills.map { FittedValue(output.columns[$0.column].name, "fill", $0.value) } }

  var affineMap: AffineMap? {
    fills.isEmpty && output.isNumericWithoutGaps ? .identity(inputCount) : nil
  }

  func apply(_ input: Matrix, rows: Int, into result: inout Matrix) {
    var filled: [Double?] = Array(repeating: nil, count: inputCount)
    for fill in fills { filled[fill.column] = fill.value }
    for (j, value) in filled.enumerated() {
      guard let value else {
        result.copy(column: j, from: input, rows: rows)
        continue
      }
      result.change(column: j, from: input, column: j, rows: rows) { x, out in Columns.fillMissing(x, with: value, into: &out) }
    }
    guard hasIndicator else { return }
    for (k, fill) in fills.enumerated() {
      result.change(column: inputCount + k, from: input, column: fill.column, rows: rows) { x, out in
        Columns.markMissing(x, into: &out)
      }
    }
  }
}
