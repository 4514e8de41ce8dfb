/// The tables that generated scenarios read.
enum GeneratedTable {
  static let columns = ["a", "b", "town", "hour", "t", "y"]

  static let contents: [(name: String, text: String)] = [
    ("t.csv", table { "\($0 % 7),\(Double($0 % 5) / 4),\(towns[$0 % 3]),\($0 % 24),\($0),\($0 % 7 + $0 % 3)" }),
    ("gaps.csv", table { "\($0 % 4 == 0 ? "" : "\($0 % 11)"),\(-$0 % 9),\($0 % 5 == 0 ? "" : towns[$0 % 3]),\($0 % 24),\($0),\($0 % 2)" }),
    ("large.csv", table { "1e\($0 % 2 == 0 ? 200 : 308),\($0),\(towns[$0 % 2]),1,\(-$0),\($0 % 3)e150" }),
    ("few.csv", "a,b,town,hour,t,y\n1,2,A,3,1,0\n2,2,B,4,2,1\n"),
  ]
  static let names = contents.map(\.name) + ["absent.csv"]

  private static let towns = ["A", "B", "=SUM(1)"]

  private static func table(_ line: (Int) -> String) -> String {
    "a,b,town,hour,t,y\n" + (0..<120).map { line($0) + "\n" }.joined()
  }
}
