/// What a table's cells say where there is no value. An empty cell always says so.
package struct MissingTexts: Hashable, Sendable {
  /// The texts, as written.
  let texts: Set<String>
  /// The numbers among them: -999 is then missing however it is written.
  private let numbers: Set<Double>
  /// Whether NaN is missing in any spelling, such as -NAN.
  let includesEveryNaN: Bool

  /// What is missing unless a scenario says otherwise.
  package static let standard = MissingTexts(["NA", "N/A", "NaN", "nan", "NULL", "null"], includesEveryNaN: true)

  private init(_ texts: Set<String>, includesEveryNaN: Bool) {
    self.texts = texts
    self.includesEveryNaN = includesEveryNaN
    numbers = Set(texts.compactMap(Double.init).filter(\.isFinite))
  }

  /// The texts that a scenario lists.
  init(_ texts: [String]) { self.init(Set(texts.map(CSVText.trimmed)), includesEveryNaN: false) }

  /// Whether a finite number can be missing.
  var includesNumbers: Bool { !numbers.isEmpty }

  func contains(_ text: String) -> Bool { texts.contains(text) }
  func contains(_ number: Double) -> Bool { !numbers.isEmpty && numbers.contains(number) }
}
