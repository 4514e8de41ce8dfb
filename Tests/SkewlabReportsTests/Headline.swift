import Foundation

/// A headline as a reader takes it: for every sentence its cycles, and for every clause what is compared with what.
struct Headline {
  struct Clause {
    var cycles: ClosedRange<Int>
    var subject: String, reference: String
    /// What is said of the two.
    var verdict: Verdict
    /// What stands in brackets; empty without.
    var brackets: String
  }

  enum Verdict: Equatable {
    case percent(String, isHigher: Bool)
    case times(String)
    case notShown, same
  }

  /// The arm said to be worst, of how many others, and by which metric; `nil` when it is not said.
  var worst: (count: Int, baseline: String, arm: String, metric: String)?
  var clauses: [Clause] = []
  /// What could not be read.
  var unread: [String] = []

  init(_ text: String) {
    var rest = Substring(text)
    if let match = rest.prefixMatch(
      of: #/Of (\d+) arms compared with '(.+?)' over shared cycles, '(.+?)' has the highest (\w+)\. /#)
    {
      worst = (Int(match.1) ?? 0, String(match.2), String(match.3), String(match.4))
      rest = rest[match.range.upperBound...]
    }
    // A sentence begins with its cycles.
    let starts = rest.matches(of: #/(?:Over cycles 1 to (\d+)|In cycle (\d+)), /#)
    if starts.isEmpty { unread.append(String(rest)) }
    for (index, start) in starts.enumerated() {
      let end = index + 1 < starts.count ? starts[index + 1].range.lowerBound : rest.endIndex
      let sentence = rest[start.range.upperBound..<end].trimmingCharacters(in: .whitespaces).dropLast()
      let first = start.1 == nil ? Int(start.2 ?? "") ?? 0 : 1, last = Int(start.1 ?? start.2 ?? "") ?? 0
      for part in String(sentence).split(separator: #/, (?:and |while )?(?=the loss |the best |the served |no difference )/#) {
        guard let clause = Self.clause(String(part), first...last) else {
          unread.append(String(part))
          continue
        }
        clauses.append(clause)
      }
    }
  }

  private static func clause(_ text: String, _ cycles: ClosedRange<Int>) -> Clause? {
    if let match = text.wholeMatch(of: /no difference could be shown between (.+) and (that .+) \((95 % .+)\)/) {
      return Clause(cycles: cycles, subject: String(match.1), reference: String(match.2), verdict: .notShown, brackets: String(match.3))
    }
    if let match = text.wholeMatch(of: /(.+) is the same as (that .+)/) {
      return Clause(cycles: cycles, subject: String(match.1), reference: String(match.2), verdict: .same, brackets: "")
    }
    if let match = text.wholeMatch(of: /(.+) is (\S+) % (higher|lower) than (that .+?) \(([^()]+)\)/) {
      return Clause(
        cycles: cycles, subject: String(match.1), reference: String(match.4),
        verdict: .percent(String(match.2), isHigher: match.3 == "higher"), brackets: String(match.5))
    }
    if let match = text.wholeMatch(of: /(.+) is (\S+) times (that .+?) \(([^()]+)\)/) {
      return Clause(
        cycles: cycles, subject: String(match.1), reference: String(match.3), verdict: .times(String(match.2)), brackets: String(match.4))
    }
    return nil
  }
}

/// A number as it is printed, and how far from it the number meant may be: half a unit of its last digit.
struct PrintedNumber {
  let value: Double
  let slack: Double

  init?(_ text: String) {
    let plain = text.replacingOccurrences(of: "−", with: "-").replacingOccurrences(of: "+", with: "+")
    guard let value = Double(plain) else { return nil }
    let parts = plain.split(separator: "e"), decimals = parts[0].split(separator: ".").dropFirst().first?.count ?? 0
    self.value = value
    // A tie may be rounded either way by the last bit of the number.
    slack = 0.5001 * pow(10, Double((parts.count > 1 ? Int(parts[1]) ?? 0 : 0) - decimals))
  }

  func stands(for number: Double) -> Bool { abs(value - number) <= slack + 1e-9 * abs(number) }
}
