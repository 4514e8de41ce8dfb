public import SkewlabEngine

/// Metric `group-loss`: what each group of the world is served, and how many it is.
public struct GroupLoss: Metric {
  /// `group-loss`.
  public static let kind = "group-loss"
  /// One line.
  public static let summary = "share and loss of each group of the world"
  /// The definition.
  public static let definition = """
    For each group g of a world with groups: group_share_g, its share of the rows served in the cycle; group_served_loss_g, group_untouched_loss_g and, with an evaluation share, group_offline_loss_g, the loss of `loss` on the rows of the group alone: as served, on the twin, and on the evaluation share of the model's own window, weights of the window \
    included. A group without rows there has no value. In column names a group's letters are small, and what is neither an ASCII letter nor a digit is an underscore between words; of two groups with the same name then the later one has its place at the end, and again where that is taken.
    """

  /// No parameters.
  public init(_ arguments: Arguments) {}

  /// It does.
  public var needsGroups: Bool { true }

  private static let sides = ["share", "served_loss", "untouched_loss"]

  /// Three or four columns for each group.
  public func columns(for traits: MeasurementTraits) -> [String] {
    let sides = Self.sides + (traits.hasEvaluation ? ["offline_loss"] : [])
    let names = Self.names(traits.groups)
    return sides.flatMap { side in names.map { "group_\(side)_\($0)" } }
  }

  /// The values, side by side.
  public func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] {
    func losses(_ sums: [PredictionSums]) -> [Double?] {
      traits.groups.indices.map { sums.indices.contains($0) && sums[$0].count > 0 ? sums[$0].meanLoss : nil }
    }
    let total = cycle.servedByGroup.reduce(0) { $0 + $1.count }
    let shares = traits.groups.indices.map { cycle.servedByGroup.indices.contains($0) ? cycle.servedByGroup[$0].count / total : nil }
    return shares + losses(cycle.servedByGroup) + losses(cycle.untouchedByGroup)
      + (traits.hasEvaluation ? losses(cycle.offlineByGroup) : [])
  }

  private static func names(_ groups: [String]) -> [String] {
    var names: [String] = []
    for (place, group) in groups.enumerated() {
      var words = group.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.map(String.init)
      while words.isEmpty || names.contains(words.joined(separator: "_")) { words.append("\(place + 1)") }
      names.append(words.joined(separator: "_"))
    }
    return names
  }
}
