import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import SkewlabReports
import SkewlabScenarios
import Testing

@Suite struct CommandTests {
  static let small = """
    name: small
    cycles: 3
    rows: 200
    replicates: 4
    world: {kind: gaussian, features: 2}
    feedback: [{kind: label-follows-prediction, strength: 0.5}]
    arms: [{name: off, set: {feedback: []}}, {name: on}]
    """
  @Test func `a run writes its files and ends with a sentence`() throws {
    let scratch = try Scratch()
    try scratch.write(Self.small, to: "small.yaml")
    let run = try scratch.run("run", "small.yaml")
    #expect(run.status == 0)
    #expect(run.error == "")
    for file in ["cycles.csv", "summary.csv", "comparison.csv", "parameters.csv", "deployments.csv", "manifest.json"] {
      #expect(scratch.exists("results/small/" + file))
    }
    #expect(!scratch.exists("results/small/parts"))
    #expect(run.output.contains("Over cycles 1 to 3, the loss of 'on' on untouched y is"))
    let cycles = try scratch.read("results/small/cycles.csv").split(separator: "\n")
    #expect(cycles.count == 1 + 2 * 4 * 4)
    #expect(cycles[1].hasPrefix("off,0,0,,,,,"))
  }

  @Test func `quiet prints nothing and json prints JSON`() throws {
    let scratch = try Scratch()
    try scratch.write(Self.small, to: "small.yaml")
    let quiet = try scratch.run("run", "small.yaml", "--quiet")
    #expect(quiet.status == 0 && quiet.output == "" && quiet.error == "")
    let json = try scratch.run("run", "small.yaml", "--json", "--force")
    let object = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(object["sentence"] as? String != nil)
    #expect((object["arms"] as? [[String: Any]])?.count == 2)
  }

