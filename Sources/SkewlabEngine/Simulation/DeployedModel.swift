internal import SkewlabNumerics

/// The model that serves: what the fit made, with what is known of it.
public struct DeployedModel: Sendable {
  /// The cycle at whose end it was fitted.
  public let fittedIn: Int
  /// The predictor, on the encoded features.
  public let predictor: LinearPredictor
  /// The training side, fitted with it.
  let trainingSide: SidePipelines
  /// The predictor on the raw features; `nil` unless the pipeline is affine on every row.
  public let rawPredictor: LinearPredictor?
  /// Root of the mean squared residual on the rows that were fitted, with the labels they had.
  public let trainingRMSE: Double
  /// The mean label of the rows that were fitted.
  public let meanLabel: Double
  /// The rank of the design, when it was lower than the number of features.
  public let deficientRank: Int?
  /// What an iterative fit said of itself.
  public let certificate: FitCertificate?
  /// Rows fitted.
  public let rowsFitted: Int
  /// How it did on the evaluation share of its window, when it was fitted; `nil` without evaluation rows.
  let offline: PredictionSums?
  /// The same in the outcome's own units, where the outcome was logged.
  let offlineInUnits: PredictionSums?
  /// ``offline`` by group of the world; empty unless a metric asks for it.
  let offlineByGroup: [PredictionSums]
  /// The serving side, by the indices of the step discrepancies that rows meet.
  let servingPipelines: [[Int]: FittedPipeline]

  /// The training side's pipeline; where discrepancies touch a share of its rows, that of the other rows.
  public var trainingPipeline: FittedPipeline { trainingSide.pipelines[0] }

  /// What the training side says of a block of rows, as they are.
  public func trainingPredictions(_ rows: Rows) -> [Double] {
    var buffers = trainingPipeline.makeBuffers(capacity: rows.capacity)
    var predictions = Array(repeating: 0.0, count: rows.count)
    var span = predictions.mutableSpan
    predictor.predict(trainingPipeline.encode(rows.features, rows: rows.count, buffers: &buffers), rows: rows.count, into: &span)
    return predictions
  }

  /// The serving side's pipeline with these step discrepancies.
  package func servingPipeline(_ active: [Int]) -> FittedPipeline { servingPipelines[active] ?? trainingPipeline }
}
