import SkewlabComponents
import SkewlabEngine
import SkewlabTesting
import Testing

/// A kind of the standard catalog, shown by its name.
struct CatalogKind: Sendable, CustomTestStringConvertible {
  let type: any Component.Type
  var testDescription: String { "\(type.role)/\(type.kind)" }
}

/// Every kind that Skewlab comes with keeps the contract of its role.
@Suite struct CatalogConformanceTests {
  @Test(arguments: Catalog.standard.allKinds.map { CatalogKind(type: $0) })
  func `a kind keeps the contract of its role`(_ kind: CatalogKind) {
    for violation in Conformance.check(kind.type, catalog: .standard) { Issue.record("\(violation)") }
  }
}
