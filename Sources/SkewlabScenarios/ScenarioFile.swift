public import SkewlabEngine
internal import SkewlabNumerics

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension ScenarioDocument {
  /// Reads a scenario file. Paths of data in it are relative to the file's folder; its name is the file's unless it gives one.
  public init(contentsOf path: String) throws(ScenarioError) {
    func unreadable(_ why: String) -> ScenarioError { ScenarioError(.unreadable(path, why: why)) }
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw unreadable("there is no such scenario file; `skewlab new NAME` writes one")
    }
    if isFolder { throw unreadable("this is a folder; name a scenario file in it") }
    let data: [UInt8]
    do throws(FileProblem) { data = try BlockFile(path: path, allowsPipe: true).rest() } catch { throw unreadable(error.reason) }
    let bytes = data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data[...]
    guard let text = String(validating: bytes, as: UTF8.self) else { throw unreadable("the file is not UTF-8; save it as UTF-8") }
    if text.allSatisfy(\.isWhitespace) { throw unreadable("the file is empty; `skewlab new NAME` writes a scenario to start from") }
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) }
    self = try YAMLReader.document(text, file: path, folder: folder?.isEmpty == true ? "/" : folder)
    if root["name"] == nil { root["name"] = .string(file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file) }
  }
}
