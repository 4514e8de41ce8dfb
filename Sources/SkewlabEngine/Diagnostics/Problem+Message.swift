extension Problem {
  /// The problem in a sentence: place, path, value, what is allowed, and the next step.
  public var message: String {
    var text = ""
    if let location { text += "\(location): " }
    if !path.steps.isEmpty { text += "\(path): " }
    return text + sentence
  }

  /// The same without the place.
  public var sentence: String {
    switch reason {
    case .unknownKey(let key, let allowed):
      "unknown key '\(Self.shown(key))'\(Self.suggestion(key, allowed)); allowed: \(Self.listing(allowed))"
    case .unknownKind(let kind, let role, let allowed):
      allowed.isEmpty
        ? "unknown \(role) '\(Self.shown(kind))'; this version has no kind of \(role)"
        : "unknown \(role) '\(Self.shown(kind))'\(Self.suggestion(kind, allowed)); allowed: \(Self.listing(allowed)) (see `skewlab list \(role)`)"
    case .missingKey(let key, let type): "'\(key)' is missing; give \(type)"
    case .wrongType(let expected, let found):
      "expected \(expected), found \(found.typeName)\(Self.quoted(found))\(Self.adviceOnQuotes(expected, found))"
    case .outOfRange(let value, let allowed): "\(Self.shown(value.json())) is out of range; allowed: \(allowed)"
    case .notAllowed(let word, let allowed):
      "'\(Self.shown(word))' is not allowed\(Self.suggestion(word, allowed)); allowed: \(Self.listing(allowed))"
    case .duplicate(let what, let name): "the \(what) '\(Self.shown(name))' is there twice; give each its own name"
    case .noSuchPath(let path, let missing, let known):
      "there is nothing at '\(Self.shown(path))' to change: no '\(Self.shown(missing))'\(Self.suggestion(missing, known)); there \(known.count > 1 ? "are" : "is"): \(Self.listing(known))"
    case .unknownName(let name, let what, let known):
      "there is no \(what) '\(Self.shown(name))'\(Self.suggestion(name, known)); there \(known.count > 1 ? "are" : "is"): \(Self.listing(known))"
    case .unreadable(let place, let why): "\(place): \(Self.onOneLine(Self.middleLeftOut(why)))"
    case .conflict(let what, let advice): "\(what); \(advice)"
    }
  }

  /// What to do where YAML reads a word such as 07 as a number.
  private static func adviceOnQuotes(_ expected: String, _ found: DocumentNode) -> String {
    guard expected == ParameterType.text.description, let written = found.written else { return "" }
    return "; put it in quotes: '\(shown(written))'"
  }

  private static func quoted(_ node: DocumentNode) -> String {
    switch node.value {
    case .null: ""
    case .list, .map: node.json().count <= 60 ? " \(onOneLine(node.json()))" : ""
    case .string(let text): " '\(shown(text))'"
    default: " \(node.json())"
    }
  }

  /// The user's text on one line, and not longer than anyone reads.
  private static func shown(_ text: String) -> String { onOneLine(text.count <= 60 ? text : text.prefix(57) + "…") }

  /// The text without its middle where a cell in it is longer than anyone reads: what to do about it stands at the end.
  private static func middleLeftOut(_ text: String) -> String { text.count <= 400 ? text : text.prefix(100) + "…" + text.suffix(200) }

  /// The text with its control characters and line breaks written as escapes.
  private static func onOneLine(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnprintable) else { return text }
    return text.unicodeScalars.map { isUnprintable($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
  }

  private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
  }

  private static func suggestion(_ word: String, _ known: [String]) -> String {
    nearest(to: word, among: known).map { "; did you mean '\($0)'?" } ?? ""
  }

  private static func listing(_ words: [String]) -> String {
    if words.isEmpty { return "nothing" }
    return words.count <= 24 ? words.joined(separator: ", ") : words.prefix(24).joined(separator: ", ") + " and \(words.count - 24) more"
  }
}

/// The word nearest to `word`, if one is near enough to be meant: at most a third of its letters differ (Damerau–Levenshtein, case ignored).
public func nearest(to word: String, among known: [String]) -> String? {
  let limit = max(1, word.count / 3)
  let ranked = known.map { (word: $0, distance: editDistance(word.lowercased(), $0.lowercased())) }
  guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit else { return nil }
  return best.word
}

/// Insertions, deletions, replacements and exchanges of neighbours that lead from one word to the other (optimal string alignment).
private func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a.prefix(100)), b = Array(b.prefix(100))
  var rows = [Array(0...b.count)]
  for i in 1..<(a.count + 1) {
    var row = [i]
    for j in 1..<(b.count + 1) {
      var cost = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { cost = min(cost, rows[i - 2][j - 2] + 1) }
      row.append(cost)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
