import Basics

/// A log of JSON lines, as an audit reads it.
struct AuditLines {
    private let lines: [Bytes]

    /// Reads a file.
    ///
    /// Blocks.
    init(_ path: String) throws(SystemError) {
        lines = try FileContents.read(path, limit: 1 << 33).split(separator: ASCII.newline)
    }

    /// Each line, as JSON and as it stands.
    func forEach(_ body: (JSONValue, Bytes) -> Void) throws(JSONError) {
        for line in lines { body(try JSONParser.parse(line), line) }
    }
}
