internal import SkewlabNumerics

/// The buffers that a chunk of rows passes through: allocated once per simulation, reused by every chunk of every cycle.
struct Workspace: Sendable {
  /// The rows as they are with nothing predicted; the rows as served, where features respond; the rows as the serving side reads them.
  var twin: Rows, live: Rows, read: Rows
  /// What the sides say of the rows served, and what the training side makes of them, where they are compared.
  var bothSides: (serving: [Double], training: [Double]) = ([], [])
  /// Room for what each pipeline of a side makes of them.
  var trainingEncoded: [[Matrix]] = []
  /// The scores that probabilities are made of: of the rows served, the twin, the best predictor, either side, and the model before. Empty unless the model predicts probabilities.
  var scores: [Double] = [], twinScores: [Double] = [], bestScores: [Double] = [], previousScores: [Double] = []
  var bothScores: (serving: [Double], training: [Double]) = ([], [])
  /// What the serving side makes of them.
  var encoded: [[Matrix]] = []
  /// The same for the model that served before, where the runtime asks for it.
  var previousEncoded: [[Matrix]] = [], previousPredictions: [Double] = []
  var predictions: [Double], twinPredictions: [Double], served: [Double], propensities: [Double]
  var outcomes: [Double], best: [Double], servedBest: [Double], seen: [Double]
  /// Which rows of a block go into moments, and what becomes of them there.
  var chosen: ChosenRows, block: MomentsBlock
  /// The same where rows weigh less with every row after them.
  var forgetting: ForgettingRows?
  var isEvaluation: [Bool]

  init(
    schema: Schema, chunkRows: Int, hasIdentities: Bool, logsMoments: Bool, forgetting factor: Double, keepsScores: Bool
  ) {
    twin = Rows(schema: schema, capacity: chunkRows, hasIdentities: hasIdentities)
    live = Rows(schema: schema, capacity: 0, hasIdentities: false)
    read = live
    let zeros = Array(repeating: 0.0, count: chunkRows)
    predictions = zeros
    twinPredictions = zeros
    served = zeros
    propensities = zeros
    outcomes = zeros
    best = zeros
    servedBest = zeros
    seen = zeros
    if keepsScores {
      (scores, twinScores, bestScores, previousScores) = (zeros, zeros, zeros, zeros)
      bothScores = (zeros, zeros)
    }
    block = MomentsBlock(dimension: logsMoments ? schema.count + 1 : 0)
    chosen = ChosenRows(capacity: Simulation.blockRows, columns: schema.count + 1)
    forgetting = logsMoments && factor != 1 ? ForgettingRows(factor: factor, columns: schema.count + 1) : nil
    isEvaluation = Array(repeating: false, count: chunkRows)
  }
}
