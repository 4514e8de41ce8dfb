public import SkewlabEngine

/// Retraining `every`: a fit at the end of every k-th cycle.
public struct Every: Retraining {
  /// `every`.
  public static let kind = "every"
  /// One line.
  public static let summary = "fits at the end of every k-th cycle"
  /// The definition.
  public static let definition = """
    Fits at the end of cycles k, 2k, 3k, …, on the window as it is then. Cycle 0 always fits. A model fitted at the end of a cycle first serves in the next.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [interval] + Window.parameters
  static let interval = Parameter.integer("every", default: 1, in: 1...1_000_000, about: "k, in cycles")

  /// The part of the log that a fit uses.
  public let window: Window
  private let interval: Int

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    interval = arguments[Self.interval]
    window = try Window(arguments)
  }

  /// Whether k divides the cycle.
  public func fits(after cycle: ServedCycle) -> Bool { cycle.cycle % interval == 0 }
}
