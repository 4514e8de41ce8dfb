public import SkewlabEngine
public import SkewlabNumerics

/// Discrepancy `feature-noise`: one side reads features with noise.
public struct FeatureNoise: SourceDiscrepancy {
  /// `feature-noise`.
  public static let kind = "feature-noise"
  /// One line.
  public static let summary = "features are read with normal noise"
  /// The definition.
  public static let definition = """
    On the rows it touches, x becomes x + u for each named feature, u ~ N(0, sd²), independent of everything else; missing stays missing. With λ = σ²/(σ² + sd²) for a feature of \
    variance σ² and weight β, uncorrelated with others: trained clean and served noisy costs β²sd²; trained and served noisy β²σ²(1 − λ), the slope being βλ; trained noisy and served clean β²(1 − λ)²σ². \
    Training and serving noise are two discrepancies with two ids, and so two streams.
    """
  /// The source.
  public static let source = "W. A. Fuller, Measurement Error Models, Wiley, 1987, section 1.1"
  /// Different handling of data.
  public static let defaultCause: Cause? = .dataHandling
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, sd] + DiscrepancyScope.parameters
  static let features = Parameter.features(about: "the features that are noisy; all numeric ones unless given")
  static let sd = Parameter.number("sd", default: 1, in: .atLeast(0), about: "the noise's standard deviation, in the feature's own units")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let columns: [(index: Int, stream: RandomStream)]
  private let sd: Double

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    let schema = arguments.context.world?.schema ?? Schema([])
    columns = try arguments.sourceColumns(Self.features, requirement: "numeric") { $0.isNumeric }
      .map { ($0, arguments.stream("noise", feature: schema.columns[$0].name)) }
    sd = arguments[Self.sd]
  }

  /// sd² more variance.
  public func altered(_ moments: Moments, features: Range<Int>, of schema: Schema) -> Moments? {
    moments.adding(variances: columns.map { (features.lowerBound + $0.index, sd * sd) })
  }

  /// Adds the noise.
  public func alter(_ rows: inout Rows) {
    let mask = scope.touchedRows(rows.range, at: rows.position)
    for (column, stream) in columns {
      let noise = rows.numbers { stream.normals(at: rows.position, rows: rows.range, into: &$0) }
      rows.withFeature(column) { x in
        for i in x.indices where mask?[i] ?? true { x[i] += sd * noise[i] }
      }
    }
  }
}
