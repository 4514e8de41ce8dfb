public import SkewlabEngine
public import SkewlabNumerics

/// Transform `bin`: the number of the interval that a value is in.
public struct Bin: Transform {
  /// How the edges are placed.
  public enum Widths: String, Sendable, CaseIterable {
    /// Intervals of equal width.
    case width
    /// Intervals with equally many rows.
    case quantile
  }
  /// To which interval an edge belongs.
  public enum Closed: String, Sendable, CaseIterable {
    /// To the one that begins at it.
    case left
    /// To the one that ends at it.
    case right
  }
  /// What a bin becomes.
  public enum Form: String, Sendable, CaseIterable {
    /// Its number.
    case number
    /// A level.
    case category
  }

  /// `bin`.
  public static let kind = "bin"
  /// One line.
  public static let summary = "the number of the interval that a value is in"
  /// The definition.
  public static let definition = """
    Edges e₀ ≤ … ≤ eₖ for k bins, of the values present in the window: `by: width` has eᵢ = a + i(b − a)/k between the least value a and the greatest b; `by: quantile` the quantiles of \
    i/k, equal ones merged, so that there may be fewer bins. z = 0, 1, … is the number of inner edges (without the first and the last) that are ≤ x (`closed: left`, as scikit-learn's \
    KBinsDiscretizer: bins [eᵢ, eᵢ₊₁)) or < x (`closed: right`, as pandas' cut: bins (eᵢ, eᵢ₊₁]); what lies outside of [e₀, eₖ] is in the first or last bin. A constant feature, or one \
    without values, is in bin 0. Missing stays missing. With `decimals` the edges are rounded to so many decimals, ties away from zero, and equal ones merged. With `as: category` the bins are levels "0", "1", … of a text feature, for `one-hot`. \(QuantileRule.definition)
    """
  /// The source.
  public static let source = QuantileRule.source
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, bins, by, closed, form, quantile, decimals]
  static let features = Parameter.features(about: "the features to bin; all numeric ones unless given")
  static let bins = Parameter.integer("bins", default: 5, in: 2...1000, about: "the number of bins")
  static let by = Parameter<Widths>.choice("by", default: .quantile, about: "how the edges are placed")
  static let closed = Parameter<Closed>.choice("closed", default: .left, about: "the side on which an edge belongs to a bin")
  static let form = Parameter<Form>.choice("as", default: .number, about: "what a bin becomes")
  static let quantile = Parameter<QuantileRule>.choice("quantile", default: .linear, about: "how a quantile is read between the rows")
  static let decimals = Parameter.optionalInteger(
    "decimals", in: -15...15, about: "the decimals that edges are rounded to, negative for tens and hundreds; not rounded unless given")

  var features: FeatureSelection
  var bins: Int
  var widths: Widths
  var closed: Closed
  var form: Form
  var quantile: QuantileRule
  var decimals: Int?

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    features = arguments[Self.features]
    bins = arguments[Self.bins]
    widths = arguments[Self.by]
    closed = arguments[Self.closed]
    form = arguments[Self.form]
    quantile = arguments[Self.quantile]
    decimals = arguments[Self.decimals]
    try arguments.refuseGiven(
      Self.quantile, unless: widths == .quantile, because: "bins of equal width have no quantiles", write: "by: quantile")
  }

  /// The same columns, as numbers or levels.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    var output = schema
    let columns = try features.indices(.numeric, in: schema, at: path)
    if form == .category {
      for column in columns { output.columns[column].type = .categorical(levels: (0..<bins).map(String.init)) }
    }
    return output
  }

  /// The edges of each feature.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    features.fitted(.numeric, in: schema, output: try? bind(to: schema, at: DocumentPath())) { column in
      BinChange(edges: rounded(edges(matrix, column: column, weights: weights)), closed: closed)
    }
  }

  private func rounded(_ edges: [Double]) -> [Double] {
    guard let decimals else { return edges }
    var power = 1.0
    for _ in 0..<abs(decimals) { power *= 10 }
    var rounded: [Double] = []
    for edge in edges {
      let value = decimals < 0 ? (edge / power).rounded() * power : (edge * power).rounded() / power
      if value != rounded.last { rounded.append(value) }
    }
    return rounded.count > 1 ? rounded : []
  }

  private func edges(_ matrix: Matrix, column: Int, weights: [Double]) -> [Double] {
    switch widths {
    case .width:
      guard let range = PresentRange(matrix, column: column, weights: weights), range.least < range.greatest else { return [] }
      let step = (range.greatest - range.least) / Double(bins)
      return (0..<bins).map { Double($0) * step + range.least } + [range.greatest]
    case .quantile:
      let order = PresentOrder(matrix, column: column, weights: weights)
      var edges: [Double] = []
      for i in 0...bins {
        if let edge = order.quantile(Double(i) / Double(bins), quantile), edge != edges.last { edges.append(edge) }
      }
      return edges.count > 1 ? edges : []
    }
  }
}

struct BinChange: ColumnChange {
  let edges: [Double]
  let inner: [Double]
  let closed: Bin.Closed

  init(edges: [Double], closed: Bin.Closed) {
    self.edges = edges
    inner = Array(edges.dropFirst().dropLast())
    self.closed = closed
  }

  var learned: [(statistic: String, value: Double)] { edges.enumerated().map { ("edge-\($0)", $1) } }
  func apply(_ x: Span<Double>, into out: inout MutableSpan<Double>) {
    Columns.countEdges(x, inner, includesEqual: closed == .left, into: &out)
  }
}
