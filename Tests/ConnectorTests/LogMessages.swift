import Basics
import TestSupport

/// The messages of the log, as the sources have them.
enum LogMessages {
    struct Message: Hashable {
        let level: LogLevel
        let component: String
        let text: String
    }

    /// A call whose message cannot be read out of the source.
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    /// All messages from INFO up; values inside of them are `…`.
    static func inSources() throws -> Set<Message> {
        var messages: Set<Message> = []
        for path in sources() where !isMachinery(path) {
            let source = String(decoding: try FileContents.read(path), as: UTF8.self)
            for call in source.matches(of: call()) {
                let level = try level(String(call.output.1 ?? call.output.2 ?? ""), path)
                let text = try message(at: call.range.upperBound, in: source[...], path)
                messages.insert(Message(level: level, component: try component(of: path), text: text))
            }
        }
        return messages
    }

    /// The paths of all Swift files of the program.
    static func sources() -> [String] { files(in: "\(Fixture.testsDirectory)/../Sources") }

    /// What passes messages on that others made.
    private static func isMachinery(_ path: String) -> Bool {
        path.contains("/Basics/Logging/") || path.hasSuffix("/DeliveryNotice.swift")
    }

    private static func files(in folder: String) -> [String] {
        Directory.names(in: folder).sorted().flatMap { name in
            name.hasSuffix(".swift") ? ["\(folder)/\(name)"] : name.contains(".") ? [] : files(in: "\(folder)/\(name)")
        }
    }

    /// The beginning of a call that writes a line or makes one to be written.
    private static func call() -> Regex<(Substring, Substring?, Substring?)> {
        #/\blog\??\.(info|warning|error)\(\s*|(?:DeliveryNotice|failed)\(\s*\.(info|warning|error),\s*/#
    }

    private static func level(_ word: String, _ path: String) throws -> LogLevel {
        guard let level = LogLevel(rawValue: word.uppercased()) else {
            throw Unreadable(description: "\(path): \(word) is no level")
        }
        return level
    }

    /// The texts that begin there and are joined by `+`; behind the name `message`, those of the constant before it.
    private static func message(at start: String.Index, in source: Substring, _ path: String) throws -> String {
        var rest = source[start...]
        if rest.hasPrefix("message,") || rest.hasPrefix("message)") {
            guard let constant = source[..<start].matches(of: #/let message =\s*/#).last else {
                throw Unreadable(description: "\(path): no constant 'message' before a call")
            }
            rest = source[constant.range.upperBound...]
        }
        var text = ""
        while let part = rest.prefixMatch(of: #/"((?:[^"\\]|\\.)*)"\s*/#) {
            text += part.output.1.replacing(#/\\\((?:[^()]|\([^()]*\))*\)/#, with: "…")
            rest = rest[part.range.upperBound...]
            guard let plus = rest.prefixMatch(of: #/\+\s*/#) else { break }
            rest = rest[plus.range.upperBound...]
        }
        guard !text.isEmpty, rest.first.map({ ",)\n}".contains($0) || $0.isLetter || $0 == "/" }) ?? true else {
            throw Unreadable(description: "\(path): a message that is no plain text: \(source[start...].prefix(80))")
        }
        return text
    }

    /// The component that the parts of a folder write as.
    private static func component(of path: String) throws -> String {
        let components = [
            ("/Sources/AMI/", "ami"), ("/CallerID/Commands/", "main"), ("/CallerIDPort", "http"),
            ("/CallerID/Trunks/", "http"),
            ("/CallControl/Commands/", "main"), ("/CallControl/Service/", "http"), ("/CallControl/Live/", "live"),
            ("/CallControl/Control/", "commands"), ("/CallControl/Transfers/", "transfers"),
            ("/Sources/CallControl/", "calls"),
            ("/Sources/CallerID/", "callerid"), ("/Sources/AGI/", "agi"), ("/Sources/Redis/", "redis"),
            ("/Sources/Spool/", "spool"),
            ("/Delivery/Housekeeping", "spool"),
            ("/Reporting/Ingest/", "ingest"), ("/Delivery/Shipper/", "shipper"),
            ("/Sources/Recordings/", "recordings"),
            ("/Basics/Service/ServiceManager", "main"), ("/Daemon/CommandLine/", "main"),
            ("/Supervision/ControlSocket", "control"), ("/Supervision/StopSignals", "main"),
            ("/Daemon/Supervision/", "watchdog"),
            ("/Daemon/Monitoring/", "monitoring"), ("/Commands/LoadedConfiguration", "config"),
            ("/Connector/Commands/", "main"),
        ]
        guard let component = components.first(where: { path.contains($0.0) })?.1 else {
            throw Unreadable(description: "\(path): say which component this is")
        }
        return component
    }
}
