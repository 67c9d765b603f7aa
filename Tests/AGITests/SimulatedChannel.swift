import AGI
import Basics

/// A value that one thread hands to another.
///
/// `@unchecked Sendable`: the first one does not use it any more.
final class Handed<Value>: @unchecked Sendable {
    private var value: Value?

    init(_ value: Value) { self.value = value }

    /// The value, once; nothing here keeps it alive.
    func take() -> Value? {
        defer { value = nil }
        return value
    }
}

/// One channel of a simulated Asterisk and its connection; blocks.
struct SimulatedChannel {
    private let socket: Socket

    init(_ socket: Socket) { self.socket = socket }

    init(port: UInt16) throws(NetworkError) {
        socket = try Socket.connect(host: "127.0.0.1", port: port, timeout: .seconds(60))
    }

    /// Plays the session to its end; returns the channel's variables.
    func run(_ peer: AGIPeer, sendsHead: Bool = true) throws(NetworkError) -> [String: String] {
        var peer = peer
        var buffer = [UInt8](repeating: 0, count: 4096)
        if sendsHead { try write(peer.head) }
        while true {
            guard Poll.wait(for: .read, on: socket.descriptor, timeout: .seconds(200)) == .ready else {
                throw .timedOut("read")
            }
            do throws(NetworkError) {
                guard let count = try socket.read(into: &buffer) else { continue }
                try write(peer.receive(buffer[..<count]))
            } catch {
                guard error == .closed else { throw error }
                try write(peer.finish())
                return peer.variables
            }
        }
    }

    private func write(_ bytes: [UInt8]) throws(NetworkError) {
        try socket.writeAll(bytes[...], timeout: .seconds(60))
    }
}
