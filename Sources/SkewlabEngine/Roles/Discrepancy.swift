public import SkewlabNumerics

/// The two sides of a model: how its features are computed when it is trained, and when it serves.
public enum Side: String, Sendable, Hashable, CaseIterable {
  /// When it is trained.
  case training
  /// When it serves.
  case serving
}

/// Where and when a discrepancy acts.
public struct DiscrepancyScope: Sendable, Hashable {
  /// The side that deviates.
  public var side: Side
  /// The share of rows, each chosen by its own random number.
  public var share: Double
  /// The first cycle.
  public var from: Int
  /// The last cycle; `nil` is until the end.
  public var until: Int?
  /// The random number of each row.
  private let touched: RandomStream

  /// The parameters that every discrepancy has; append them to a kind's own.
  public static let parameters = parameters(side: .serving)

  /// The same with other defaults: at sites `log` and `learner` only training can deviate, and some kinds make no sense on every row.
  public static func parameters(side: Side, share: Double = 1) -> [any ParameterDeclaration] {
    [sideParameter(side), shareParameter(share), fromParameter, untilParameter]
  }

  private static func sideParameter(_ side: Side) -> Parameter<Side> {
    .choice("side", default: side, about: "the side that deviates")
  }
  private static func shareParameter(_ share: Double) -> Parameter<Double> {
    .number("share", default: share, in: .share, about: "the share of rows it touches; each row is chosen by its own random number")
  }
  private static let fromParameter = Parameter.integer("from", default: 0, in: 0...1_000_000, about: "the first cycle it acts in")
  private static let untilParameter = Parameter.optionalInteger(
    "until", in: 0...1_000_000, about: "the last cycle it acts in; the end unless given")

  /// Reads the scope's parameters.
  ///
  /// - Parameters:
  ///   - arguments: Those of the discrepancy.
  ///   - side: The side that deviates unless the scenario says so; as in ``parameters(side:share:)``.
  ///   - share: The share of rows unless the scenario says so; as there.
  ///   - only: The only side that can deviate; either when `nil`.
  ///   - isNeverWhole: Whether it cannot act on every row.
  ///   - isWhole: Whether it cannot act on some rows only: `share` is then refused.
  public init(
    _ arguments: Arguments, side: Side = .serving, share: Double = 1, only: Side? = nil, isWhole: Bool = false,
    isNeverWhole: Bool = false
  ) throws(ScenarioError) {
    let sideParameter = Self.sideParameter(side)
    self.side = arguments[sideParameter]
    if let only, self.side != only {
      throw arguments.outOfRange(sideParameter, allowed: "\(only.rawValue): it acts on what only that side does")
    }
    let shareParameter = Self.shareParameter(share)
    self.share = arguments[shareParameter]
    from = arguments[Self.fromParameter]
    until = arguments[Self.untilParameter]
    touched = arguments.stream("rows")
    if isWhole, self.share != 1 {
      throw arguments.outOfRange(shareParameter, allowed: "1: it is a version of the code, and every row meets it")
    }
    if isNeverWhole, self.share == 1 {
      throw arguments.outOfRange(shareParameter, allowed: "less than 1: with every row gone nothing is left to fit")
    }
    if let until, until < from {
      throw arguments.outOfRange(Self.untilParameter, allowed: "\(from) or more, the cycle in `from`")
    }
  }

  /// Whether it acts on a side in a cycle.
  public func isActive(on side: Side, cycle: Int) -> Bool {
    side == self.side && cycle >= from && cycle <= until ?? .max
  }

  /// Whether it touches a row: stream `discrepancy/id/rows`, read at the row's own position.
  public func touches(row: Int, at position: RandomStream.Position) -> Bool {
    share == 1 || touched.uniform(at: position, row: row) < share
  }

  /// Which rows of a block it touches; `nil` is all of them.
  public func touchedRows(_ rows: Range<Int>, at position: RandomStream.Position) -> [Bool]? {
    share == 1 ? nil : rows.map { touches(row: $0, at: position) }
  }
}

/// A deviation of one side from the other. A kind conforms to the protocol of the site it acts at.
///
/// ### Contract
/// - The serving side deviates in the cycles that it serves; the training side in every fit at the end of a cycle in scope, on all the window's rows.
/// - Several compose in the order written, within a site.
/// - One that addresses a feature or step that is not there is refused at construction.
public protocol Discrepancy: Component {
  /// Where and when it acts.
  var scope: DiscrepancyScope { get }
}

extension Discrepancy {
  /// Every kind of discrepancy has this role.
  public static var role: Role { .discrepancy }
}

/// Site `source`: the raw rows differ before the pipeline sees them.
///
/// ### Contract
/// - A block is altered by itself: what becomes of a row depends on that row and on streams read at the row's position.
/// - Theory comes from what it says of the rows it touches: as an affine map where all of them meet the same, else by their moments. Neither knows of the scope, which the engine does.
public protocol SourceDiscrepancy: Discrepancy {
  /// Changes the raw features of a block.
  func alter(_ rows: inout Rows)
  /// Whether what becomes of a row that it touches depends on that row alone, and on no random number.
  var isDeterministic: Bool { get }
  /// What it does to a row it touches, when that is one affine map of the raw features for all; `nil` otherwise.
  func affineMap(of schema: Schema) -> AffineMap?
  /// What it does to the moments of the rows it touches, in which the raw features are the columns `features`; `nil` where moments do not say. Usually from ``affineMap(of:)``.
  func altered(_ moments: Moments, features: Range<Int>, of schema: Schema) -> Moments?
}

