/// A parameter as `describe` and the schema see it, whatever its Swift type.
public protocol ParameterDeclaration: Sendable {
  /// The key in a scenario.
  var name: String { get }
  /// What it means: mathematics, unit, edge cases.
  var about: String { get }
  /// Type and range.
  var type: ParameterType { get }
  /// The value when it is not given; `nil` when it is required or simply absent.
  var defaultValue: DocumentNode? { get }
  /// Whether it has to be given.
  var isRequired: Bool { get }
  /// Whether the declaration makes a value of a checked node, or of none.
  func reads(_ node: DocumentNode?) -> Bool
}

/// A parameter of a kind: one declaration that checks, documents and reads a value.
///
/// ```swift
/// static let penalty = Parameter.number("penalty", default: 0, in: .atLeast(0), about: "λ of (λ/2)‖θ‖²")
/// init(_ arguments: Arguments) { penalty = arguments[Self.penalty] }
/// ```
public struct Parameter<Value: Sendable>: ParameterDeclaration {
  /// The key in a scenario.
  public let name: String
  /// What it means.
  public let about: String
  /// Type and range.
  public let type: ParameterType
  /// The value when it is not given.
  public let defaultValue: DocumentNode?
  /// Whether it has to be given.
  public let isRequired: Bool
  let read: @Sendable (DocumentNode?) -> Value?

  /// A parameter with its own reading of a checked value. `read` gets the value, or the default, or `nil` when there is neither.
  public init(
    _ name: String, type: ParameterType, default defaultValue: DocumentNode? = nil, required: Bool = false, about: String,
    read: @escaping @Sendable (DocumentNode?) -> Value?
  ) {
    self.name = name
    self.about = about
    self.type = type
    self.defaultValue = defaultValue
    self.isRequired = required
    self.read = read
  }

  /// Whether ``ParameterDeclaration/type`` and the reading agree: a node that passes the one gives a value in the other.
  public func reads(_ node: DocumentNode?) -> Bool { read(node) != nil }
}

extension Parameter where Value == Double {
  /// A number in a range; required when it has no default.
  public static func number(_ name: String, default defaultValue: Double? = nil, in range: NumberRange = .finite, about: String) -> Self {
    Parameter(
      name, type: .number(range), default: defaultValue.map { .number($0) }, required: defaultValue == nil, about: about,
      read: { $0?.double })
  }
}

extension Parameter where Value == Double? {
  /// A number that may be left out.
  public static func optionalNumber(_ name: String, in range: NumberRange = .finite, about: String) -> Self {
    Parameter(name, type: .number(range), about: about, read: { .some($0?.double) })
  }
}

extension Parameter where Value == Int {
  /// A whole number in a range; required when it has no default.
  public static func integer(_ name: String, default defaultValue: Int? = nil, in range: ClosedRange<Int>, about: String) -> Self {
    Parameter(
      name, type: .integer(range), default: defaultValue.map { .integer($0) }, required: defaultValue == nil, about: about,
      read: { $0?.integer })
  }
}

extension Parameter where Value == Int? {
  /// A whole number that may be left out.
  public static func optionalInteger(_ name: String, in range: ClosedRange<Int>, about: String) -> Self {
    Parameter(name, type: .integer(range), about: about, read: { .some($0?.integer) })
  }
}

extension Parameter where Value == Bool {
  /// A switch.
  public static func flag(_ name: String, default defaultValue: Bool, about: String) -> Self {
    Parameter(name, type: .flag, default: .bool(defaultValue), about: about) { node in
      if case .bool(let value) = node?.value { value } else { nil }
    }
  }
}

extension Parameter where Value == String {
  /// Any text; required when it has no default.
  public static func text(_ name: String, default defaultValue: String? = nil, about: String) -> Self {
    Parameter(
      name, type: .text, default: defaultValue.map { .string($0) }, required: defaultValue == nil, about: about, read: { $0?.text })
  }
}

extension Parameter where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of the words of an enumeration; required when it has no default.
  public static func choice(_ name: String, default defaultValue: Value? = nil, about: String) -> Self {
    Parameter(
      name, type: .choice(Value.allCases.map(\.rawValue)), default: defaultValue.map { .string($0.rawValue) },
      required: defaultValue == nil, about: about, read: { $0?.text.flatMap(Value.init(rawValue:)) })
  }
}

extension Parameter where Value == [String] {
  /// A list of texts; empty when not given, unless required.
  public static func texts(_ name: String, required: Bool = false, about: String) -> Self {
    Parameter(name, type: .list(.text, atLeast: required ? 1 : 0), required: required, about: about) { node in
      node?.items?.compactMap(\.text) ?? []
    }
  }
}

extension Parameter where Value == FeatureSelection {
  /// Which features the component acts on; all that it can act on when not given.
  public static func features(_ name: String = "features", about: String) -> Self {
    Parameter(name, type: .list(.text, atLeast: 1), about: about) { node in
      FeatureSelection(names: node?.items?.compactMap(\.text), location: node?.location)
    }
  }
}

extension Parameter where Value == DocumentNode {
  /// A component of a role, written as in that role's section; required. ``Arguments/component(_:)`` makes it.
  public static func component(_ name: String, _ role: Role, about: String) -> Self {
    Parameter(name, type: .component(role), required: true, about: about, read: { $0 })
  }
}
