import Basics
import HTTP
import TestSupport
import Testing

@testable import CallControl

/// docs/calls-api.yaml beside the routes of the program.
struct CallsDocumentTests {
    /// `GET /path` of each operation: paths are the members of two blanks, methods those of four, below `paths:`.
    private static func operations() throws -> Set<String> {
        let text = try FileContents.read("\(Fixture.testsDirectory)/../docs/calls-api.yaml", limit: 1 << 20)[...].text
        var (operations, path, isThere): (Set<String>, String, Bool) = ([], "", false)
        for line in text.split(separator: "\n") {
            if line.first != " " { isThere = line == "paths:" }
            guard isThere, line.hasSuffix(":") else { continue }
            if line.hasPrefix("  /") { path = String(line.dropFirst(2).dropLast()) }
            let member = line.dropFirst(4).dropLast()
            if line.hasPrefix("    "), member.first?.isLetter == true {
                operations.insert("\(member.uppercased()) \(path)")
            }
        }
        return operations
    }

    @Test func `the document has each route of the program, and no other`() async throws {
        let service = try CallsTesting()
        let feature = try await CallsFeature(service.configuration, metrics: CallsMetrics(), log: CallsTesting.log)
        let routes = (feature.routes + feature.serviceRoutes).map { "\($0.method.rawValue) \($0.pattern)" }
        // What the page loads is its own.
        let known = Set(routes.filter { !$0.hasPrefix("GET /page/") })
        let described = try Self.operations()
        #expect(known.subtracting(described).sorted() == [], "not described")
        #expect(described.subtracting(known).sorted() == [], "not in the program")
        #expect(known.count > 60)
    }
}
