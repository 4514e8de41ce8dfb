import Foundation
import Testing

/// A disk that is full, a limit on files, folders that cannot be written: a message that says so, parts that are whole, and the same bytes once there is room.
@Suite struct DiskTests {
  /// A shell script in a mount namespace of its own, where even an ordinary user may mount; the scratch folder is its working folder and `$1` the command.
  ///
  /// A remount names `tmpfs` as well as the folder: without, mount adds the options there are, and an ordinary user may not repeat the owner.
  static func inNamespace(_ script: String, _ scratch: Scratch) throws -> CommandLineRun {
    try CommandLineRun(
      ["-rm", "/bin/sh", "-c", script, "sh", CommandLineRun.executable.path], in: scratch.url, executable: URL(filePath: "/usr/bin/unshare")
    )
  }

  /// Whether this machine lets us mount a file system in a namespace of our own; where it does not, the report says what was not tested.
  static let canMount: Bool = {
    guard let scratch = try? Scratch(), FileManager.default.isExecutableFile(atPath: "/usr/bin/unshare") else { return false }
    let run = try? inNamespace("mkdir m && mount -t tmpfs -o size=64k tmpfs m && mount -o remount,size=128k tmpfs m", scratch)
    return run?.status == 0
  }()

  static func skipped(_ what: String) -> Bool {
    if !canMount { report("SKIPPED: \(what): nothing can be mounted here (unshare -rm; mount -t tmpfs)") }
    return !canMount
  }

  /// What the script left of a run that failed: its exit code and message, and its parts, which have to be whole.
  func checkStopped(_ scratch: Scratch, message: String) throws {
    #expect(try scratch.read("status") == "74\n")
    let error = try scratch.read("error")
    #expect(error.split(separator: "\n").count == 1 && error.hasSuffix(message + "\n"), "\(error)")
    let parts = scratch.names("o/parts").filter { $0.hasSuffix(".part") }
    #expect(!parts.isEmpty && parts.count < KillTests.runs, "the disk was full in the middle of the run")
    #expect(scratch.names("o/parts").allSatisfy { $0.hasSuffix(".part") || $0 == "experiment" })
    #expect(scratch.names("o") == ["parts"], "no result is there before all are")
  }

  static let full = ": the disk is full; free some space and go on with --resume"

  @Test func `a full disk stops the run with its parts whole, and more space lets it go on`() throws {
    if Self.skipped("a full disk in the middle of a run") { return }
    let scratch = try Scratch()
    let whole = try KillTests.undisturbed(scratch)
    let script = """
      set -e
      mkdir m && mount -t tmpfs -o size=\(KillTests.partsSize / 2 / 1024)k tmpfs m
      set +e; "$1" run s.yaml --out m/o --quiet 2>error; echo $? >status; set -e
      cp -r m/o o
      mount -o remount,size=64m tmpfs m
      "$1" run s.yaml --out m/o --quiet --resume
      cp -r m/o resumed
      """
    let run = try Self.inNamespace(script, scratch)
    #expect(run.status == 0, "\(run.error)")
    try checkStopped(scratch, message: Self.full)
    #expect(try scratch.read("error").hasPrefix("error: m/o/"))
    #expect(try KillTests.csvs.map { try scratch.read("resumed/" + $0) } == whole)
    report("full disks: 1")
  }

  @Test func `a disk that is full when the files are assembled leaves no file of rows without the others`() throws {
    if Self.skipped("a full disk at the end of a run") { return }
    let scratch = try Scratch()
    let whole = try KillTests.undisturbed(scratch)
    // From just too little for the last file to far too little, so that the end comes at each file in turn.
    let script = """
      set -e
      mkdir m && mount -t tmpfs tmpfs m
      "$1" run s.yaml --out m/o --quiet
      needed=$(du -sk m/o | cut -f1)
      umount m
      for missing in 4 8 16 24 48 96; do
        mount -t tmpfs -o size=$((needed + \(KillTests.partsSize / 1024) - missing))k tmpfs m
        set +e; "$1" run s.yaml --out m/o --quiet 2>error; status=$?; set -e
        echo "$missing $status $(cat error)" >>tried
        if [ $status -ne 0 ]; then
          ls m/o | tr '\\n' ' ' >>left; echo >>left
          mount -o remount,size=64m tmpfs m
          "$1" run s.yaml --out m/o --quiet --resume
        fi
        mkdir -p resumed && cp -r m/o resumed/$missing
        umount m
      done
      """
    let run = try Self.inNamespace(script, scratch)
    #expect(run.status == 0, "\(run.error)")
    let tried = try scratch.read("tried").split(separator: "\n")
    let stopped = tried.filter { $0.hasSuffix(Self.full) && $0.contains(" 74 error: m/o/") }
    #expect(stopped.count >= 3 && tried.allSatisfy { stopped.contains($0) || $0.hasSuffix(" 0 ") }, "\(tried)")
    // Either nothing has its name, or all files of rows have, and those that need theory follow.
    let left = try Set(scratch.read("left").split(separator: "\n"))
    #expect(left.isSubset(of: ["parts ", "comparison.csv cycles.csv deployments.csv parameters.csv parts "]), "\(left)")
    for missing in scratch.names("resumed") {
      #expect(try KillTests.csvs.map { try scratch.read("resumed/\(missing)/" + $0) } == whole)
    }
    report("full disks: \(stopped.count)")
  }

