public import SkewlabComponents
public import SkewlabEngine
public import SkewlabNumerics

/// Every discrepancy that a scenario can have, one arm each, at preset strengths.
///
/// ```swift
/// let screen = try Screen(ScenarioDocument(contentsOf: "mine.yaml"))
/// for line in screen.lines(try screen.experiment.run().summary) { print(line.preset.kind, line.excess.mean) }
/// ```
public struct Screen: Sendable {
  /// One discrepancy's damage in the last cycle.
  public struct Line: Sendable {
    /// What was tried.
    public let preset: ScreenPreset
    /// The discrepancy as the arm has it.
    public let discrepancy: DocumentNode
    /// The untouched loss above that without the discrepancy, replicate by replicate; `nil` where no replicate got there.
    public let excess: MeanInterval?
    /// The skew above that without the discrepancy; `nil` without evaluation rows.
    public let skew: MeanInterval?
    /// The share of rows that the two sides score differently.
    public let touched: Double?
  }

  /// A discrepancy that this scenario cannot have.
  public struct Unsuitable: Sendable {
    /// What was tried.
    public let preset: ScreenPreset
    /// Why not.
    public let reason: String
  }

  /// The scenario without arms of its own; first as it is, then with each discrepancy.
  public let experiment: Experiment
  /// What cannot be tried, and why.
  public let unsuitable: [Unsuitable]
  private let presets: [(preset: ScreenPreset, node: DocumentNode)]

  /// The name of the arm without any of the discrepancies.
  public static let plain = "as-is"

  /// Tries every preset on the scenario; one that it cannot have is listed with the reason.
  public init(_ document: ScenarioDocument, catalog: Catalog = .standard) throws(ScenarioError) {
    var base = document
    base.root["arms"] = []
    let given = base.root["metrics"]?.items ?? Self.metrics
    let listed = given.contains { ($0["kind"]?.text ?? $0.text) == "parity" }
    base.root["metrics"] = DocumentNode(.list(listed ? given : given + ["parity"]))
    let tables = TableStore()
    let scenario = try Scenario(base, catalog: catalog, tables: tables)
    let targets = ScreenTargets(scenario)
    let own = base.root["discrepancies"]?.items ?? []
    var presets: [(preset: ScreenPreset, node: DocumentNode)] = [], unsuitable: [Unsuitable] = []
    var arms: [DocumentNode] = [["name": .string(Self.plain)]]
    for preset in ScreenPreset.all where catalog.kinds(of: .discrepancy).contains(where: { $0.kind == preset.kind }) {
      guard var node = preset.node(targets) else {
        unsuitable.append(Unsuitable(preset: preset, reason: "the world has no feature that it could act on"))
        continue
      }
      node["kind"] = .string(preset.kind)
      node["id"] = .string("screen-\(preset.kind)")
      var tried = base
      tried.root["discrepancies"] = DocumentNode(.list(own + [node]))
      do throws(ScenarioError) {
        _ = try Scenario(tried, catalog: catalog, tables: tables)
        presets.append((preset, node))
        arms.append(["name": .string(preset.kind), "add": ["discrepancies": DocumentNode(.list([node]))]])
      } catch {
        unsuitable.append(Unsuitable(preset: preset, reason: error.problems.first?.sentence ?? "it is refused"))
      }
    }
    base.root["arms"] = DocumentNode(.list(arms))
    experiment = try Experiment(base, catalog: catalog)
    self.presets = presets
    self.unsuitable = unsuitable
  }

  /// The losses, unless the scenario lists metrics.
  private static let metrics: [DocumentNode] = ["loss"]

  /// The damage of each in the last cycle of the scenario as it is, the costliest first.
  public func lines(_ summary: Summary) -> [Line] {
    let cycle = summary.lastCycle(arm: 0)
    let lines = presets.enumerated().map { index, tried in
      let arm = index + 1
      let touched = summary.interval(arm: arm, cycle: cycle, metric: "differing_share")?.mean
      return Line(
        preset: tried.preset, discrepancy: tried.node,
        excess: summary.difference(arm: arm, minus: 0, cycle: cycle, metric: "untouched_loss"),
        skew: summary.difference(arm: arm, minus: 0, cycle: cycle, metric: "skew"), touched: touched)
    }
    return lines.sorted { ($0.excess?.mean ?? .infinity) > ($1.excess?.mean ?? .infinity) }
  }

  /// `screen.csv`: kind, incident, cause, status, excess and skew with intervals, touched_share, reason.
  public func csv(_ summary: Summary, catalog: Catalog = .standard) -> String {
    var text = CSVText(
      line: [
        "kind", "incident", "cause", "status", "n", "excess", "excess_low", "excess_high", "skew", "skew_low", "skew_high", "touched_share",
        "reason",
      ])
    func cause(_ preset: ScreenPreset) -> String {
      catalog.kinds(of: .discrepancy).first { $0.kind == preset.kind }?.defaultCause?.rawValue ?? ""
    }
    for line in lines(summary) {
      for cell in [line.preset.kind, line.preset.incident, cause(line.preset), line.excess == nil ? "ended" : "applied"] { text.add(cell) }
      text.add(line.excess?.n ?? 0)
      for interval in [line.excess, line.skew] {
        text.add(interval?.mean)
        text.add(interval?.low)
        text.add(interval?.high)
      }
      text.add(line.touched)
      text.add(line.excess == nil ? "no replicate got to the last cycle; manifest.json says how they ended" : "")
      text.endLine()
    }
    for none in unsuitable {
      for cell in [none.preset.kind, none.preset.incident, cause(none.preset), "unsuitable"] { text.add(cell) }
      text.add(0)
      for _ in 0..<7 { text.add(Double?.none) }
      text.add(none.reason)
      text.endLine()
    }
    return text.text
  }
}
