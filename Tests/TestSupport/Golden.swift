import Basics
import Glibc
package import Testing

/// Text that is compared byte for byte with a file.
///
/// With UPDATE_GOLDEN=1 in the environment the file is written instead, to be read over and committed.
///
/// - Parameter name: under Tests/Fixtures; a path that begins with `/` is from the root of the project.
package func expectGolden(
    _ bytes: [UInt8],
    _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let path =
        name.hasPrefix("/") ? "\(Fixture.testsDirectory)/..\(name)" : "\(Fixture.testsDirectory)/Fixtures/\(name)"
    if let value = unsafe getenv("UPDATE_GOLDEN"), unsafe String(cString: value) == "1" {
        try FileContents.write(bytes, to: path)
        return
    }
    let expected = try FileContents.read(path, limit: 64 << 20)
    guard bytes != expected else { return }
    let actualLines = bytes.split(separator: ASCII.newline, omittingEmptySubsequences: false)
    let expectedLines = expected.split(separator: ASCII.newline, omittingEmptySubsequences: false)
    let line = zip(actualLines, expectedLines).enumerated().first { $1.0 != $1.1 }?.offset
    let index = line ?? min(actualLines.count, expectedLines.count)
    let actual = index < actualLines.count ? actualLines[index].text : "(the end)"
    let wanted = index < expectedLines.count ? expectedLines[index].text : "(the end)"
    Issue.record(
        "\(name), line \(index + 1):\n  got      \(actual)\n  expected \(wanted)",
        sourceLocation: sourceLocation
    )
}
