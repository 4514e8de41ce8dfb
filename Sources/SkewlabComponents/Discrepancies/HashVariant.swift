public import SkewlabEngine

/// Discrepancy `hash-variant`: one side hashes otherwise.
public struct HashVariant: StepVersion {
  /// `hash-variant`.
  public static let kind = "hash-variant"
  /// One line.
  public static let summary = "another seed, function or tail handling of the hash"
  /// The definition.
  public static let definition = """
    The side's `hash` step has this seed or function, or both; what is not given is the step's own: with another seed or function nearly every level meets the weight of another bucket; with another handling of the tail those levels whose length is no multiple of four bytes.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, seed, function] + DiscrepancyScope.parameters
  static let seed = Parameter.optionalInteger(
    "seed", in: 0...0xffff_ffff, about: "the side's seed; 1 unless given, or the step's own where `function` is given")
  static let function = Parameter<HashFunction?>(
    "function", type: .choice(HashFunction.allCases.map(\.rawValue)), about: "the side's hash, as in `hash`; the step's own unless given"
  ) { .some($0?.text.flatMap(HashFunction.init(rawValue:))) }

  let version: OtherVersion
  static let stepKinds = [Hash.kind]

  static func changes(_ arguments: Arguments, to step: PipelineStep) -> OtherVersion.Changes {
    let function = arguments[Self.function], seed = arguments[Self.seed] ?? (function == nil ? 1 : nil)
    return (seed.map { [("seed", .integer($0))] } ?? []) + (function.map { [("function", .string($0.rawValue))] } ?? [])
  }
}
