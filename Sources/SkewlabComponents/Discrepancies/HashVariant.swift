public import SkewlabEngine

/// Discrepancy `hash-variant`: one side hashes otherwise.
public struct HashVariant: StepDiscrepancy {
  /// `hash-variant`.
  public static let kind = "hash-variant"
  /// One line.
  public static let summary = "another seed or function of the hash"
  /// The definition.
  public static let definition = """
    The side's `hash` step has this seed and function: nearly every level meets the weight of another bucket.
    """
  /// A bug.
  public static let defaultCause: Cause? = .buggyVersion
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, seed, function] + DiscrepancyScope.parameters
  static let step = StepSelection.parameter(about: "the step; the only one that suits unless given")
  static let seed = Parameter.integer("seed", default: 1, in: 0...0xffff_ffff, about: "the side's seed")
  static let function = Parameter<HashFunction>.choice("function", default: .murmur3, about: "the side's hash")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let position: Int?
  private let seed: Int
  private let function: HashFunction

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments, isWhole: true)
    position = try arguments[Self.step].step(of: arguments, at: Self.step, kinds: [Hash.kind]).position
    seed = arguments[Self.seed]
    function = arguments[Self.function]
  }

  /// Another version fits for itself.
  public var fitsOwnState: Bool { true }

  /// The step in the other version.
  public func alter(_ steps: [PipelineStep]) throws(ScenarioError) -> [PipelineStep] {
    try steps.setting([("seed", .integer(seed)), ("function", .string(function.rawValue))], at: position)
  }
}
