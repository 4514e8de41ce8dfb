public import OrderedCollections

/// One value of an untyped scenario document, with the place it was written.
///
/// Two nodes are equal when their values are: the location is for messages only.
public struct DocumentNode: Sendable {
  /// What a node can hold. Numbers keep the distinction between whole and decimal; keys keep their order.
  public enum Content: Sendable, Hashable {
    /// Nothing (`null`, `~`).
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number that fits in 64 bits.
    case integer(Int)
    /// Any other number, infinities and NaN included.
    case number(Double)
    /// Text.
    case string(String)
    /// A list.
    case list([DocumentNode])
    /// Keys and values, in the order written.
    case map(OrderedDictionary<String, DocumentNode>)
  }

  /// The value.
  public var value: Content
  /// Where the value stands.
  public var location: SourceLocation?
  /// Where the key that holds this value stands, if a key does.
  public var keyLocation: SourceLocation?
  /// The characters that a plain number, flag or null was written with, such as `07`; for messages.
  public var written: String?

  /// A node with its place, if it has one.
  public init(_ value: Content, at location: SourceLocation? = nil) {
    self.value = value
    self.location = location
  }

  /// The entry under `key` of a map; `nil` for anything else.
  public subscript(key: String) -> DocumentNode? {
    get {
      guard case .map(let entries) = value else { return nil }
      return entries[key]
    }
    set {
      guard case .map(var entries) = value else { return }
      value = .null  // gives the storage up, so that the change is made in place
      entries[key] = newValue
      value = .map(entries)
    }
  }

  /// The items of a list; `nil` for anything else.
  public var items: [DocumentNode]? {
    if case .list(let items) = value { items } else { nil }
  }

  /// The entries of a map; `nil` for anything else.
  public var entries: OrderedDictionary<String, DocumentNode>? {
    if case .map(let entries) = value { entries } else { nil }
  }

  /// The text of a string; `nil` for anything else.
  public var text: String? {
    if case .string(let text) = value { text } else { nil }
  }

  /// A whole or decimal number as a `Double`; `nil` for anything else.
  public var double: Double? {
    // Never inlined: Swift 6.3.1 crashes in release on closures such as `{ $0?["k"]?.double.map(f) ?? g }` where this is, in users' packages too.
    @inline(never) get {
      switch value {
      case .integer(let integer): Double(integer)
      case .number(let number): number
      default: nil
      }
    }
  }

  /// A whole number; a decimal such as `5.0` or `1e4` counts when it is whole and exact.
  public var integer: Int? {
    switch value {
    case .integer(let integer): integer
    case .number(let number): Int(exactly: number)
    default: nil
    }
  }

  /// A number as a list of one, or a list of numbers; `nil` for anything else.
  public var numberOrNumbers: [Double]? {
    if let double { return [double] }
    return items?.compactMap(\.double)
  }

  /// A name for the type, as messages use it.
  public var typeName: String {
    switch value {
    case .null: "nothing"
    case .bool: "the flag"
    case .integer: "a whole number"
    case .number: "a number"
    case .string: "text"
    case .list: "a list"
    case .map: "a map"
    }
  }
}

extension DocumentNode: Hashable {
  /// Equality of the values, wherever they were written.
  public static func == (left: DocumentNode, right: DocumentNode) -> Bool { left.value == right.value }

  /// Hashes the value alone.
  public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

extension DocumentNode: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// `null`.
  public init(nilLiteral: ()) { self.init(.null) }
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self.init(.bool(value)) }
  /// A whole number.
  public init(integerLiteral value: Int) { self.init(.integer(value)) }
  /// A decimal number.
  public init(floatLiteral value: Double) { self.init(.number(value)) }
  /// Text.
  public init(stringLiteral value: String) { self.init(.string(value)) }
  /// A list.
  public init(arrayLiteral elements: DocumentNode...) { self.init(.list(elements)) }
  /// A map; a key given twice keeps its last value.
  public init(dictionaryLiteral elements: (String, DocumentNode)...) {
    self.init(.map(OrderedDictionary(elements, uniquingKeysWith: { $1 })))
  }
}

extension DocumentNode {
  /// A list of numbers.
  public static func numbers(_ values: some Sequence<Double>) -> DocumentNode {
    DocumentNode(.list(values.map { DocumentNode(.number($0)) }))
  }
  /// A list of texts.
  public static func texts(_ values: some Sequence<String>) -> DocumentNode {
    DocumentNode(.list(values.map { DocumentNode(.string($0)) }))
  }
  /// A whole number.
  public static func integer(_ value: Int) -> DocumentNode { DocumentNode(.integer(value)) }
  /// A decimal number.
  public static func number(_ value: Double) -> DocumentNode { DocumentNode(.number(value)) }
  /// Text.
  public static func string(_ value: String) -> DocumentNode { DocumentNode(.string(value)) }
  /// `true` or `false`.
  public static func bool(_ value: Bool) -> DocumentNode { DocumentNode(.bool(value)) }
  /// A map.
  public static func map(_ entries: KeyValuePairs<String, DocumentNode>) -> DocumentNode {
    DocumentNode(.map(OrderedDictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })))
  }
}
