import SkewlabComponents
import SkewlabEngine
import SkewlabTesting
import Synchronization
import Testing

/// A kind made to break some checks.
struct BrokenKind: Sendable, CustomTestStringConvertible {
  let type: any Component.Type
  let checks: Set<Conformance.Check>
  var scenario: ScenarioDocument?

  init(_ type: any Component.Type, breaks checks: Set<Conformance.Check>, in scenario: ScenarioDocument? = nil) {
    self.type = type
    self.checks = checks
    self.scenario = scenario
  }

  var testDescription: String { "\(type.role)/\(type.kind)" }
}

/// Every check can fail: for each there is a kind that breaks it. Kinds with global counts do not bear company, so one runs at a time.
@Suite(.serialized) struct BrokenKindTests {
  static let kinds: [BrokenKind] = [
    BrokenKind(Undocumented.self, breaks: [.documented]),
    BrokenKind(NoExample.self, breaks: [.example]),
    BrokenKind(BadDefault.self, breaks: [.defaults]),
    BrokenKind(UnreadDefault.self, breaks: [.defaults]),
    BrokenKind(IdleSkip.self, breaks: [.skips]),
    BrokenKind(UnknownSkip.self, breaks: [.skips]),
    BrokenKind(CountingResponse.self, breaks: [.sameSeed, .copies, .reset, .chunks, .additions, .responseRowWise]),
    BrokenKind(JustifiedCounting.self, breaks: []),
    BrokenKind(BlockResponse.self, breaks: [.chunks, .responseRowWise]),
    BrokenKind(WrongForm.self, breaks: [.responseAffine]),
    BrokenKind(WrongCases.self, breaks: [.responseCases]),
    BrokenKind(QuietCases.self, breaks: [.responseCases]),
    BrokenKind(WrongFeatureForm.self, breaks: [.responseFeatures]),
    BrokenKind(LeakingResponse.self, breaks: [.responseTwin], in: leaky),
    BrokenKind(RangeWorld.self, breaks: [.chunks, .worldRange]),
    BrokenKind(CountedWorld.self, breaks: [.worldExtends, .worldBest]),
    BrokenKind(OneStreamWorld.self, breaks: [.worldFeatures]),
    BrokenKind(WrongBestWorld.self, breaks: [.worldBest]),
    BrokenKind(WrongLawWorld.self, breaks: [.worldLaw]),
    BrokenKind(WrongPredictionsWorld.self, breaks: [.worldBest]),
    BrokenKind(MixedUpWorld.self, breaks: [.worldIdentities]),
    BrokenKind(ClumsyWorld.self, breaks: [.worldChanges]),
    BrokenKind(UndeclaredShift.self, breaks: [.shiftConditions]),
    BrokenKind(ImpossibleShift.self, breaks: [.shiftPossible]),
    BrokenKind(RenamingTransform.self, breaks: [.transformOutput]),
    BrokenKind(CountingTransform.self, breaks: [.transformPure]),
    BrokenKind(BlockTransform.self, breaks: [.chunks, .transformRowWise]),
    BrokenKind(WrongMapTransform.self, breaks: [.transformMoments, .transformAffine]),
    BrokenKind(SilentFill.self, breaks: [.transformMissing]),
    BrokenKind(CountingLearner.self, breaks: [.reset, .copies, .learnerPure]),
    BrokenKind(FirstRowLearner.self, breaks: [.learnerRowOrder]),
    BrokenKind(LopsidedLearner.self, breaks: [.learnerDuplicate, .learnerFinite]),
    BrokenKind(HeavyLearner.self, breaks: [.learnerWeights]),
    BrokenKind(LingeringLearner.self, breaks: [.learnerStart]),
    BrokenKind(BlockDecision.self, breaks: [.chunks, .decisionRowWise]),
    BrokenKind(BlockObservation.self, breaks: [.chunks, .observationRowWise]),
    BrokenKind(CountingRuntime.self, breaks: [.copies, .runtimeBlocks]),
    BrokenKind(MuteRuntime.self, breaks: [.runtimeBlocks]),
    BrokenKind(BlockCountingRuntime.self, breaks: [.chunks, .runtimeBlocks]),
    BrokenKind(CountingRetraining.self, breaks: [.copies, .retrainingDeterministic]),
    BrokenKind(PeekingRetraining.self, breaks: [.retrainingColumns]),
    BrokenKind(CountingDetector.self, breaks: [.detectorDeterministic]),
    BrokenKind(LongMetric.self, breaks: [.metricColumns, .metricNames]),
    BrokenKind(NaNResponse.self, breaks: [.finite]),
    BrokenKind(IdleDiscrepancy.self, breaks: [.discrepancyActs]),
    BrokenKind(MisdescribedDiscrepancy.self, breaks: [.discrepancyLaw]),
    BrokenKind(BoundlessDiscrepancy.self, breaks: [.chunks, .discrepancyScope, .discrepancyShare, .discrepancyRowWise]),
  ]

  /// What ``ShiftyDeclaration`` breaks depends on how often it was asked before: an even or an odd number of times.
  static let shiftyChecks: Set<Conformance.Check> = [.badValues, .unknownKey, .missingRequired]

  static let catalog = Catalog.standard.adding(LeakyWorld.self)
  /// More rows than a chunk has, so that what the first chunk leaves behind reaches the twin of the second.
  static let leaky: ScenarioDocument = ["cycles": 3, "rows": 9000, "world": "leaky"]

  @Test(arguments: kinds) func `a broken kind is reported`(_ kind: BrokenKind) {
    let found = Conformance.check(kind.type, catalog: Self.catalog, in: kind.scenario)
    let names = Set(found.map(\.check))
    for check in kind.checks { #expect(names.contains(check.rawValue), "only \(found.map(\.description))") }
    if kind.checks.isEmpty { #expect(found == []) }
    #expect(found.allSatisfy { $0.kind == "\(kind.type.role)/\(kind.type.kind)" && !$0.message.isEmpty })
    #expect(names.count == found.count, "a check reports once")
  }

  @Test func `a declaration that changes is reported`() {
    var names: Set<String> = []
    for start in [0.0, 1] {
      Ambient.count.withLock { $0 = start }
      names.formUnion(Conformance.check(ShiftyDeclaration.self, catalog: Self.catalog).map(\.check))
    }
    for check in Self.shiftyChecks { #expect(names.contains(check.rawValue)) }
  }

  @Test func `every check has a kind that breaks it`() {
    let broken = Self.kinds.reduce(into: Self.shiftyChecks) { $0.formUnion($1.checks) }
    #expect(Set(Conformance.Check.allCases).subtracting(broken).isEmpty)
  }

  @Test func `a violation says what, where and why`() {
    let found = Conformance.check(WrongForm.self, catalog: Self.catalog)
    #expect(found.map(\.check) == ["response-affine", "response-cases"], "its cases are its form")
    #expect(found.first?.description.hasPrefix("response/wrong-form fails response-affine: the mean answer minus the affine form") == true)
  }
}
