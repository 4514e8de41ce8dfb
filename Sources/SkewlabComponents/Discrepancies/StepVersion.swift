public import SkewlabEngine

/// A discrepancy that is another version of one step: with other parameters, and with a state of its own. Another version fits every step for itself, on the same rows.
public protocol StepVersion: StepDiscrepancy {
  /// The step, and the parameters that it has in the other version.
  var version: (step: StepTarget, parameters: [(name: String, value: DocumentNode)]) { get }
}

extension StepVersion {
  /// Another version fits for itself.
  public var fitsOwnState: Bool { true }

  /// The step in the other version.
  public func alter(_ steps: [PipelineStep]) throws(ScenarioError) -> [PipelineStep] {
    try steps.setting(version.parameters, at: version.step)
  }
}
