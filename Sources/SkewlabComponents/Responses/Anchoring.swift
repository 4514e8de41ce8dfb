public import SkewlabEngine
internal import SkewlabNumerics

/// Response `anchoring`: some labels are made from the prediction.
public struct Anchoring: Response {
  /// `anchoring`.
  public static let kind = "anchoring"
  /// One line.
  public static let summary = "with probability usage the label becomes N(ŷ, (adherence·RMSE)²)"
  /// The definition.
  public static let definition = """
    With probability p = usage, each row by a random number of its own, the outcome becomes N(ŷ, (s·RMSE)²), with ŷ the served value, s = adherence \
    (0 copies the prediction) and RMSE the root mean squared residual of the deployed model on the rows it was fitted on, with the labels they had. For s²p < 1 and \
    a large window that RMSE tends to RMSE₀·√((1−p)/(1−s²p)), while the error on untouched rows stays RMSE₀: the log grades the model up, and it is no better.
    """
  /// The source.
  public static let source =
    """
    A. Khritankov, Hidden feedback loops in machine learning systems, SWQD 2021; Positive feedback loops lead to concept drift in machine learning \
    systems, Applied Intelligence 53, 2023
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [usage, adherence]
  static let usage = Parameter.number("usage", default: 0.5, in: .share, about: "p: the share of outcomes made from the prediction")
  static let adherence = Parameter.number(
    "adherence", default: 0.2, in: .atLeast(0), about: "s: the noise around the prediction, in RMSE of the model; smaller is closer")

  private let usage: Double
  private let adherence: Double
  private let users: RandomStream
  private let noise: RandomStream

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    usage = arguments[Self.usage]
    adherence = arguments[Self.adherence]
    users = arguments.stream("usage")
    noise = arguments.stream("noise")
  }

  /// E[y] = (1 − p)y₀ + pŷ.
  public var affineForm: AffineResponse? { AffineResponse(outcome: 1 - usage, served: usage) }

  /// The others stay as they are.
  public var affineCases: [AffineCase]? {
    [
      AffineCase(AffineResponse(), probability: 1 - usage),
      AffineCase(AffineResponse(outcome: 0, served: 1), probability: usage, relativeDeviation: adherence),
    ]
  }

  /// Replaces the labels of those who use the prediction.
  public func respond(outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel) {
    guard usage > 0 else { return }
    let spread = adherence * deployed.trainingRMSE
    let start = rows.range.lowerBound
    for i in outcomes.indices where usage == 1 || users.uniform(at: rows.position, row: start + i) < usage {
      outcomes[i] = served[i] + (spread > 0 ? spread * noise.normal(at: rows.position, row: start + i) : 0)
    }
  }
}
