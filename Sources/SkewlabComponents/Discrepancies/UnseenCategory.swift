public import SkewlabEngine
internal import SkewlabNumerics

/// Discrepancy `unseen-category`: one side spells categories so that they are not found.
public struct UnseenCategory: SourceDiscrepancy {
  /// How the spelling differs.
  public enum Mismatch: String, Sendable, CaseIterable {
    /// No level is found.
    case any
    /// Levels arrive in lower case.
    case `case`
    /// Characters outside ASCII arrive as question marks.
    case locale
    /// Levels arrive without the white space around them.
    case trim

    /// What a level arrives as; `nil` is a text that nobody knows.
    func spelling(_ level: String) -> String? {
      switch self {
      case .any: nil
      case .case: level.lowercased()
      case .locale: String(level.map { $0.isASCII ? $0 : "?" })
      case .trim: String(level.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
      }
    }
  }

  /// `unseen-category`.
  public static let kind = "unseen-category"
  /// One line.
  public static let summary = "categories arrive in another spelling, so that the encoder does not know them"
  /// The definition.
  public static let definition = """
    On the rows it touches, the level of each named text feature arrives in another spelling and is looked up among the world's levels again; one that is not found becomes the unknown code, \
    for which `one-hot` has its rule for unseen levels. `any` loses every level (and with `share` a share of the rows), `case` puts it into lower case, `locale` makes each character outside ASCII a \
    question mark, `trim` takes white space off its ends. `levels` restricts it to some levels. Missing stays missing. With one column a level and zeros for the unknown, losing levels c at rate p costs \
    pΣ_c P(c)v_c², v_c the weight of c relative to what the zeros stand for.
    """
  /// Another implementation.
  public static let defaultCause: Cause? = .reimplementation
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, mismatch, levels] + DiscrepancyScope.parameters
  static let features = Parameter.features(about: "the text features that are spelt differently; all unless given")
  static let mismatch = Parameter<Mismatch>.choice("mismatch", default: .any, about: "how the spelling differs")
  static let levels = Parameter<[String]?>(
    "levels", type: .list(.text, atLeast: 1), about: "the levels it happens to; all unless given"
  ) { .some($0?.items?.compactMap(\.text)) }

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  /// For each column, the code that each level's code becomes.
  private let codes: [(column: Int, becomes: [Double])]

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    let schema = arguments.context.world?.schema ?? Schema([])
    let mismatch = arguments[Self.mismatch], chosen = arguments[Self.levels]
    let columns = try arguments.sourceColumns(Self.features, requirement: "a text feature") { !$0.isNumeric }
    var known: [String] = [], codes: [(column: Int, becomes: [Double])] = [], changes = false
    for column in columns {
      guard case .categorical(let levels) = schema.columns[column].type else { continue }
      known += levels
      let becomes = levels.enumerated().map { code, level -> Double in
        guard chosen?.contains(level) ?? true else { return Double(code) }
        return Double(mismatch.spelling(level).flatMap(levels.firstIndex(of:)) ?? levels.count)
      }
      if becomes != levels.indices.map(Double.init) { changes = true }
      codes.append((column, becomes))
    }
    for level in chosen ?? [] where !known.contains(level) {
      throw arguments.error(.unknownName(level, what: "level of these features", known: known), at: Self.levels)
    }
    guard changes else {
      throw arguments.error(
        .conflict(
          "no level of these features is spelt differently with mismatch '\(mismatch.rawValue)'",
          advice: "choose another mismatch; `any` loses every level"), at: Self.mismatch)
    }
    self.codes = codes
  }

  /// It is.
  public var isDeterministic: Bool { true }

  /// Changes the codes.
  public func alter(_ rows: inout Rows) {
    let mask = scope.touchedRows(rows.range, at: rows.position)
    for (column, becomes) in codes {
      rows.withFeature(column) { x in
        for i in x.indices where mask?[i] ?? true {
          // Missing, and what an earlier discrepancy has lost already, stays.
          if let code = Int(exactly: x[i]), becomes.indices.contains(code) { x[i] = becomes[code] }
        }
      }
    }
  }
}
