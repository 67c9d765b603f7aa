import Basics
import Glibc
package import TestSupport

/// A Redis of its own for a test, on a Unix socket in a temporary folder; it ends with the last reference.
///
/// Tests need the program `redis-server`: `scripts/setup --tests` installs it.
package final class RedisServer: Sendable {
    private let directory: TemporaryDirectory
    private let options: [String]
    private let process: Lock<Subprocess>

    /// Starts a server, and waits until it accepts connections.
    ///
    /// - Parameter options: more options of redis-server, such as `["--requirepass", "secret"]`.
    package init(_ options: [String] = []) async throws {
        directory = TemporaryDirectory()
        self.options = options
        process = Lock(try Self.start(in: directory, options))
        try await ready()
    }

    /// The path of its socket.
    package var path: String { directory.file("redis.sock") }

    /// The folder that is removed with it, for certificates and the like.
    package var folder: TemporaryDirectory { directory }

    /// Stops the server: connections end, and new ones are refused.
    package func stop() async throws {
        let current = process.withLock { $0 }
        current.terminate(SIGKILL)
        try await current.exitStatus()
    }

    /// Starts the server again after `stop`; it is empty.
    package func restart() async throws {
        let next = try Self.start(in: directory, options)
        process.withLock { $0 = next }
        try await ready()
    }

    /// Makes the server stand still: connections stay, and nothing answers until `proceed`.
    package func freeze() { process.withLock { $0 }.freeze() }

    package func proceed() { process.withLock { $0 }.proceed() }

    private func ready() async throws {
        try await process.withLock { $0 }.line(containing: "ready to accept connections at")
    }

    private static func start(in directory: TemporaryDirectory, _ options: [String]) throws(SystemError) -> Subprocess {
        let own = [
            "--port", "0", "--unixsocket", directory.file("redis.sock"), "--unixsocketperm", "700", "--save", "",
            "--appendonly", "no", "--dir", directory.path, "--daemonize", "no", "--logfile", "",
        ]
        return try Subprocess(arguments: ["redis-server"] + own + options)
    }
}

extension RedisServer {
    /// A server that also listens on a free TCP port of the loopback address.
    ///
    /// - Parameter options: the options for a port, such as `["--port", "\(port)"]`.
    package static func onTCP(_ options: (UInt16) -> [String]) async throws -> (server: RedisServer, port: UInt16) {
        var attempts = 0
        while true {
            // Another process may take the port before the server has it.
            let port = try Listener(host: "127.0.0.1", port: 0).port
            attempts += 1
            do {
                return (try await RedisServer(options(port) + ["--bind", "127.0.0.1"]), port)
            } catch  where attempts < 5 {
                continue
            }
        }
    }
}