  @Test func `a profile names every kind of work, and changes no result`() throws {
    let scratch = try Scratch()
    try scratch.write(Self.small, to: "small.yaml")
    #expect(try scratch.run("run", "small.yaml", "--out", "plain", "--quiet").status == 0)
    let run = try scratch.run("run", "small.yaml", "--out", "profiled", "--quiet", "--profile")
    #expect(run.status == 0 && run.output == "")
    let names = run.error.split(separator: "\n").dropFirst(3).map { $0.split(separator: "  ")[0] }
    #expect(
      names == [
        "random numbers", "world", "pipeline", "prediction", "response", "metrics", "log and moments", "fit", "writing", "other",
      ])
    for file in ["cycles.csv", "summary.csv", "parameters.csv", "deployments.csv"] {
      #expect(try scratch.read("plain/" + file) == scratch.read("profiled/" + file))
    }
  }

  @Test func `an override reaches the run and its messages`() throws {
    let scratch = try Scratch()
    try scratch.write(Self.small, to: "small.yaml")
    let run = try scratch.run(
      "run", "small.yaml", "--set", "world.features=4", "--set", "arms=[]", "--cycles", "2", "--out", "o", "--seed", "9")
    #expect(run.status == 0)
    #expect(try scratch.read("o/parameters.csv").contains("x4"))
    #expect(try scratch.read("o/cycles.csv").split(separator: "\n").count == 1 + 4 * 3)
    let bad = try scratch.run("run", "small.yaml", "--set", "feedback.0.strength=strong", "--out", "p")
    #expect(bad.status == 65)
    #expect(
      bad.error
        == "error: --set feedback.0.strength=strong: feedback.0.strength: expected a number, found text 'strong'\n")
    #expect(!scratch.exists("p"))
    let rows = try scratch.run("run", "small.yaml", "--rows", "0")
    #expect(rows.error == "error: --rows 0: rows: 0 is out of range; allowed: from 1 to 1000000000\n")
  }

  @Test func `an attribution writes its files, tells the shares, and goes on where it was stopped`() throws {
    let scratch = try Scratch()
    try scratch.write(
      Self.small.replacing("feedback: [{", with: "discrepancies: [{kind: unit, features: [x1], factor: 1.3}]\nfeedback: [{"),
      to: "small.yaml")
    let run = try scratch.run("attribute", "small.yaml")
    #expect(run.status == 0 && run.error == "")
    #expect(run.output.hasPrefix("small: 2 causes, 4 subsets\n4 replicates × 3 cycles × 200 rows, seed 1\n\nAfter 3 cycles the model is "))
    #expect(run.output.contains(": of these ") && run.output.contains("\nwhat single effects miss "))
    #expect(run.output.contains("\nnone of it: estimation error "))
    let folder = "results/small-attribution/"
    for file in ["attribution.csv", "cycles.csv", "summary.csv", "comparison.csv", "parameters.csv", "deployments.csv", "manifest.json"] {
      #expect(scratch.exists(folder + file))
    }
    let text = try scratch.read(folder + "attribution.csv")
    let lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(lines[0].joined(separator: ",") == "metric,cycle,kind,player,other,n,mean,sd,ci_low,ci_high,sampling_error")
    #expect(lines.allSatisfy { $0.count == 11 })
    let last = lines.filter { $0[0] == "excess_loss" && $0[1] == "3" }
    #expect(
      last.map { $0[2...4].joined(separator: ",") } == [
        "none,,", "all,,", "total,,", "share,data-handling,", "share,feedback,", "single,data-handling,", "single,feedback,", "missed,,",
        "interaction,data-handling,feedback",
      ])
    let numbers = last.compactMap { Double($0[6]) }
    #expect(abs(numbers[3] + numbers[4] - numbers[2]) < 1e-9 && abs(numbers[1] - numbers[0] - numbers[2]) < 1e-9)
    let again = try scratch.run("attribute", "small.yaml", "--jobs", "1", "--out", "again", "--quiet")
    #expect(again.status == 0 && again.output == "")
    #expect(try scratch.read("again/attribution.csv") == text)
    let finished = try scratch.run("attribute", "small.yaml", "--resume")
    #expect(finished.error == "results/small-attribution already has the finished results of this attribution\n")
    let json = try scratch.run("attribute", "small.yaml", "--by", "component", "--json", "--out", "parts")
    let object = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(object["metric"] as? String == "excess_loss" && (object["interactions"] as? [[String: Any]])?.count == 1)
    let players = try #require(object["players"] as? [[String: Any]])
    // The loss more than doubles: the sentence says the shares in times the loss with nothing at work.
    let reference = try #require(object["reference"] as? Double), sentence = try #require(object["sentence"] as? String)
    for player in players {
      let share = try #require((player["share"] as? [String: Any])?["mean"] as? Double), name = try #require(player["name"] as? String)
      let points = String(format: "%.2f", share / reference)
      #expect(sentence.contains(" \(points) is \(name)") || sentence.contains(" and \(points) \(name)."), "\(sentence)")
    }
    #expect(players.compactMap { $0["name"] as? String } == ["discrepancy/unit", "response/label-follows-prediction"])
  }

  @Test func `usage errors exit with 64 and missing files with 65`() throws {
    let scratch = try Scratch()
    #expect(try scratch.run("run").status == 64)
    #expect(try scratch.run("run", "x.yaml", "--jobs", "0").status == 64)
    #expect(try scratch.run("nonsense").status == 64)
    let missing = try scratch.run("run", "x.yaml")
    #expect(missing.status == 65)
    #expect(missing.error == "error: x.yaml: there is no such scenario file; `skewlab new NAME` writes one\n")
  }

  @Test func `a folder that is not empty or cannot be made exits with 74 and stays as it was`() throws {
    let scratch = try Scratch()
    try scratch.write(Self.small, to: "small.yaml")
    try FileManager.default.createDirectory(at: scratch.url.appendingPathComponent("full"), withIntermediateDirectories: true)
    try scratch.write("mine", to: "full/note.txt")
    let full = try scratch.run("run", "small.yaml", "--out", "full")
    #expect(full.status == 74)
    #expect(
      full.error
        == "error: full: the folder is not empty; choose another with --out, go on with --resume, or replace its results with --force\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path + "/full") == ["note.txt"])
    let file = try scratch.run("run", "small.yaml", "--out", "full/note.txt")
    #expect(file.status == 74)
    #expect(file.error == "error: full/note.txt: this is a file, and results need a folder; choose another with --out\n")
    #expect(try scratch.run("run", "small.yaml", "--out", "full", "--force", "--quiet").status == 0)
    #expect(try scratch.read("full/note.txt") == "mine")
  }

  @Test func `validate says what a scenario takes and finds every bad one`() throws {
    let scratch = try Scratch()
    try scratch.write(Self.small, to: "small.yaml")
    try scratch.write("world: gausian", to: "bad.yaml")
    let both = try scratch.run("validate", "small.yaml", "bad.yaml")
    #expect(both.status == 65)
    #expect(
      both.output.hasPrefix("small.yaml: arm 'off': 4 × 3 cycles × 200 rows, 2 features encoded as 2; the log keeps second moments, "))
    #expect(
      both.error
        == "error: bad.yaml:1:8: world: unknown world 'gausian'; did you mean 'gaussian'?; allowed: gaussian, table, autoregressive, categorical, mixture, nonlinear, coin (see `skewlab list world`)\n"
    )
  }

  @Test func `new writes scenarios that run, on a table too, and never replaces a file`() throws {
    let scratch = try Scratch()
    #expect(try scratch.run("new", "first").status == 0)
    #expect(try scratch.run("run", "first.yaml", "--replicates", "2", "--quiet").status == 0)
    var csv = "size,town,price\n"
    for i in 0..<60 { csv += "\(i % 7 == 0 ? "" : String(50 + i)),\(["A", "B", "C"][i % 3]),\(1000 + 13 * i)\n" }
    try scratch.write(csv, to: "my data.csv")
    #expect(try scratch.run("new", "second", "--table", "my data.csv", "--target", "price").status == 0)
    let run = try scratch.run("run", "second.yaml", "--replicates", "2")
    #expect(run.status == 0)
    #expect(run.output.contains("untouched price"))
    let again = try scratch.run("new", "first")
    #expect(again.status == 74)
    #expect(again.error == "error: first.yaml: the file is there already; choose another name, or replace it with --force\n")
    let wrong = try scratch.run("new", "third", "--table", "my data.csv", "--target", "prize")
    #expect(wrong.status == 65)
    #expect(wrong.error.contains("there is no column 'prize'; did you mean 'price'?; there are: size, town, price"))
    #expect(!scratch.exists("third.yaml"))
  }

  @Test func `every kind is listed and described`() throws {
    let scratch = try Scratch()
    let list = try scratch.run("list")
    #expect(list.status == 0)
    for type in Catalog.standard.allKinds {
      #expect(list.output.contains("  \(type.kind)"))
      let described = try scratch.run("describe", type.kind)
      #expect(described.status == 0)
      for parameter in Catalog.parameters(of: type) { #expect(described.output.contains("  \(parameter.name)  (")) }
    }
    let unknown = try scratch.run("describe", "anchorin")
    #expect(unknown.status == 65 && unknown.error.hasPrefix("error: there is no kind 'anchorin'; did you mean 'anchoring'?; there are: "))
  }

  @Test func `the schema is JSON that knows every kind and section`() throws {
    let scratch = try Scratch()
    let object = try #require(JSONSerialization.jsonObject(with: Data(scratch.run("schema").output.utf8)) as? [String: Any])
    let properties = try #require(object["properties"] as? [String: Any])
    #expect(Set(properties.keys) == Set(Scenario.topLevelKeys))
    let definitions = try #require(object["$defs"] as? [String: Any])
    for type in Catalog.standard.allKinds {
      let role = try #require(definitions[type.role.rawValue] as? [String: Any])
      #expect("\(role)".contains(type.kind))
    }
  }

  @Test func `the doctor finds the arithmetic right`() throws {
    let doctor = try Scratch().run("doctor", "--no-measure")
    #expect(doctor.status == 0 && doctor.error.isEmpty)
    let labels = doctor.output.split(separator: "\n").map { $0.prefix(12).trimmingCharacters(in: .whitespaces) }
    #expect(
      labels == ["skewlab", "BLAS", "BLAS kernel", "BLAS threads", "cores", "CPU has", "own kernels"]
        + Array(repeating: "check", count: 3))
    #expect(!doctor.output.contains("WRONG") && doctor.output.contains("own kernels  \(InstructionSet.best.rawValue);"))
  }

  @Test func `the doctor times the kernels and keeps the fastest`() throws {
    let doctor = try Scratch().run("doctor")
    #expect(doctor.status == 0)
    let speeds = doctor.output.split(separator: "\n").filter { $0.hasPrefix("BLAS speed") }
    let candidates = BLASKernel.candidates(for: .current, features: Set(cpuFeatures()))
    #expect(candidates.isEmpty ? speeds.isEmpty : speeds.count >= 2 && speeds.count <= candidates.count + 1, "\(doctor.output)")
    #expect(doctor.output.contains("\nBLAS advice  "))
  }

  @Test func `a kernel without AVX2 is advised against where there is AVX2`() throws {
    // Nehalem's kernels run on every x86-64 CPU of the last fifteen years, with half the width.
    let slow = BLASInfo(configuration: BLASInfo.current.configuration, coreName: "Nehalem", threads: 1)
    guard !BLASKernel.candidates(for: slow, features: Set(cpuFeatures())).isEmpty else { return }
    let scratch = try Scratch()
    let doctor = try CommandLineRun(["doctor"], in: scratch.url, environment: ["OPENBLAS_CORETYPE": "Nehalem"])
    #expect(doctor.status == 0)
    #expect(doctor.output.contains("BLAS kernel  Nehalem\n"))
    #expect(doctor.output.contains("BLAS advice  export OPENBLAS_CORETYPE="), "\(doctor.output)")
  }

  @Test func `the doctor's runtime block goes into a scenario as it is`() throws {
    let scratch = try Scratch()
    let doctor = try scratch.run("doctor", "--runtime")
    #expect(doctor.status == 0 && doctor.error.isEmpty)
    try scratch.write("cycles: 1\nrows: 300\nworld: gaussian\n" + doctor.output, to: "s.yaml")
    let valid = try scratch.run("validate", "s.yaml")
    #expect(valid.status == 0 && valid.error.isEmpty, "\(valid.error)\(doctor.output)")
    #expect(try scratch.run("run", "s.yaml", "--out", "o", "--quiet").status == 0)
    let table = try scratch.read("o/cycles.csv").split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let column = try #require(table[0].firstIndex(of: "peak_memory_mb"))
    // A request holds 256 rows of 200 features and an answer each, 8 bytes a number.
    #expect(try #require(Double(table[2][column])) >= 256 * 201 * 8 / 1e6)
    let scenario = try Scenario(ScenarioDocument(contentsOf: scratch.url.path + "/s.yaml"), catalog: .standard)
    #expect(scenario.runtime.id == "queue" && scenario.runtime.cause == .slowVersion)
  }

  @Test func `the documentation's table of kinds is up to date`() throws {
    let page = URL(filePath: #filePath).appendingPathComponent("../../../Sources/Skewlab/Skewlab.docc/Kinds.md").standardized
    #expect(try String(contentsOf: page, encoding: .utf8) == KindTable.markdown(.standard) + "\n")
  }
}
