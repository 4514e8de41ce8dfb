public import SkewlabEngine

/// Discrepancy `category-order`: one side has another order of a feature's categories.
public struct CategoryOrder: StepDiscrepancy {
  /// How the codes differ.
  public enum Order: String, Sendable, CaseIterable {
    /// Each code is the next one, the last the first.
    case rotated
    /// The last code first.
    case reversed
  }

  /// `category-order`.
  public static let kind = "category-order"
  /// One line.
  public static let summary = "the codes of categories are permuted, or two of them exchanged"
  /// The definition.
  public static let definition = """
    Before the pipeline, the code of a category becomes that of another: the next one (`rotated`), its mirror image (`reversed`), or, with `exchange: [a, b]`, a and b become each other. Codes count the levels that the world \
    knows, in alphabetical order. A permutation π of one-hot weights costs Σ p_c(w_c − w_π(c))², p_c the share of category c. Missing stays missing.
    """
  /// Other code.
  public static let defaultCause: Cause? = .reimplementation
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, order, exchange] + DiscrepancyScope.parameters
  static let features = Parameter.features(about: "the text features; all unless given")
  static let order = Parameter<Order>.choice("order", default: .rotated, about: "how the codes differ, unless two are exchanged")
  static let exchange = Parameter.texts("exchange", about: "two levels that become each other")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let changes: [RecodedFeatures]

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    let schema = arguments.context.schema
    let columns = try arguments[Self.features].indices(in: schema, at: arguments.path, requirement: "text") { !$0.isNumeric }
    guard !columns.isEmpty else {
      throw ScenarioError(
        .conflict("the world has no text features, whose order could differ", advice: "remove the discrepancy"), path: arguments.path,
        location: arguments.location)
    }
    let exchanged = arguments[Self.exchange], order = arguments[Self.order]
    var changes: [RecodedFeatures] = []
    for column in columns {
      guard case .categorical(let levels) = schema.columns[column].type else { continue }
      var codes = Array(levels.indices)
      if !exchanged.isEmpty {
        let places = exchanged.compactMap { levels.firstIndex(of: $0) }
        guard exchanged.count == 2, places.count == 2, places[0] != places[1] else {
          throw arguments.outOfRange(Self.exchange, allowed: "two different levels of '\(schema.columns[column].name)'")
        }
        codes.swapAt(places[0], places[1])
      } else {
        codes = order == .reversed ? codes.reversed() : codes.map { ($0 + 1) % codes.count }
      }
      changes.append(RecodedFeatures(FeatureSelection(names: [schema.columns[column].name]), .permuted(codes)))
    }
    self.changes = changes
  }

  /// The codes first.
  public func alter(_ steps: [PipelineStep]) -> [PipelineStep] { changes.map { PipelineStep($0) } + steps }
}
