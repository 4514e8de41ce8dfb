internal import SkewlabEngine

extension Conformance {
  /// The checks, by the names that violations and skips use.
  public enum Check: String, Sendable, Hashable, CaseIterable {
    // Every kind.
    /// Kind in kebab case, a short summary, a definition, an `about` for every parameter, a cause where the role carries one.
    case documented
    /// A scenario with the kind's example can be made.
    case example
    /// Every default passes its own declaration, and reads.
    case defaults
    /// A value of the wrong type, out of range, or an unknown word is refused with an error that names its path.
    case badValues = "bad-values"
    /// An unknown key is refused, with the nearest known one.
    case unknownKey = "unknown-key"
    /// A required parameter that is not given is refused.
    case missingRequired = "missing-required"
    /// Every skip has a reason, names a check, and is needed.
    case skips

    // Every kind, in the loop.
    /// Two simulations of one scenario give the same bits.
    case sameSeed = "same-seed"
    /// A copy of a simulation goes on by itself.
    case copies
    /// A simulation that was reset is as new.
    case reset
    /// The size of a chunk changes no bit.
    case chunks
    /// More metrics, or a component that does nothing, move no draw.
    case additions
    /// No value of a record is infinite or NaN, and a few cycles of a mild scenario neither diverge nor fail to fit.
    case finite

    // Worlds.
    /// A row does not depend on the range that was asked for.
    case worldRange = "world-range"
    /// More rows extend the old ones.
    case worldExtends = "world-extends"
    /// One more feature moves no draw of the others.
    case worldFeatures = "world-features"
    /// The best predictor's residuals are orthogonal to the features.
    case worldBest = "world-best"
    /// The moments of the population's law are those of the rows.
    case worldLaw = "world-law"
    /// Row i of the whole population has identity i, and draws copy it.
    case worldIdentities = "world-identities"

    /// A change moves what it is a change of and nothing else, in blocks of any size.
    case worldChanges = "world-changes"

    // Shifts.
    /// The conditions depend on the position alone, and only in what the shift says it changes.
    case shiftConditions = "shift-conditions"
    /// Conditions are possible: finite, within ranges, gaps only where they are announced.
    case shiftPossible = "shift-possible"

    // Transforms.
    /// Binding, fitting and applying give the same bits every time.
    case transformPure = "transform-pure"
    /// Encoding a part of the rows gives the same bits.
    case transformRowWise = "transform-row-wise"
    /// The fitted step has the columns that binding announced.
    case transformOutput = "transform-output"
    /// A fit from moments is the fit from rows.
    case transformMoments = "transform-moments"
    /// The affine map is what `apply` does.
    case transformAffine = "transform-affine"
    /// Missing stays missing, and a column announced without gaps has none.
    case transformMissing = "transform-missing"

    // Responses.
    /// A block of rows is answered as its parts are.
    case responseRowWise = "response-row-wise"
    /// The affine form is the mean of the response.
    case responseAffine = "response-affine"
    /// The affine cases add up to the affine form, and outcomes scatter as they say.
    case responseCases = "response-cases"
    /// The affine form of the features is what becomes of them.
    case responseFeatures = "response-features"
    /// The twin responds to nothing.
    case responseTwin = "response-twin"

    // Learners.
    /// The same data gives the same fit.
    case learnerPure = "learner-pure"
    /// The order of rows changes nothing beyond rounding.
    case learnerRowOrder = "learner-row-order"
    /// Copies of a feature share its weight.
    case learnerDuplicate = "learner-duplicate"
    /// Weights are finite, with a constant feature too.
    case learnerFinite = "learner-finite"
    /// Only ratios of the rows' weights matter.
    case learnerWeights = "learner-weights"
    /// Where a fit begins changes no solution.
    case learnerStart = "learner-start"

    // The other roles.
    /// A policy is a value: copies that see the same cycles fit after the same ones.
    case retrainingDeterministic = "retraining-deterministic"
    /// A policy reads no metric but those it names.
    case retrainingColumns = "retraining-columns"
    /// As many values as columns, whatever the scenario can measure.
    case metricColumns = "metric-columns"
    /// Columns in snake case, each once.
    case metricNames = "metric-names"
    /// A block of rows is decided on as its parts are, with propensities in [0, 1].
    case decisionRowWise = "decision-row-wise"
    /// A block of rows is observed as its parts are, with 0 or 1 for each.
    case observationRowWise = "observation-row-wise"
    /// A cycle is served the same in blocks of any size, and by a copy.
    case runtimeBlocks = "runtime-blocks"
    /// A detector is a value: copies fed the same raise the same alarms.
    case detectorDeterministic = "detector-deterministic"
    /// Nothing changes before `from`, after `until`, or on the other side.
    case discrepancyScope = "discrepancy-scope"
    /// A share of 0 changes nothing.
    case discrepancyShare = "discrepancy-share"
    /// A block of rows is altered as its parts are.
    case discrepancyRowWise = "discrepancy-row-wise"
    /// The moments of the rows it touches are those it says, and a deterministic one makes the same of a row wherever it stands.
    case discrepancyLaw = "discrepancy-law"
    /// With the kind's example something that is served, or fitted, is not what it is without.
    case discrepancyActs = "discrepancy-acts"
  }
}

/// One check with what does it: messages, none when the kind passes.
struct NamedCheck: Sendable {
  let check: Conformance.Check
  let run: @Sendable (Subject) throws(ScenarioError) -> [String]

  init(_ check: Conformance.Check, _ run: @escaping @Sendable (Subject) throws(ScenarioError) -> [String]) {
    self.check = check
    self.run = run
  }
}
