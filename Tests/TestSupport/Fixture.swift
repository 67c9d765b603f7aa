import Basics

/// Files under Tests/Fixtures.
package enum Fixture {
    /// The folder of the tests, beside which this file lies.
    package static let testsDirectory = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()

    /// The bytes of a fixture file.
    package static func bytes(_ name: String) throws -> [UInt8] {
        try FileContents.read("\(testsDirectory)/Fixtures/\(name)", limit: 64 << 20)
    }
}
