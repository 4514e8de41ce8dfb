internal import SkewlabEngine

/// A discrepancy that is another version of one step: with other parameters, and with a state of its own. Another version fits every step for itself, on the same rows.
protocol StepVersion: StepDiscrepancy {
  static var step: Parameter<StepSelection> { get }
  /// The kinds of step that come in such versions.
  static var stepKinds: [String] { get }
  /// The parameters that the step has in the other version.
  static func changes(_ arguments: Arguments, to step: PipelineStep) throws(ScenarioError) -> OtherVersion.Changes
  var version: OtherVersion { get }
  init(version: OtherVersion)
}

/// Where and when a step is in another version, and the parameters that it has there.
struct OtherVersion {
  typealias Changes = [(name: String, value: DocumentNode)]
  let scope: DiscrepancyScope
  let step: StepTarget
  let changes: Changes
}

extension StepVersion {
  static var step: Parameter<StepSelection> { StepSelection.parameter(about: "the step; the only one that suits unless given") }
  /// A bug.
  public static var defaultCause: Cause? { .buggyVersion }

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    let scope = try DiscrepancyScope(arguments), target = try arguments[Self.step].step(of: arguments, at: Self.step, kinds: Self.stepKinds)
    self.init(version: OtherVersion(scope: scope, step: target, changes: try Self.changes(arguments, to: target.step)))
  }

  /// Where and when it acts.
  public var scope: DiscrepancyScope { version.scope }
  /// Another version fits for itself.
  public var fitsOwnState: Bool { true }

  /// The step in the other version.
  public func alter(_ steps: [PipelineStep]) throws(ScenarioError) -> [PipelineStep] {
    try steps.setting(version.changes, at: version.step)
  }
}
