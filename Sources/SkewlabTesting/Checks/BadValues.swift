internal import OrderedCollections
internal import SkewlabEngine

/// Values that a type has to refuse, each with the path inside the value that the message has to name.
enum BadValues {
  struct Bad {
    var value: DocumentNode
    var steps: [String] = []
  }

  static func of(_ type: ParameterType) -> [Bad] {
    switch type {
    case .number(let range): numbers(range)
    case .integer(let range): integers(range)
    case .flag: [Bad(value: "perhaps"), Bad(value: 1)]
    case .text: [Bad(value: 3), Bad(value: ["a list"])]
    case .choice: [Bad(value: "no-such-word-as-this"), Bad(value: 3)]
    case .list(let element, let least):
      [Bad(value: ["a-map": "not a list"])]
        + (least > 0 ? [Bad(value: [])] : [])
        + of(element).map { Bad(value: DocumentNode(.list([$0.value])), steps: ["0"] + $0.steps) }
    case .map(let types):
      [Bad(value: ["a list"]), Bad(value: ["no-such-key-as-this": 1])]
        + types.flatMap { key, type in of(type).map { Bad(value: DocumentNode(.map([key: $0.value])), steps: [key] + $0.steps) } }
    case .either(let types):
      // A value that is bad for one alternative may be good for another. Where inside the value the fault is said to be, is the
      // type's to choose.
      types.flatMap { of($0) }.filter { bad in !types.contains { accepts($0, bad.value) } }.map { Bad(value: $0.value) }
    case .component: [Bad(value: 3), Bad(value: ["a list"]), Bad(value: "no-such-kind-as-this"), Bad(value: [:])]
    }
  }

  private static func accepts(_ type: ParameterType, _ value: DocumentNode) -> Bool {
    (try? type.check(type.normalized(value), at: DocumentPath())) != nil
  }

  private static func numbers(_ range: NumberRange) -> [Bad] {
    var bad: [DocumentNode] = ["a word", ["a list"], .number(.nan)]
    if range.lower.isFinite { bad += [.number(range.lower - 1), .number(-.infinity)] }
    if range.lower.isFinite, !range.includesLower { bad.append(.number(range.lower)) }
    if range.upper.isFinite { bad.append(.number(range.upper + 1)) }
    if range.upper.isFinite, !range.includesUpper { bad.append(.number(range.upper)) }
    bad.append(.number(.infinity))
    return bad.map { Bad(value: $0) }
  }

  private static func integers(_ range: ClosedRange<Int>) -> [Bad] {
    var bad: [DocumentNode] = ["a word", ["a list"], .number(Double(range.lowerBound) + 0.5), .number(.nan)]
    if range.lowerBound > .min { bad.append(.integer(range.lowerBound - 1)) }
    if range.upperBound < .max { bad.append(.integer(range.upperBound + 1)) }
    return bad.map { Bad(value: $0) }
  }
}
