import Basics

/// The folder of a demo with its spool and logs: a named one, or a temporary one that is removed at the end.
final class DemoDirectory: Sendable {
    let path: String
    let isTemporary: Bool

    init(_ name: String?) throws(SystemError) {
        isTemporary = name == nil
        if let name { path = try Directory.make(name) } else { path = try Directory.makeTemporary() }
    }

    deinit { if isTemporary { Directory.remove(path) } }

    var emissionLog: String { "\(path)/pbx.jsonl" }
    var receivedLog: String { "\(path)/api.jsonl" }
    var connectorLog: String { "\(path)/connector.log" }
    var spool: String { "\(path)/spool" }
}
