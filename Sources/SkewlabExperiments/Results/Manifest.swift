internal import OrderedCollections
internal import SkewlabEngine
internal import SkewlabNumerics

/// Skewlab's version.
public let skewlabVersion = "0.1.0"

/// What an experiment was, for `manifest.json` and for recognising its parts again.
struct Manifest {
  let scenario: DocumentNode
  let scenarioHash: String
  let data: [(path: String, hash: String)]
  let blas: BLASInfo
  let hasSameLog: Bool

  init(_ experiment: Experiment) throws(ResultsError) {
    var arms: [DocumentNode] = []
    for arm in experiment.arms {
      var node = arm.document.root
      node["name"] = nil
      arms.append(.map(["name": .string(arm.name), "scenario": node]))
    }
    scenario = .map([
      "name": experiment.document.root["name"] ?? .string("scenario"), "arms": DocumentNode(.list(arms)),
    ])
    scenarioHash = SHA256.hex(scenario.json().utf8)
    var data: [(String, String)] = []
    for path in experiment.dataFiles {
      guard FileStamp(path).exists else {
        throw ResultsError(path: path, reason: "the data file is gone since the scenario was read; put it back and run again")
      }
      let hash: String
      do throws(FileProblem) { hash = try SHA256.hex(ofFile: path) } catch { throw ResultsError(path: path, reason: error.reason) }
      guard experiment.stamps[path] == FileStamp(path) else {
        throw ResultsError(path: path, reason: "the data file has changed since it was read; run again")
      }
      data.append((path, hash))
    }
    self.data = data
    blas = .current
    hasSameLog = experiment.hasSameLog
  }

  /// What tells one experiment's parts from another's: everything that their bits depend on.
  var fingerprint: String { SHA256.hex(owner.utf8) }

  /// The BLAS kernel: the last bits of a sum depend on it.
  private var kernel: String { "kernel \(blas.coreName)" }
  /// Whether all arms keep the rows that one of them needs: sums of rows and of moments differ in
  /// their last bits.
  private var log: String { "log \(hasSameLog ? "shared" : "of each arm")" }

  /// The same in lines, kept beside the parts: version, scenario, kernel, log, every data file.
  var owner: String {
    (["skewlab \(skewlabVersion)", "scenario \(scenarioHash)", kernel, log] + data.map(\.hash))
      .joined(separator: "\n") + "\n"
  }

  /// What tells the experiment whose parts these are from this one; `nil` when they are the same.
  func difference(from owner: String) -> String? {
    let lines = owner.split(separator: "\n")
    guard lines.first == "skewlab \(skewlabVersion)" else { return "the parts here were written by another version of Skewlab" }
    guard lines.dropFirst().first == "scenario \(scenarioHash)" else { return "the parts here are of another scenario" }
    guard lines.count >= 4, lines[3] == log else {
      return "the parts here were written by another command (run, attribute, screen)"
    }
    guard lines[2] == kernel else {
      return
        "the parts here were computed with the BLAS \(lines[2]), and this process has the \(kernel), whose sums differ in "
        + "their last bits; set OPENBLAS_CORETYPE to go on with the same"
    }
    // The scenario is the same, and so are its data files, in order.
    for (file, hash) in zip(data, lines.dropFirst(4)) where file.hash != hash {
      return "the data file \(file.path) has changed since the parts here were written; put it back to go on"
    }
    return lines.count == data.count + 4 ? nil : "the parts here are of other data files"
  }

  /// The manifest of a finished experiment.
  func json(
    _ experiment: Experiment, runs: [(run: PlannedRun, ending: String, text: String, path: PathStatus)], fits: [FitCounts],
    absentTheory: [(arm: String, reason: String)], seconds: Double, jobs: Int
  ) -> String {
    let files = data.map { DocumentNode.map(["path": .string($0.path), "sha256": .string($0.hash)]) }
    let endings = runs.map { run -> DocumentNode in
      .map([
        "arm": .string(experiment.arms[run.run.arm].name), "replicate": .integer(run.run.replicate), "ending": .string(run.ending),
        "message": .string(run.text), "path": .string(run.path.description),
      ])
    }
    let counts = fits.map { counts -> DocumentNode in
      .map([
        "arm": .string(counts.arm), "fits": .integer(counts.fits), "rank_deficient": .integer(counts.deficient),
        "not_converged": .integer(counts.unconverged), "iterations": .integer(counts.iterations),
      ])
    }
    let absentMetrics = experiment.absentMetrics.map { absent -> DocumentNode in
      .map(["metric": .string(absent.metric), "reason": .string(absent.reason), "arms": .texts(absent.arms)])
    }
    let withoutTheory = absentTheory.map { DocumentNode.map(["arm": .string($0.arm), "reason": .string($0.reason)]) }
    let node: DocumentNode = .map([
      "skewlab": .string(skewlabVersion), "fingerprint": .string(fingerprint), "scenario_sha256": .string(scenarioHash),
      "data": DocumentNode(.list(files)),
      "seed": .integer(Int(clamping: experiment.arms[0].scenario.seed)),
      "blas": .map([
        "library": .string(blas.configuration), "kernel": .string(blas.coreName), "threads": .integer(blas.threads),
      ]),
      "timing": .map(["seconds": .number(seconds), "jobs": .integer(jobs)]), "runs": DocumentNode(.list(endings)),
      "absent_metrics": DocumentNode(.list(absentMetrics)),
      "fits": DocumentNode(.list(counts)),
      "theory_absent": DocumentNode(.list(withoutTheory)),
      "resolved": scenario,
    ])
    return node.json(indented: true) + "\n"
  }
}
