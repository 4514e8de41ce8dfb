/// What the columns of a block of rows are: names, types, levels. The raw features of a world have one; so has every stage of a pipeline.
public struct Schema: Sendable, Hashable {
  /// What a column holds. Every column is stored as `Double`; a missing value is NaN.
  public enum ColumnType: Sendable, Hashable {
    /// Numbers.
    case numeric
    /// Codes 0, 1, … into these levels. The code after the last is a level that nobody knows; only a discrepancy makes it, and every transform has to take it.
    case categorical(levels: [String])
  }

  /// One column.
  public struct Column: Sendable, Hashable {
    /// The name, unique in the schema.
    public var name: String
    /// What it holds.
    public var type: ColumnType
    /// Whether values may be missing.
    public var mayBeMissing: Bool

    /// A column.
    public init(_ name: String, _ type: ColumnType = .numeric, mayBeMissing: Bool = false) {
      self.name = name
      self.type = type
      self.mayBeMissing = mayBeMissing
    }

    /// Whether it holds numbers.
    public var isNumeric: Bool { type == .numeric }
  }

  /// The columns, in order.
  public var columns: [Column]

  /// A schema of these columns.
  public init(_ columns: [Column]) { self.columns = columns }

  /// How many columns there are.
  public var count: Int { columns.count }
  /// The names, in order.
  public var names: [String] { columns.map(\.name) }
  /// The index of a column.
  public func index(of name: String) -> Int? { columns.firstIndex { $0.name == name } }
}

/// Which features a component acts on: those named, or all it can act on.
public struct FeatureSelection: Sendable, Hashable {
  /// The names given; `nil` means all that the component can act on.
  public var names: [String]?
  /// Where they were given.
  public var location: SourceLocation?

  /// A selection of these names, or of all.
  public init(names: [String]?, location: SourceLocation? = nil) {
    self.names = names
    self.location = location
  }

  /// The columns selected.
  ///
  /// - Parameters:
  ///   - schema: The columns there are. A name also stands for the columns a transform made of it (`neighborhood` for `neighborhood=…`).
  ///   - suitable: Whether the component can act on a column: the default selection, and a condition on every name given.
  ///   - requirement: The condition in words, for the message.
  ///   - path: The component, for the message.
  ///   - key: The parameter, for the message.
  public func indices(
    in schema: Schema, at path: DocumentPath, key: String = "features", requirement: String, where suitable: (Schema.Column) -> Bool
  ) throws(ScenarioError) -> [Int] {
    guard let names else { return schema.columns.indices.filter { suitable(schema.columns[$0]) } }
    let path = path.appending(key)
    var indices: [Int] = []
    for name in names {
      let matches = schema.columns.indices.filter {
        schema.columns[$0].name == name || schema.columns[$0].name.hasPrefix(name + "=")
      }
      if matches.isEmpty {
        throw ScenarioError(.unknownName(name, what: "feature", known: schema.names), path: path, location: location)
      }
      for index in matches {
        guard suitable(schema.columns[index]) else {
          throw ScenarioError(
            .conflict("the feature '\(name)' is not \(requirement)", advice: "leave it out, or put the step elsewhere in the pipeline"),
            path: path, location: location)
        }
        if !indices.contains(index) { indices.append(index) }
      }
    }
    return indices
  }
}
