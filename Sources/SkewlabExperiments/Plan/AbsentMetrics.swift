internal import SkewlabEngine

/// Metrics that a scenario asks for and that have no column in it.
enum AbsentMetrics {
  /// A trait that scenarios may lack, and what is said where it is lacking.
  private static func probes(_ traits: MeasurementTraits) -> [(traits: MeasurementTraits, reason: String)] {
    func with(
      best: Bool = false, raw: Bool = false, units: Bool = false, runtime: RuntimeTraits = [], risk: Bool = false, classes: Bool = false,
      groups: [String] = []
    ) -> MeasurementTraits {
      MeasurementTraits(
        hasEvaluation: traits.hasEvaluation, keepsRows: traits.keepsRows, hasBest: best || traits.hasBest,
        hasServedBest: traits.hasServedBest,
        hasRawParameters: raw || traits.hasRawParameters, hasUnits: units || traits.hasUnits, runtime: traits.runtime.union(runtime),
        measuresParity: traits.measuresParity, hasPerformativeRisk: risk || traits.hasPerformativeRisk, hasLeastRisk: traits.hasLeastRisk,
        isClassification: classes || traits.isClassification, keepsPairs: traits.keepsPairs,
        groups: traits.groups.isEmpty ? groups : traits.groups, measuresGroups: traits.measuresGroups)
    }
    return [
      (with(classes: true), "the learner predicts no probabilities"), (with(units: true), "the outcome is not logged"),
      (with(runtime: [.time, .memory]), "requests take no time"), (with(best: true), "no best predictor is known"),
      (with(raw: true), "the weights on the raw features are not known, since the pipeline is not affine on every row"),
      (with(risk: true), "theory does not know the performative risk of this loop"), (with(groups: ["g"]), "the world has no groups"),
    ]
  }

  /// The names of the metrics in the scenario's own list that give no column, each with the reason.
  static func of(_ scenario: Scenario, asked: DocumentNode?) -> [(metric: String, reason: String)] {
    let names = kinds(asked)
    let standard = kinds(Scenario.neutral(.metric))
    // The default list has metrics for every kind of scenario, and asks for none of them.
    guard !names.isEmpty, !Set(standard).isSubset(of: names) else { return [] }
    return scenario.metrics.compactMap { metric in
      guard metric.component.columns(for: scenario.traits).isEmpty else { return nil }
      let reason = probes(scenario.traits).first { !metric.component.columns(for: $0.traits).isEmpty }?.reason
      return (type(of: metric.component).kind, reason ?? "the scenario does not define it")
    }
  }

  private static func kinds(_ list: DocumentNode?) -> [String] { (list?.items ?? []).compactMap { $0["kind"]?.text ?? $0.text } }
}

extension Experiment {
  /// Metrics asked for that some arm cannot give, with the arms and the reason.
  var absentMetrics: [(metric: String, reason: String, arms: [String])] {
    var absent: [(metric: String, reason: String, arms: [String])] = []
    for arm in arms {
      for (metric, reason) in AbsentMetrics.of(arm.scenario, asked: arm.document.root["metrics"]) {
        if let known = absent.firstIndex(where: { $0.metric == metric && $0.reason == reason }) {
          absent[known].arms.append(arm.name)
        } else {
          absent.append((metric, reason, [arm.name]))
        }
      }
    }
    return absent
  }
}
