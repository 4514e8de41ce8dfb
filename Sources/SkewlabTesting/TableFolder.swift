internal import SkewlabEngine
internal import SkewlabNumerics

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A temporary folder with the table that kinds which read a file are tried on.
///
/// `example.csv` has numbers `x1`, `x2`, `x3` (the last a constant), `gap` (numbers with gaps), text `level` (with gaps), and a
/// positive number `y`.
struct TableFolder {
  /// Enough for two cycles of the longest check.
  static let rows = 5_200

  let path: String

  init() {
    path = FileManager.default.temporaryDirectory.path + "/skewlab-conformance-" + UUID().uuidString
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try? Data(Self.text.utf8).write(to: URL(fileURLWithPath: path + "/example.csv"))
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  private static let text: String = {
    let position = RandomStream.Position(replicate: 0, cycle: 0)
    let names = ["x1", "x2", "gap", "level", "y", "missing"]
    let draws = names.map { RandomStream(seed: 1, name: "conformance/table/\($0)").uniforms(count: rows, at: position) }
    let levels = ["", "blue", "green", "red"]
    var text = "x1,x2,x3,gap,level,y\n"
    for i in 0..<rows {
      let x1 = 4 * draws[0][i], x2 = 2 + draws[1][i], level = min(levels.count - 1, Int(4.2 * draws[3][i]))
      let gap = draws[5][i] < 0.1 ? "" : decimalText(draws[2][i])
      let y = 5 + x1 + 0.5 * x2 * x2 + Double(level) + draws[4][i]
      text += "\(decimalText(x1)),\(decimalText(x2)),0.1,\(gap),\(levels[level]),\(decimalText(y))\n"
    }
    return text
  }()
}
