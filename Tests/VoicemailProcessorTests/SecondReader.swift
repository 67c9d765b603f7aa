import Basics
import TestSupport

/// What Python's parser finds in a mail.
struct SecondReader {
    private let members: JSONValue

    /// Such as `multipart/mixed(text/plain, audio/x-wav)`.
    var structure: String { string("structure") }
    var text: String { string("text") }
    var html: String { string("html") }
    /// The SHA-256 of the decoded audio.
    var audio: String { string("audio") }
    var audioName: String { string("name") }
    var recipients: [String] { members["to"]?.elements?.compactMap(\.string) ?? [] }
    var defects: [String] { members["defects"]?.elements?.compactMap(\.string) ?? ["none read"] }
    /// The length of the longest line behind the headers.
    var longestLine: Int { members["longest"]?.integer ?? .max }

    private func string(_ name: String) -> String { members[name]?.string ?? "(\(name) is missing)" }

    /// Reads all mails with one process.
    static func read(_ mails: [[UInt8]]) async throws -> [SecondReader] {
        let directory = TemporaryDirectory()
        let paths = mails.indices.map { directory.file("\($0).eml") }
        for (mail, path) in zip(mails, paths) { try FileContents.write(mail, to: path) }
        let script = "\(Fixture.testsDirectory)/Fixtures/voicemail/read.py"
        let process = try Subprocess(arguments: ["python3", script] + paths)
        let status = try await process.exitStatus()
        guard status == .exited(0) else { throw SystemError("run", script, because: process.text(of: .errors)) }
        return try process.text(of: .output).split(separator: "\n").map {
            SecondReader(members: try JSONParser.parse(String($0)))
        }
    }
}
