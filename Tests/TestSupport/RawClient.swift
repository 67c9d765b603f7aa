import Basics

/// A client that says exactly what a test wants, and reads when the test wants it.
///
/// `@unchecked Sendable`: a test makes one call at a time.
package final class RawClient: @unchecked Sendable {
    private let socket: Socket
    private var received: [UInt8] = []

    private init(_ socket: Socket) { self.socket = socket }

    /// Connects to this machine and sends `text`.
    package static func connect(port: UInt16, sending text: String = "") async throws -> RawClient {
        try await Thread.run("raw-client") {
            Result { () throws(NetworkError) in
                let socket = try Socket.connect(host: "127.0.0.1", port: port, timeout: .seconds(60))
                try socket.writeAll(Array(text.utf8)[...], timeout: .seconds(60))
                return RawClient(socket)
            }
        }.get()
    }

    /// Reads until what came since the last call has `text` in it, and returns all of it.
    ///
    /// - Throws: `NetworkError.closed` when the peer ends before.
    @discardableResult
    package func read(until text: String) async throws -> String {
        let client = self
        return try await Thread.run("raw-client") {
            Result { () throws(NetworkError) in try client.readNow(until: text) }
        }.get()
    }

    /// Whether the peer ends the connection; reads all that comes before.
    package func isClosed() async -> Bool {
        do {
            _ = try await read(until: "")
            return false
        } catch {
            return (error as? NetworkError) != .timedOut("read")
        }
    }

    private func readNow(until text: String) throws(NetworkError) -> String {
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let all = String(decoding: received, as: UTF8.self)
            if !text.isEmpty, all.contains(text) {
                received = []
                return all
            }
            guard Poll.wait(for: .read, on: socket.descriptor, timeout: .seconds(60)) == .ready else {
                throw .timedOut("read")
            }
            if let count = try socket.read(into: &chunk) { received += chunk[..<count] }
        }
    }
}