extension SourceDiscrepancy {
  /// It is taken not to be.
  public var isDeterministic: Bool { false }
  /// No such map.
  public func affineMap(of schema: Schema) -> AffineMap? { nil }
  /// Those of the map's image.
  public func altered(_ moments: Moments, features: Range<Int>, of schema: Schema) -> Moments? {
    affineMap(of: schema).map { moments.mapping(features, by: $0) }
  }
}

/// Site `source`, for one that reads a second row beside each row: one served earlier or later.
///
/// ### Contract
/// - Rows count in the order of serving: row i of cycle c has number c·n + i, n rows a cycle. Before the first row there is that row again; after the last row of a table that
///   ends, that one.
/// - The engine makes the other rows anew, so that neither chunks nor resuming matter: as the world draws them in their own cycle, changed by the discrepancies
///   written before this one that act now, on the rows that those choose.
/// - Where responses move features: a serving side reads other rows as they respond to the model that serves now, the twin as they are; a training side reads them as they were
///   logged, or, where the window has forgotten them, as they were before they responded.
public protocol OtherRowDiscrepancy: SourceDiscrepancy {
  /// How many rows before each row the other stands; negative is after it.
  var rowsBack: Int { get }
  /// The features that a row it touches has from the other, where that is all it does; `nil` otherwise. Theory comes from it.
  var takenFeatures: [Int]? { get }
  /// Changes the raw features of a block; row k of `others` is the other of its row k.
  func alter(_ rows: inout Rows, others: Rows)
}

extension OtherRowDiscrepancy {
  /// Something else.
  public var takenFeatures: [Int]? { nil }
  /// Each row as if it were its own other.
  public func alter(_ rows: inout Rows) { alter(&rows, others: rows) }
}

/// Site `step`: the side runs other steps, or older ones. The training side's state ships with the model and goes into every step that both sides run alike; other steps fit their own on the same rows.
///
/// With a share below 1 each row goes through the altered side or through the side without this discrepancy, by its own random number; what the altered side fits is fitted on all rows.
public protocol StepDiscrepancy: Discrepancy {
  /// The steps that the side runs instead. Refused at load when the columns they give are not the other side's, or when the step it acts on is gone
  /// (``StepTarget``).
  func alter(_ steps: [PipelineStep]) throws(ScenarioError) -> [PipelineStep]
  /// Whether the side is a version that fits every step itself, on the same rows, rather than take the model's state.
  var fitsOwnState: Bool { get }
  /// The rows that the state of a step comes from; `nil` for those of its time. Of several discrepancies the last one written counts.
  func rows(of step: PipelineStep) -> StatisticsRows?
}

/// The rows that the state of a step comes from, where they are not those that the model is fitted on.
public enum StatisticsRows: Sendable, Hashable {
  /// The window of the newest fit that is at least so many cycles older than the model; before there is one, and with `Int.max`, that of cycle 0.
  case window(age: Int)
  /// A share of the rows of the model's window, each chosen by its number of this stream at the position where it was drawn.
  case sample(share: Double, by: RandomStream)
  /// The rows that are being served: the whole cycle's, as the serving side reads them. The twin's rows meet that state too.
  case served
}

extension StepDiscrepancy {
  /// The same steps.
  public func alter(_ steps: [PipelineStep]) throws(ScenarioError) -> [PipelineStep] { steps }
  /// It takes the model's.
  public var fitsOwnState: Bool { false }
  /// Those of its time.
  public func rows(of step: PipelineStep) -> StatisticsRows? { nil }
}

/// Site `scorer`: the serving side's arithmetic differs.
public protocol ScorerDiscrepancy: Discrepancy {
  /// The predictor it uses instead; the weights meet the features of these names.
  func alter(_ predictor: LinearPredictor, features: [String]) -> LinearPredictor
  /// Computes scores in its own arithmetic from encoded features: `scores` has what the usual arithmetic gives, and is changed where this differs.
  func score(
    _ features: Matrix, with predictor: LinearPredictor, rows: Range<Int>, at position: RandomStream.Position,
    into scores: inout MutableSpan<Double>)
  /// Changes the scores of a block.
  func alter(scores: inout MutableSpan<Double>, rows: Range<Int>, at position: RandomStream.Position)
}

extension ScorerDiscrepancy {
  /// The same predictor.
  public func alter(_ predictor: LinearPredictor, features: [String]) -> LinearPredictor { predictor }
  /// The usual arithmetic.
  public func score(
    _ features: Matrix, with predictor: LinearPredictor, rows: Range<Int>, at position: RandomStream.Position,
    into scores: inout MutableSpan<Double>
  ) {}
  /// The same scores.
  public func alter(scores: inout MutableSpan<Double>, rows: Range<Int>, at position: RandomStream.Position) {}
}

/// Site `log`: what training reads of a logged block differs. Features, outcomes and the number of copies of each row may change.
public protocol LogDiscrepancy: Discrepancy {
  /// Changes the features and outcomes of a logged block, and the weight of each of its rows (1 unless another changed it; 0 loses the row).
  func alter(_ rows: inout Rows, weights: inout [Double])
}

/// Site `learner`: the side fits differently.
public protocol LearnerDiscrepancy: Discrepancy {
  /// The learner used instead.
  func alter(_ learner: any Learner) -> any Learner
}
