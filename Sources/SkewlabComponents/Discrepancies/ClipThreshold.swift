public import SkewlabEngine

/// Discrepancy `clip-threshold`: one side clips at another threshold.
public struct ClipThreshold: StepVersion {
  /// `clip-threshold`.
  public static let kind = "clip-threshold"
  /// One line.
  public static let summary = "another number of standard deviations, or another quantile, to clip at"
  /// The definition.
  public static let definition = """
    The side's `clip` step has this `threshold` where its limits are in standard deviations, and this `low` and `high` where they are quantiles or values. From 3σ to 2σ touches 4.55 % of normal values; predictions move by 0.0096w² in mean square, and the loss grows by 0.0110w².
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, threshold, low, high] + DiscrepancyScope.parameters
  static let threshold = Parameter.optionalNumber(
    "threshold", in: .above(0), about: "what the side clips at where the limits are in standard deviations; 2 unless given")
  static let low = Parameter.optionalNumber(
    "low", about: "the side's lower limit, as in `clip`; with quantiles 0.05 unless `high` is given")
  static let high = Parameter.optionalNumber(
    "high", about: "the side's upper limit, as in `clip`; with quantiles 0.95 unless `low` is given")

  let version: OtherVersion
  static let stepKinds = [Clip.kind]

  static func changes(_ arguments: Arguments, to step: PipelineStep) throws(ScenarioError) -> OtherVersion.Changes {
    let limits = Clip.Limits(rawValue: step.argument("by")?.text ?? "") ?? .sigmas
    let threshold = arguments[Self.threshold], low = arguments[Self.low], high = arguments[Self.high]
    func refuse<Value>(_ parameter: Parameter<Value>, _ wanted: String) -> ScenarioError {
      arguments.error(
        .conflict("the step's limits are by \(limits.rawValue), and '\(parameter.name)' is no part of that", advice: "give \(wanted)"),
        at: parameter)
    }
    switch limits {
    case .sigmas:
      if low != nil { throw refuse(Self.low, "`threshold`") }
      if high != nil { throw refuse(Self.high, "`threshold`") }
      return [("threshold", .number(threshold ?? 2))]
    case .quantiles, .values:
      if threshold != nil { throw refuse(Self.threshold, "`low`, `high` or both") }
      let given: OtherVersion.Changes = (low.map { [("low", .number($0))] } ?? []) + (high.map { [("high", .number($0))] } ?? [])
      if given.isEmpty, limits == .quantiles { return [("low", 0.05), ("high", 0.95)] }
      if given.isEmpty {
        throw arguments.error(
          .conflict("the step clips to given values, and there are no others to clip to", advice: "give `low`, `high` or both"),
          at: Self.low)
      }
      return given
    }
  }
}
