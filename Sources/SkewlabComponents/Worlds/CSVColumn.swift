internal import SkewlabEngine

/// A column of a CSV file while it is read: its numbers, its texts, or numbers until the first text.
struct CSVColumn {
  /// A cell to be named in a message.
  struct Cell {
    let line: Int
    let text: String
    /// Without spaces and tabs around it.
    var trimmed: String { CSVText.trimmed(text) }
  }

  /// A column of which nothing is read.
  static let unwanted = CSVColumn(readsNumbers: false, readsTexts: false, mayBeText: false, missing: .standard)

  /// The numbers so far, NaN where a cell is empty or has been refused.
  private(set) var numbers: [Double] = []
  /// The texts so far, where they are wanted.
  private(set) var texts: TextLevels?
  private(set) var hasNumber = false
  /// The first cells that are not numbers, not finite, missing, not above 0.
  private(set) var firstText: Cell?
  private(set) var firstInfinite: Cell?
  private(set) var firstMissing: Cell?
  private(set) var firstNotPositive: Cell?

  private var readsNumbers: Bool
  private let mayBeText: Bool
  private let missing: MissingTexts

  /// - Parameters:
  ///   - readsNumbers: Whether numbers are wanted.
  ///   - readsTexts: Whether texts are wanted, whatever they are.
  ///   - mayBeText: Whether a column whose first value is a text is one of texts.
  ///   - missing: What cells without a value say.
  init(readsNumbers: Bool, readsTexts: Bool, mayBeText: Bool, missing: MissingTexts) {
    self.missing = missing
    self.readsNumbers = readsNumbers || mayBeText
    self.mayBeText = mayBeText
    texts = readsTexts ? TextLevels() : nil
  }

  /// Whether it takes every number as one, as far as is known.
  var takesEveryNumber: Bool { readsNumbers && texts == nil && !missing.includesNumbers }
  /// Whether its first value was a text, which nobody had asked for.
  var becameText: Bool { mayBeText && texts != nil }
  /// Whether it wants anything.
  var isWanted: Bool { readsNumbers || texts != nil }

  /// Takes a finite number.
  mutating func append(_ value: Double, line: Int) {
    numbers.append(value)
    hasNumber = true
    if value <= 0, firstNotPositive == nil { firstNotPositive = Cell(line: line, text: decimalText(value)) }
  }

  /// Takes a cell's text.
  mutating func append(_ text: Span<UInt8>, line: Int) {
    let trimmed = text.extracting(CSVText.trimmed(text))
    if readsNumbers {
      switch CSVText.number(trimmed, missing: missing) {
      case nil:
        if firstText == nil { firstText = Cell(line: line, text: CSVText.string(text)) }
        if mayBeText, !hasNumber, texts == nil {
          texts = TextLevels(gaps: numbers.count)
          readsNumbers = false
          numbers = []
        } else {
          numbers.append(.nan)
        }
      case let value? where value.isFinite: append(value, line: line)
      case let value?:
        numbers.append(.nan)
        if value.isNaN {
          if firstMissing == nil { firstMissing = Cell(line: line, text: "") }
        } else {
          hasNumber = true
          if firstInfinite == nil { firstInfinite = Cell(line: line, text: CSVText.string(text)) }
        }
      }
    }
    texts?.append(trimmed)
  }

  /// Forgets cells after so many rows.
  mutating func truncate(to rows: Int) {
    numbers.removeLast(max(0, numbers.count - rows))
    texts?.truncate(to: rows)
  }
}