  @Test func `a disk that is full from the start is told, and has nothing more on it after`() throws {
    if Self.skipped("a disk that is full from the start") { return }
    let scratch = try Scratch()
    let whole = try KillTests.undisturbed(scratch)
    let script = """
      set -e
      mkdir m && mount -t tmpfs -o size=64k tmpfs m
      head -c 65536 /dev/zero >m/fill
      set +e
      "$1" new m/mine 2>>error; echo $? >>status
      "$1" run s.yaml --out m/o --quiet 2>>error; echo $? >>status
      set -e
      (cd m && find . -type f) >files
      rm m/fill; mount -o remount,size=64m tmpfs m
      "$1" run s.yaml --out m/o --quiet --resume
      cp -r m/o resumed
      """
    let run = try Self.inNamespace(script, scratch)
    #expect(run.status == 0, "\(run.error)")
    #expect(try scratch.read("status") == "74\n74\n")
    #expect(
      try scratch.read("error")
        == "error: m/mine.yaml: the disk is full; free some space and run again\nerror: m/o/parts/experiment\(Self.full)\n")
    #expect(try scratch.read("files") == "./fill\n")
    #expect(try KillTests.csvs.map { try scratch.read("resumed/" + $0) } == whole)
    report("full disks: 2")
  }

  @Test func `a limit on the size of files is told, and going on without it gives the same bytes`() throws {
    let scratch = try Scratch()
    let whole = try KillTests.undisturbed(scratch)
    // Blocks of 512 bytes: enough for a part, not for cycles.csv.
    let limited = try CommandLineRun(
      ["-c", "ulimit -f 40; exec \"$0\" run s.yaml --out o --quiet", CommandLineRun.executable.path], in: scratch.url,
      executable: URL(filePath: "/bin/sh"))
    #expect(limited.status == 74)
    #expect(
      limited.error
        == "error: o/cycles.csv: it is larger than files may be here (see `ulimit -f`); raise the limit and go on with --resume\n")
    #expect(scratch.names("o") == ["parts"])
    try KillTests.checkIntact(scratch, whole)
    try KillTests.checkResumed(scratch, whole)
    report("file limits: 1")
  }

  @Test func `results on a standard output that is full are an error, and the files are there`() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else {
      return report("SKIPPED: a full standard output: there is no /dev/full")
    }
    let scratch = try Scratch()
    _ = try KillTests.undisturbed(scratch)
    for arguments in ["list", "schema", "run s.yaml --out o"] {
      let run = try CommandLineRun(
        ["-c", "exec \"$0\" \(arguments) >/dev/full", CommandLineRun.executable.path], in: scratch.url, executable: URL(filePath: "/bin/sh")
      )
      #expect(run.status == 74, "\(arguments)")
      #expect(run.error == "error: standard output: the disk is full; free some space and run again\n", "\(arguments)")
    }
    #expect(scratch.exists("o/manifest.json"))
    report("full outputs: 3")
  }

  @Test func `a read-only file system is told, parts on it stay, and writing again lets it go on`() throws {
    if Self.skipped("a read-only file system") { return }
    let scratch = try Scratch()
    let whole = try KillTests.undisturbed(scratch)
    let script = """
      set -e
      mkdir m && mount -t tmpfs tmpfs m
      mkdir m/o m/empty
      "$1" run s.yaml --out m/o --quiet &
      while [ ! -e m/o/parts/run-3.part ]; do sleep 0.002; done
      kill -INT $! ; wait $! || true
      mount -o remount,ro tmpfs m
      set +e
      for arguments in "m/new" "m/empty" "m/empty --force" "m/o --resume" "m/o --force"; do
        "$1" run s.yaml --quiet --out $arguments 2>>error; echo $? >>status
      done
      "$1" new m/mine 2>>error; echo $? >>status
      set -e
      cp -r m/o o
      mount -o remount,rw tmpfs m
      "$1" run s.yaml --out m/o --quiet --resume
      cp -r m/o resumed
      """
    let run = try Self.inNamespace(script.replacing("mkdir m/o m/empty", with: "mkdir m/empty"), scratch)
    #expect(run.status == 0, "\(run.error)")
    #expect(try scratch.read("status") == String(repeating: "74\n", count: 6))
    let cannot = "it cannot be written; check the folder's permissions or choose another with --out"
    #expect(
      try scratch.read("error") == """
        error: m/new: the folder cannot be made; check the permissions or choose another with --out
        error: m/empty: \(cannot)
        error: m/empty: \(cannot)
        error: m/o/cycles.csv: \(cannot)
        error: m/o/cycles.csv: \(cannot)
        error: m/mine.yaml: the file cannot be written; check the folder and its permissions

        """)
    try KillTests.checkIntact(scratch, whole)
    #expect(KillTests.parts(scratch) > 0, "the parts are still there")
    #expect(try KillTests.csvs.map { try scratch.read("resumed/" + $0) } == whole)
    report("read-only folders: 6")
  }

  @Test func `a folder without permission is told`() throws {
    let scratch = try Scratch()
    _ = try KillTests.undisturbed(scratch)
    // Permissions do not stop root, who becomes somebody else for this.
    var command = [CommandLineRun.executable.path]
    if geteuid() == 0 { command = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] + command }
    func run(_ arguments: String...) throws -> CommandLineRun {
      try CommandLineRun(Array(command.dropFirst()) + arguments, in: scratch.url, executable: URL(filePath: command[0]))
    }
    guard let version = try? run("--version"), version.status == 0 else {
      return report("SKIPPED: a folder without permission: root cannot become somebody else here (setpriv)")
    }
    for (name, permissions) in [("closed", 0o555), ("hidden", 0o000)] {
      try FileManager.default.createDirectory(
        at: scratch.url.appendingPathComponent(name), withIntermediateDirectories: false, attributes: [.posixPermissions: permissions])
    }
    defer { _ = try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.url.path + "/hidden") }
    for (out, reason) in [
      ("closed/o", "the folder cannot be made; check the permissions or choose another with --out"),
      ("closed", "it cannot be written; check the folder's permissions or choose another with --out"),
      ("hidden", "the folder cannot be read; check its permissions or choose another with --out"),
    ] {
      let run = try run("run", "s.yaml", "--out", out)
      #expect(run.status == 74)
      #expect(run.error == "error: \(out): \(reason)\n")
      #expect(scratch.names("closed") == [])
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: scratch.url.path + "/s.yaml")
    let unread = try run("run", "s.yaml", "--out", "o")
    #expect(unread.status == 65)
    #expect(unread.error == "error: s.yaml: the file cannot be read; check its permissions\n")
    report("read-only folders: 3")
  }

  @Test func `a place where nobody can make a folder is told`() throws {
    let scratch = try Scratch()
    _ = try KillTests.undisturbed(scratch)
    let run = try scratch.run("run", "s.yaml", "--out", "/proc/skewlab/o")
    #expect(run.status == 74)
    #expect(run.error == "error: /proc/skewlab/o: the folder cannot be made; check the permissions or choose another with --out\n")
    report("read-only folders: 1")
  }

  @Test func `a folder that is deleted under a run is told`() throws {
    let scratch = try Scratch()
    _ = try KillTests.undisturbed(scratch)
    let run = try CommandLineRun(["run", "s.yaml", "--out", "o", "--quiet", "--jobs", "1"], in: scratch.url) { process in
      while process.isRunning, KillTests.parts(scratch) == 0 { usleep(300) }
      try? FileManager.default.moveItem(at: scratch.url.appendingPathComponent("o"), to: scratch.url.appendingPathComponent("gone"))
    }
    #expect(run.status == 74)
    #expect(run.error.hasPrefix("error: o/parts/run-") && run.error.hasSuffix(".part: its folder is gone; run again\n"), "\(run.error)")
    #expect(!scratch.exists("o"))
  }
}
