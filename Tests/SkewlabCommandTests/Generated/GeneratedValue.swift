import OrderedCollections
import SkewlabEngine

/// Makes values of a declared parameter type: usual ones, ones at the ends of the range, and ones that are refused.
struct GeneratedValue {
  /// How far values go.
  enum Daring { case usual, extreme, invalid }

  /// What texts may refer to.
  struct Names {
    var features: [String] = []
    var levels: [String] = []
    var groups: [String] = []
    var steps: [String] = []
    var columns = ["served_loss", "untouched_loss"]
    var files = ["t.csv"]
    /// Whether a text makes a new name rather than refers to one.
    var areNew = false
  }

  static let oddNames = [
    "café", "a b", "=1+1", "x\u{1B}[31m", "NaN", "null", "", "intercept", "a,b", "a\"b", "x=1", "日本", "-", "a/b", "..", "1e5", "0", "a\nb",
    "true", "x1 ", "#", "\u{FEFF}x", "e\u{301}", String(repeating: "n", count: 300),
  ]
  static let usualNumbers = [0, 0.1, 0.25, 0.5, 0.9, 1, 1.5, 2, 3, 10, -0.1, -0.5, -1, -2]
  static let extremeNumbers = [
    -0.0, .leastNonzeroMagnitude, -Double.leastNonzeroMagnitude, 1e-308, 1e-160, -1e-160, 1e-15, 1e8, 1e15, -1e15, 1e100, 1e154, 1e160,
    -1e160, 1e300, 1e308, -1e308,
    Double.greatestFiniteMagnitude,
  ]
  static let invalid: [DocumentNode] = [
    nil, true, "text", "NaN", "inf", "", [], [:], [1], ["a": 1], .number(.nan), .number(.infinity), .number(-.infinity), .integer(.max),
    .integer(.min), .number(1e308), .number(-1), .number(2.5), .number(1e19), [[[]]],
  ]

  var chance: Chance
  var names = Names()
  /// Percent of values that are extreme, and invalid.
  var extreme = 0, invalid = 0
  private var length = 2

  init(_ chance: Chance) { self.chance = chance }

  private mutating func daring() -> Daring {
    let drawn = chance.below(100)
    return drawn < invalid ? .invalid : drawn < invalid + extreme ? .extreme : .usual
  }

  /// A value for a parameter of this name and type.
  mutating func value(_ name: String, _ type: ParameterType) -> DocumentNode {
    let daring = daring()
    if daring == .invalid, chance.happens(60) { return chance.pick(Self.invalid) }
    switch type {
    case .number(let range): return .number(number(range, daring))
    case .integer(let range): return .integer(integer(range, daring))
    case .flag: return .bool(chance.happens(50))
    case .text: return .string(text(name, daring))
    case .choice(let words): return .string(daring == .invalid ? "odd" : chance.pick(words))
    case .list(let element, let least): return list(name, element, atLeast: least, daring)
    case .map(let entries): return map(entries, daring)
    case .either(let types): return value(name, chance.pick(types))
    case .component: return "anchoring"
    }
  }

  private mutating func number(_ range: NumberRange, _ daring: Daring) -> Double {
    let ends = [range.lower, range.upper].filter(\.isFinite)
    let beside = ends.flatMap { [$0, $0.nextUp, $0.nextDown, $0 + 1, $0 - 1] }
    let drawn: [Double]
    switch daring {
    case .usual:
      drawn = (Self.usualNumbers + [range.lower / 2 + range.upper / 2, range.lower + 0.5, range.upper - 0.5]).filter(range.contains)
    case .extreme: drawn = (Self.extremeNumbers + beside).filter(range.contains)
    case .invalid: drawn = Self.extremeNumbers + beside + [.nan, .infinity, -.infinity]
    }
    return drawn.isEmpty ? range.lower : chance.pick(drawn)
  }

  private mutating func integer(_ range: ClosedRange<Int>, _ daring: Daring) -> Int {
    switch daring {
    case .usual:
      let start = range.contains(0) && range.lowerBound < 0 ? -2 : range.lowerBound
      return min(range.upperBound, max(range.lowerBound, start + chance.below(5)))
    case .extreme:
      let inside = [range.lowerBound, range.upperBound, range.lowerBound / 2 + range.upperBound / 2, 64, 1000]
      return chance.pick(inside.filter(range.contains))
    case .invalid: return chance.pick([range.lowerBound &- 1, range.upperBound &+ 1, .max, .min, 0, -1])
    }
  }

  private mutating func text(_ name: String, _ daring: Daring) -> String {
    if daring != .usual, chance.happens(50) { return chance.pick(Self.oddNames) }
    if names.areNew { return chance.pick(["a", "b", "c", "d", "e"]) }
    let pool: [String]
    switch name {
    case "step": pool = names.steps
    case "with": pool = chance.happens(50) ? names.steps : names.features
    case "level", "levels", "exchange": pool = names.levels
    case "group": pool = names.groups
    case "metric": pool = names.columns
    case "path": pool = names.files
    case "id": pool = ["first", "second", "third"]
    default: pool = chance.happens(90) ? names.features : names.features + names.levels + names.steps + names.columns
    }
    return pool.isEmpty ? "x1" : chance.pick(pool)
  }

  private mutating func list(_ name: String, _ element: ParameterType, atLeast least: Int, _ daring: Daring) -> DocumentNode {
    var count = max(least, names.areNew ? length : chance.happens(60) ? names.features.count : 1 + chance.below(3))
    if daring != .usual { count = chance.pick([least, least + 1, 0, 20]) }
    var items: [DocumentNode] = []
    for index in 0..<count {
      var item = value(name, element)
      // New names of one list are different, unless they are to be refused.
      if daring != .invalid, items.contains(item), let text = item.text { item = .string(text + String(index)) }
      if daring == .usual, !names.areNew, items.contains(item), item.text != nil { continue }
      items.append(item)
    }
    return DocumentNode(.list(items))
  }

  private mutating func map(_ entries: OrderedDictionary<String, ParameterType>, _ daring: Daring) -> DocumentNode {
    let outer = length
    length = 1 + chance.below(3)
    defer { length = outer }
    var node: DocumentNode = [:]
    if chance.happens(40) {
      let index = chance.below(entries.count)
      let (key, type) = entries.elements[index]
      node[key] = value(key, type)
      return node
    }
    for (key, type) in entries where chance.happens(["name", "kind", "levels"].contains(key) ? 97 : 50) { node[key] = value(key, type) }
    if daring == .invalid { node["odd"] = 1 }
    return node
  }
}
