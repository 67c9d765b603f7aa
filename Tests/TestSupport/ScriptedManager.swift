package import Basics

/// A listening manager that follows a script, for what the simulated PBX cannot be made to do.
///
/// Each connection is served on the thread of the manager, one after the other unless it is told otherwise; the script of
/// the last one repeats.
package final class ScriptedManager: Sendable {
    package typealias Script = @Sendable (Peer) throws -> Void

    package let port: UInt16
    private let wakeup: EventFD
    private let connections = Counter()

    /// How many clients were accepted.
    package var accepted: Int { connections.value }

    package convenience init(_ script: @escaping Script) throws { try self.init([script]) }

    /// - Parameters:
    ///   - scripts: one for each connection, in order.
    ///   - serial: false to serve each connection on a thread of its own, at the same time.
    package init(_ scripts: [Script], serial: Bool = true) throws {
        let listener = try Listener(host: "127.0.0.1", port: 0)
        let wakeup = try EventFD()
        self.wakeup = wakeup
        port = listener.port
        try Thread.detach("manager") { [connections] in
            var rest = scripts
            while let socket = try? listener.accept(wakeup: wakeup) {
                connections.add()
                let script = rest.count > 1 ? rest.removeFirst() : rest[0]
                let peer = Peer(socket, wakeup: wakeup)
                if serial { try? script(peer) } else { try? Thread.detach("manager-peer") { try? script(peer) } }
            }
        }
    }

    deinit { wakeup.signal() }

    /// The other end of one connection.
    ///
    /// `@unchecked Sendable`: made by the accepting thread, used by the serving one.
    package final class Peer: @unchecked Sendable {
        private let socket: Socket
        private let wakeup: EventFD
        private var received: [UInt8] = []

        init(_ socket: Socket, wakeup: EventFD) {
            self.socket = socket
            self.wakeup = wakeup
        }

        /// Sends text as it is.
        package func send(_ text: String) throws(NetworkError) { try send(Array(text.utf8)) }

        package func send(_ bytes: [UInt8]) throws(NetworkError) {
            try socket.writeAll(bytes[...], timeout: .seconds(20))
        }

        /// Sends each byte in a packet of its own.
        package func sendByteByByte(_ text: String) throws(NetworkError) {
            socket.setOption(6, 1, 1)
            for byte in text.utf8 { try send([byte]) }
        }

        /// The next action, its lines without their ends; throws at the end of the stream or of the test.
        package func action() throws(NetworkError) -> [String] {
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let text = String(decoding: received, as: UTF8.self)
                if let end = text.firstRange(of: "\r\n\r\n") {
                    received = Array(text[end.upperBound...].utf8)
                    return text[..<end.lowerBound].split(separator: "\r\n").map { String($0) }
                }
                guard Poll.wait(for: .read, on: socket.descriptor, wakeup: wakeup) == .ready else { throw .cancelled }
                if let count = try socket.read(into: &buffer) { received += buffer[..<count] }
            }
        }

        /// Greets and accepts whoever logs in; `coalescing` goes out in the same write as the acceptance.
        ///
        /// - Returns: the lines of the login.
        @discardableResult
        package func acceptLogin(
            coalescing text: String = "",
            lineEnd: String = "\r\n"
        ) throws(NetworkError) -> [String] {
            try send("Asterisk Call Manager/11.0.0" + lineEnd)
            _ = try action()
            try send("Response: Success\nChallenge: 123456789\n\n".replacing("\n", with: lineEnd))
            let login = try action()
            try send(
                "Response: Success\nMessage: Authentication accepted\n\n".replacing("\n", with: lineEnd) + text
            )
            return login
        }

        /// Keeps the connection until the client or the test ends; answers pings when asked to.
        package func idle(answeringPings: Bool = true) throws(NetworkError) {
            while true {
                let action = try action()
                guard answeringPings, action.first == "Action: Ping" else { continue }
                try send("Response: Success\r\nActionID: ping\r\nPing: Pong\r\n\r\n")
            }
        }
    }
}
