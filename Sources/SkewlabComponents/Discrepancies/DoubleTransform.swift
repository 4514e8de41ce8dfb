public import SkewlabEngine
internal import SkewlabNumerics

/// Discrepancy `double-transform`: one side applies a step twice.
public struct DoubleTransform: StepDiscrepancy {
  /// `double-transform`.
  public static let kind = "double-transform"
  /// One line.
  public static let summary = "a step is applied twice"
  /// The definition.
  public static let definition = """
    The side runs the step again on its own output, with the same state, as code that is called twice does: (x − m)/s becomes ((x − m)/s − m)/s, a logarithm the logarithm of one. A step that gives other columns than it \
    gets is refused.
    """
  /// Different handling of data.
  public static let defaultCause: Cause? = .dataHandling
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step] + DiscrepancyScope.parameters
  static let step = StepSelection.parameter(about: "the step that is repeated: an id, a kind, or a position from 0")
  /// The scaler.
  public static let example: DocumentNode = ["step": "standardize"]

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let position: Int?

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments, isWhole: true)
    position = try arguments[Self.step].step(of: arguments, at: Self.step).position
  }

  /// The step, twice.
  public func alter(_ steps: [PipelineStep]) -> [PipelineStep] {
    steps.map { $0.position == position ? PipelineStep(TwiceTransform($0.component)) : $0 }
  }
}

/// A step that is applied to its own output.
private struct TwiceTransform: Transform {
  static let kind = "twice"
  static let summary = "a step, and once more"
  static let definition = "Made by a discrepancy; a scenario cannot name it."

  let transform: any Transform

  init(_ transform: any Transform) { self.transform = transform }
  init(_ arguments: Arguments) { preconditionFailure("no catalog has this kind") }

  func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    let once = try transform.bind(to: schema, at: path)
    guard once.columns == schema.columns else {
      throw ScenarioError(
        .conflict(
          "a step of kind '\(type(of: transform).kind)' gives other columns than it gets", advice: "choose a step that can be repeated"),
        path: path)
    }
    return once
  }

  func fit(_ features: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    FittedTwice(fitted: transform.fit(features, weights: weights, schema: schema))
  }
}

private struct FittedTwice: FittedTransform {
  let fitted: any FittedTransform

  var output: Schema { fitted.output }
  var state: [FittedValue] { fitted.state + fitted.state }
  var affineMap: AffineMap? { fitted.affineMap.map { $0.followed(by: $0) } }

  func apply(_ input: Matrix, rows: Int, into result: inout Matrix) {
    var once = Matrix(rows: result.rows, columns: output.count)
    fitted.apply(input, rows: rows, into: &once)
    fitted.apply(once, rows: rows, into: &result)
  }
}
