package import Basics

/// Asterisk's side of a session, as a value without I/O: for tests, simulation and load.
///
/// Write `head`, then what `receive` returns, and at the end of the server's sending direction what `finish` returns;
/// then close. Like Asterisk it runs one command of what it received at a time: further commands of the same write wait
/// for more bytes or the end of the direction.
package struct AGIPeer: Sendable {
    package static let version = "22.10.1"

    /// The lines before the first command.
    package let head: [UInt8]
    /// The channel's variables.
    package private(set) var variables: [String: String]

    private var received: [UInt8] = []

    /// - Parameters:
    ///   - script: what follows the host, with a query.
    ///   - variables: those of the channel that `GET VARIABLE` finds.
    package init(
        script: String,
        arguments: [String] = [],
        callerID: String = "2001",
        uniqueID: String = "1795224725.1",
        extension number: String = "100",
        accountCode: String = "",
        variables: [String: String] = [:]
    ) {
        self.variables = variables
        let fields: [(String, String)] = [
            ("network", "yes"), ("network_script", script), ("request", "agi://127.0.0.1/\(script)"),
            ("channel", "PJSIP/2001-00000001"), ("language", "en"), ("type", "PJSIP"), ("uniqueid", uniqueID),
            ("version", Self.version), ("callerid", callerID), ("calleridname", "unknown"), ("callingpres", "0"),
            ("callingani2", "0"), ("callington", "0"), ("callingtns", "0"), ("dnid", "unknown"), ("rdnis", "unknown"),
            ("context", "from-internal"), ("extension", number), ("priority", "1"), ("enhanced", "0.0"),
            ("accountcode", accountCode), ("threadid", "139870142478016"),
        ]
        let all = fields + arguments.enumerated().map { ("arg_\($0.offset + 1)", $0.element) }
        head = Array((all.map { "agi_\($0.0): \($0.1)\n" }.joined() + "\n").utf8)
    }

    /// Takes bytes from the server; returns the reply to write.
    package mutating func receive(_ bytes: Bytes) -> [UInt8] {
        received.append(contentsOf: bytes)
        return runCommand() ?? []
    }

    /// The server ended its sending direction: runs all that it sent, and returns the last bytes to write.
    package mutating func finish() -> [UInt8] {
        var replies: [UInt8] = []
        while let reply = runCommand() { replies += reply }
        return replies + Array("HANGUP\n".utf8)
    }

    private mutating func runCommand() -> [UInt8]? {
        guard let end = received.firstIndex(of: ASCII.newline) else { return nil }
        defer { received.removeSubrange(...end) }
        return Array((reply(to: received[..<end]) + "\n").utf8)
    }

    private mutating func reply(to line: Bytes) -> String {
        switch AGICommand(line) {
        case .getVariable(let name): return variables[name].map { "200 result=1 (\($0))" } ?? "200 result=0"
        case .setVariable(let name, let value):
            variables[name] = value
            return "200 result=1"
        case nil: return "510 Invalid or unknown command"
        }
    }
}
