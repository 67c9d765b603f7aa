import Basics

/// Reads a log of JSON lines for an audit.
struct AuditLines {
    private let lines: [Bytes]

    /// Reads a file.
    ///
    /// Blocks.
    init(_ path: String) throws(SystemError) {
        lines = try FileContents.read(path, limit: 1 << 33).split(separator: ASCII.newline)
    }

    /// Calls `body` with each line, parsed and as bytes.
    func forEach(_ body: (JSONValue, Bytes) -> Void) throws(JSONError) {
        for line in lines { body(try JSONParser.parse(line), line) }
    }
}
