public import SkewlabEngine
public import SkewlabNumerics

/// Discrepancy `default-on-timeout`: one side gets a constant when a look-up takes too long.
public struct DefaultOnTimeout: SourceDiscrepancy {
  /// `default-on-timeout`.
  public static let kind = "default-on-timeout"
  /// One line.
  public static let summary = "each feature is a constant with some probability"
  /// The definition.
  public static let definition = """
    On the rows it touches, each named feature becomes `value` with probability `probability`, independently of the others; for features that time out together use `share` and a \
    probability of 1. A number goes into numeric features, a word into text features that have this level. Lost independently of everything at rate p, filled with f, a feature with mean m, \
    variance σ² and weight w costs pw²(σ² + (m − f)²); several add Σ_{j≠k} p_j p_k w_j w_k (m_j − f_j)(m_k − f_k) when they are uncorrelated.
    """
  /// Different handling of data.
  public static let defaultCause: Cause? = .dataHandling
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, probability, value] + DiscrepancyScope.parameters
  static let features = Parameter.features(about: "the features that time out; all that can take the value unless given")
  static let probability = Parameter.number(
    "probability", default: 0.1, in: .share, about: "how often; each feature of each row has its own random number")
  static let value = Parameter<Filling>(
    "value", type: .either([.number(.finite), .text]), default: 0.0, about: "the constant: a number, or a level of a text feature"
  ) { $0.map(Filling.init(checked:)) }

  enum Filling: Sendable {
    case number(Double)
    case level(String)

    init(checked node: DocumentNode) {
      if let number = node.double {
        self = .number(number)
      } else {
        self = .level(node.text ?? "")
      }
    }

    /// What it is in a column; `nil` where it does not fit.
    func code(in column: Schema.Column) -> Double? {
      switch (self, column.type) {
      case (.number(let number), .numeric): number
      case (.level(let level), .categorical(let levels)): levels.firstIndex(of: level).map(Double.init)
      default: nil
      }
    }

    var requirement: String {
      switch self {
      case .number: "numeric, as the value is"
      case .level(let level): "a text feature with the level '\(level)'"
      }
    }
  }

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let fillings: [(column: Int, value: Double, stream: RandomStream)]
  private let probability: Double

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    let filling = arguments[Self.value]
    let columns = try arguments.sourceColumns(Self.features, requirement: filling.requirement) { filling.code(in: $0) != nil }
    let schema = arguments.context.world?.schema ?? Schema([])
    fillings = columns.map { column in
      (column, filling.code(in: schema.columns[column]) ?? 0, arguments.stream("timeout", feature: schema.columns[column].name))
    }
    probability = arguments[Self.probability]
  }

  /// With p the probability, m and σ² a feature's mean and variance and f the constant: mean (1−p)m + pf, covariances with all else (1−p) times theirs, variance (1−p)σ² + p(1−p)(m−f)².
  public func altered(_ moments: Moments, features: Range<Int>, of schema: Schema) -> Moments? {
    guard schema.columns.allSatisfy(\.isNumeric) else { return nil }
    let p = probability
    var map = AffineMap.identity(features.count)
    var variances: [(Int, Double)] = []
    for (column, value, _) in fillings {
      map.matrix[column, column] = 1 - p
      map.offset[column] = p * value
      let place = features.lowerBound + column, off = moments.mean[place] - value
      variances.append((place, p * (1 - p) * (moments.cross[place, place] / moments.weight + off * off)))
    }
    return moments.mapping(features, by: map).adding(variances: variances)
  }

  /// Fills in the constant.
  public func alter(_ rows: inout Rows) {
    let mask = scope.touchedRows(rows.range, at: rows.position)
    for (column, value, stream) in fillings {
      let numbers = rows.numbers { stream.uniforms(at: rows.position, rows: rows.range, into: &$0) }
      rows.withFeature(column) { x in
        for i in x.indices where numbers[i] < probability && mask?[i] ?? true { x[i] = value }
      }
    }
  }
}
