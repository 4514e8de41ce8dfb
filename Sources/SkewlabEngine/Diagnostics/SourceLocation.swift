/// Where a value of a scenario was written: a place in a file, or a `--set` of the command line.
public struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
  /// The file's path as the user gave it, or the override itself, such as `--set rows=10`.
  public var file: String
  /// The line, from 1; `nil` where the source has no lines.
  public var line: Int?
  /// The column, from 1, in characters.
  public var column: Int?

  /// A place in a file, or a source without lines.
  public init(file: String, line: Int? = nil, column: Int? = nil) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `file:line:column`, as editors and compilers print it.
  public var description: String {
    var text = file
    if let line { text += ":\(line)" }
    if let column { text += ":\(column)" }
    return text
  }
}
