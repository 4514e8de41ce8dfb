public import SkewlabComponents
public import SkewlabEngine
public import SkewlabNumerics

/// Every discrepancy that a scenario can have, one arm each, at preset strengths.
///
/// ```swift
/// let screen = try Screen(ScenarioDocument(contentsOf: "mine.yaml"))
/// for line in screen.lines(screen.experiment.run().summary) { print(line.preset.kind, line.addedLoss?.mean ?? .infinity) }
/// ```
public struct Screen: Sendable {
  /// One discrepancy's damage in the last cycle.
  public struct Line: Sendable {
    /// What became of the arm.
    public enum Status: String, Sendable {
      /// Every replicate got there.
      case applied
      /// In some replicate the loss ran away: the run ended as diverged, or the loss passed ``Screen/runawayRatio``.
      case diverged
      /// Some replicate ended before for another reason, such as a prediction that is missing.
      case ended
    }

    /// What was tried.
    public let preset: ScreenPreset
    /// The discrepancy as the arm has it.
    public let discrepancy: DocumentNode
    /// What became of it.
    public let status: Status
    /// The untouched loss less the one without the discrepancy, in the last cycle, replicate by replicate of those that are left; `nil` where none is, and no interval where some are not.
    public let addedLoss: MeanInterval?
    /// The skew less the one without the discrepancy, likewise; `nil` without evaluation rows.
    public let addedSkew: MeanInterval?
    /// The share of rows that the two sides score differently, likewise.
    public let touched: Double?

    /// What the discrepancy acts on: its features, or its steps; empty where it names none.
    public var target: String {
      if let features = discrepancy["features"]?.items { return features.compactMap(\.text).joined(separator: " + ") }
      if let feature = discrepancy["feature"]?.text { return feature }
      guard let step = discrepancy["step"] else { return "" }
      let steps = [step] + (preset.kind == "step-order" ? [discrepancy["with"]].compactMap { $0 } : [])
      return "step " + steps.map { $0.text ?? $0.json() }.joined(separator: " + ")
    }

    /// The replicates that are left.
    public var alive: Int { addedLoss?.n ?? 0 }
  }

  /// A discrepancy that was not tried.
  public struct Untried: Sendable {
    /// Why a kind is not tried.
    public enum Status: String, Sendable {
      /// This scenario cannot have it.
      case unsuitable
      /// Nobody has said at what strength to try it.
      case noPreset = "no-preset"
    }

    /// The kind of discrepancy.
    public let kind: String
    /// What would have been tried; empty without a preset.
    public let incident: String
    /// Which of the two.
    public let status: Status
    /// Why, in a sentence.
    public let reason: String
  }

  /// The scenario without arms of its own; first as it is, then with each discrepancy.
  public let experiment: Experiment
  /// What is not tried, and why.
  public let untried: [Untried]
  let causes: [String: Cause]
  private let presets: [(preset: ScreenPreset, node: DocumentNode)]

  /// The name of the arm without any of the discrepancies.
  public static let plain = "as-is"

  /// An untouched loss of so many times that without the discrepancy is no number to report: the loop has run away, and only the number of cycles keeps it finite. (Features that a scaler never
  /// saw, or −999 for a missing value, stay below 10⁹.)
  public static let runawayRatio = 1e12

