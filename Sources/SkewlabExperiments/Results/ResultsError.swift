internal import SystemPackage

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A folder or file that cannot be used for results, and what to do about it.
public struct ResultsError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The folder or file.
  public let path: String
  /// What is wrong, and the next step.
  public let reason: String

  /// A problem with a path.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// What the system says of a file or folder that was to be written.
  init(path: String, _ error: any Error) {
    self.init(path: path, reason: Self.reason(error))
  }

  static let folderInTheWay = "a folder is in the way; remove it or choose another place with --out"

  private static func reason(_ error: any Error) -> String {
    let full = "the disk is full; free some space and go on with --resume"
    let protected = "it cannot be written; check the folder's permissions or choose another with --out"
    if let errno = error as? Errno {
      switch errno {
      case .noSpace, .diskQuotaExceeded: return full
      case .permissionDenied, .notPermitted, .readOnlyFileSystem: return protected
      case .isDirectory: return folderInTheWay
      case .fileTooLarge: return "it is larger than files may be here (see `ulimit -f`); raise the limit and go on with --resume"
      case .tooManyOpenFiles, .tooManyOpenFilesInSystem:
        return "too many files are open; raise the limit (see `ulimit -n`) and go on with --resume"
      case .noSuchFileOrDirectory: return "its folder is gone; run again"
      default: return "it cannot be written: \(errno)"
      }
    }
    switch (error as? CocoaError)?.code {
    case .fileWriteOutOfSpace: return full
    case .fileWriteNoPermission, .fileWriteVolumeReadOnly: return protected
    case .fileNoSuchFile, .fileReadNoSuchFile: return "its folder is gone; run again"
    case .fileWriteFileExists: return folderInTheWay
    default: return "it cannot be written: \(error)"
    }
  }

  /// `path: reason`.
  public var description: String { "\(path): \(reason)" }
}
