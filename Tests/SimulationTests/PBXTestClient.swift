import Basics

/// A small AMI client that blocks; for use inside `Thread.run`.
final class PBXTestClient {
    /// One stanza, as name and value pairs in their order.
    typealias Stanza = [(name: String, value: String)]

    private let socket: Socket
    private(set) var received: [UInt8] = []
    private var position = 0
    private(set) var isAtEnd = false

    init(port: UInt16, readsGreeting: Bool = true) throws {
        socket = try Socket.connect(host: "127.0.0.1", port: port, timeout: .seconds(20))
        if readsGreeting { _ = line() }
    }

    func send(_ text: String) throws {
        try socket.writeAll(Array(text.utf8)[...], timeout: .seconds(20))
    }

    /// Sends an action with the given header lines.
    func act(_ lines: String...) throws {
        try send(lines.joined(separator: "\r\n") + "\r\n\r\n")
    }

    /// Logs in with the plain secret; the answer's first value.
    @discardableResult
    func logIn(_ name: String = "connector", secret: String = "secret", events: String = "") throws -> String {
        try act("Action: Login", "Username: \(name)", "Secret: \(secret)", "Events: \(events)")
        return stanza()?.first?.value ?? ""
    }

    /// The next line without its end; `nil` at the end of the stream or after a time without bytes.
    func line(timeout: Duration = .seconds(100)) -> String? {
        while true {
            if let end = received[position...].firstIndex(of: ASCII.newline) {
                var text = received[position..<end]
                position = end + 1
                if text.last == ASCII.carriageReturn { text = text.dropLast() }
                return text.text
            }
            guard receive(timeout: timeout) else { return nil }
        }
    }

    /// The next stanza, `nil` when none comes.
    func stanza(timeout: Duration = .seconds(100)) -> Stanza? {
        var stanza: Stanza = []
        while let line = line(timeout: timeout) {
            if line.isEmpty { return stanza }
            let name = line.prefix { $0 != ":" }
            stanza.append((String(name), String(line.dropFirst(name.count + 2))))
        }
        return nil
    }

    /// All stanzas until the end of the stream, or until none came for `timeout`.
    func stanzas(timeout: Duration = .seconds(100)) -> [Stanza] {
        var all: [Stanza] = []
        while let stanza = stanza(timeout: timeout) { all.append(stanza) }
        return all
    }

    /// Everything that comes before the end of the stream.
    func readToEnd() { while receive(timeout: .seconds(100)) {} }

    /// Receives some bytes; false at the end of the stream or when none came in time.
    func receive(timeout: Duration) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while !isAtEnd {
            do throws(NetworkError) {
                if let count = try socket.read(into: &buffer) {
                    received.append(contentsOf: buffer[..<count])
                    return true
                }
            } catch {
                isAtEnd = true
                return false
            }
            guard Poll.wait(for: .read, on: socket.descriptor, timeout: timeout) == .ready else { return false }
        }
        return false
    }
}

extension PBXTestClient.Stanza {
    /// The first value of a header.
    subscript(name: String) -> String { first { $0.name == name }?.value ?? "" }
}

/// Stanzas of a whole text, as Asterisk frames them.
func stanzas(_ bytes: [UInt8]) -> [PBXTestClient.Stanza] {
    var stanzas: [PBXTestClient.Stanza] = []
    var stanza: PBXTestClient.Stanza = []
    for line in bytes.split(separator: ASCII.newline, omittingEmptySubsequences: false) {
        let line = line.last == ASCII.carriageReturn ? line.dropLast() : line
        if line.isEmpty {
            if !stanza.isEmpty { stanzas.append(stanza) }
            stanza = []
            continue
        }
        let name = line.prefix { $0 != ASCII.colon }
        stanza.append((name.text, line.dropFirst(name.count + 2).text))
    }
    return stanzas
}