  /// Tries every preset whose kind the catalog has; one that the scenario cannot have is listed with the reason, and so is a kind without a preset.
  ///
  /// - Parameters:
  ///   - document: The scenario; its own arms are left out.
  ///   - catalog: The kinds there are.
  ///   - presets: What to try, one for each kind.
  public init(
    _ document: ScenarioDocument, catalog: Catalog = .standard, presets: [ScreenPreset] = ScreenPreset.all
  ) throws(ScenarioError) {
    var base = document
    base.root["arms"] = []
    let given = base.root["metrics"]?.items ?? Scenario.neutral(.metric)?.items ?? []
    let listed = given.contains { ($0["kind"]?.text ?? $0.text) == "parity" }
    base.root["metrics"] = DocumentNode(.list(listed ? given : given + ["parity"]))
    let tables = StampedTables()
    let plain = try Experiment.arm(
      Self.plain, base.resolved(for: ScenarioDocument.Arm(name: Self.plain)), catalog: catalog, tables: tables)
    let targets = ScreenTargets(plain.scenario)
    let kinds = catalog.kinds(of: .discrepancy)
    var tried: [(preset: ScreenPreset, node: DocumentNode)] = [], untried: [Untried] = []
    var arms = [plain], nodes: [DocumentNode] = [["name": .string(Self.plain)]]
    for preset in presets where kinds.contains(where: { $0.kind == preset.kind }) {
      func refuse(_ reason: String) {
        untried.append(Untried(kind: preset.kind, incident: preset.incident, status: .unsuitable, reason: reason))
      }
      guard var node = preset.node(targets) else {
        refuse("the world has no feature that it could act on")
        continue
      }
      node["kind"] = .string(preset.kind)
      node["id"] = .string("screen-\(preset.kind)")
      let added: DocumentNode = ["name": .string(preset.kind), "add": ["discrepancies": DocumentNode(.list([node]))]]
      var one = base
      one.root["arms"] = DocumentNode(.list([added]))
      do throws(ScenarioError) {
        for arm in try one.arms() {
          arms.append(try Experiment.arm(arm.name, one.resolved(for: arm), catalog: catalog, tables: tables))
        }
        tried.append((preset, node))
        nodes.append(added)
      } catch {
        refuse(error.problems.first?.sentence ?? "it is refused")
      }
    }
    for kind in kinds where !presets.contains(where: { $0.kind == kind.kind }) {
      untried.append(
        Untried(kind: kind.kind, incident: "", status: .noPreset, reason: "it has no preset; write it into an arm of the scenario"))
    }
    base.root["arms"] = DocumentNode(.list(nodes))
    experiment = try Experiment(base, arms: arms, withSameLog: true, tables: tables)
    self.presets = tried
    self.untried = untried
    causes = Dictionary(kinds.compactMap { kind in kind.defaultCause.map { (kind.kind, $0) } }, uniquingKeysWith: { first, _ in first })
  }

  /// The damage of each in the last cycle of the scenario as it is: first what ran away or ended, then the costliest.
  public func lines(_ summary: Summary) -> [Line] {
    let cycle = summary.lastCycle(arm: 0)
    let plain = summary.replicates(arm: 0, cycle: cycle, metric: "untouched_loss")
    let lines = presets.enumerated().map { index, tried -> Line in
      let arm = index + 1
      let losses = summary.replicates(arm: arm, cycle: cycle, metric: "untouched_loss")
      let runsAway = zip(losses, plain).map { loss, right in
        guard let loss, let right else { return false }
        return loss > Self.runawayRatio * right
      }
      let left = zip(zip(losses, plain), runsAway).map { $0.0 != nil && $0.1 != nil && !$1 }
      func mean(_ values: [Double?]) -> MeanInterval? {
        let kept = zip(values, left).compactMap { $1 ? $0 : nil }
        guard !kept.isEmpty else { return nil }
        return kept.count == left.count ? MeanInterval(kept) : MeanInterval(kept).withoutInterval
      }
      func change(_ metric: String) -> MeanInterval? {
        mean(
          zip(summary.replicates(arm: arm, cycle: cycle, metric: metric), summary.replicates(arm: 0, cycle: cycle, metric: metric)).map {
            value, right in
            guard let value, let right else { return nil }
            return value - right
          })
      }
      let diverged = runsAway.contains(true) || summary.endings(arm: arm).contains(RunEnding.diverged(cycle: 0).word)
      return Line(
        preset: tried.preset, discrepancy: tried.node, status: diverged ? .diverged : left.contains(false) ? .ended : .applied,
        addedLoss: change("untouched_loss"), addedSkew: change("skew"),
        touched: mean(summary.replicates(arm: arm, cycle: cycle, metric: "differing_share"))?.mean)
    }
    func rank(_ line: Line) -> Double { line.status == .applied ? line.addedLoss?.mean ?? .infinity : .infinity }
    return lines.sorted { rank($0) > rank($1) }
  }
}
