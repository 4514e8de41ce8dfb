public import SkewlabEngine

/// Discrepancy `hash-variant`: one side hashes otherwise.
public struct HashVariant: StepVersion {
  /// `hash-variant`.
  public static let kind = "hash-variant"
  /// One line.
  public static let summary = "another seed, function or tail handling of the hash"
  /// The definition.
  public static let definition = """
    The side's `hash` step has this seed and function: with another seed or function nearly every level meets the weight of another bucket; with another handling of the tail those levels whose length is no multiple of four bytes.
    """
  /// A bug.
  public static let defaultCause: Cause? = .buggyVersion
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, seed, function] + DiscrepancyScope.parameters
  static let step = StepSelection.parameter(about: "the step; the only one that suits unless given")
  static let seed = Parameter.integer("seed", default: 1, in: 0...0xffff_ffff, about: "the side's seed")
  static let function = Parameter<HashFunction>.choice("function", default: .murmur3, about: "the side's hash, as in `hash`")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  /// The step with the other hash.
  public let version: (step: StepTarget, parameters: [(name: String, value: DocumentNode)])

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    version = (
      try arguments[Self.step].step(of: arguments, at: Self.step, kinds: [Hash.kind]),
      [("seed", .integer(arguments[Self.seed])), ("function", .string(arguments[Self.function].rawValue))]
    )
  }
}
