import Basics
import Daemon
import Glibc
import HTTP
import Spool
import SpoolTestSupport
import TestSupport
import Testing

@testable import Delivery

/// The way to the admin API through the socket, and the one without it.
@Suite(.timeLimit(.minutes(5)))
struct ControlSocketTests {
    private let directory = TemporaryDirectory()
    private let log = Logger("test", sink: LogSink { _ in })

    private var path: String { directory.file("control.sock") }

    private func mode(_ path: String) -> UInt32? {
        var figures = stat()
        return unsafe stat(path, &figures) == 0 ? figures.st_mode : nil
    }

    /// Serves a spool while `body` works.
    private func serving(_ spool: RecordSpool, _ body: () async throws -> Void) async throws {
        let socket = ControlSocket(
            directory: directory.path,
            admin: AdminAPI(spool),
            log: log,
            interval: .milliseconds(20)
        )
        let service = Task { try await socket.run() }
        try await eventually("the socket answers") { try await AdminAccess.answers(in: directory.path) }
        try await body()
        service.cancel()
        _ = await service.result
    }

    private func access() async throws -> AdminAccess {
        try await AdminAccess(SpoolConfiguration(directory: directory.path), log: log)
    }

    @Test func `only the owner can connect, and the socket goes with the service`() async throws {
        let spool = try await SpoolHistory.make(in: directory.path)
        try await serving(spool) {
            #expect(mode(path).map { $0 & 0o777 } == 0o600)
            #expect(mode(path).map { $0 & S_IFMT } == S_IFSOCK)
            #expect(mode(path + "~") == nil)
        }
        #expect(mode(path) == nil)
    }

    @Test func `the answers are the same with and without a process`() async throws {
        let spool = try await SpoolHistory.make(in: directory.path)
        let requests: [AdminRequest] = [
            .deadLetters(after: 0, limit: 2), .deadLetter(3), .deadLetterBody(3), .gaps(after: 0, limit: 9),
            .latestGaps(1),
        ]
        var answers: [[UInt8]] = []
        try await serving(spool) {
            let admin = try await access()
            for request in requests { answers.append(try await admin.ask(request)) }
            let error = await #expect(throws: AdminError.self) { try await admin.ask(.deadLetter(99)) }
            #expect(error?.kind == .missing && error?.description.contains("dead-letters list") == true)
            await admin.close()
        }
        await spool.close()
        let admin = try await access()
        for (request, answer) in zip(requests, answers) { #expect(try await admin.ask(request) == answer) }
        await #expect(throws: AdminError.self) { try await admin.ask(.deadLetter(99)) }
        await admin.close()
    }

    @Test func `a socket that a killed process left is replaced`() async throws {
        let spool = try await SpoolHistory.make(in: directory.path)
        do { _ = try UnixSocket.listen(at: path) }
        #expect(mode(path) != nil)
        #expect(try await !AdminAccess.answers(in: directory.path))
        try await serving(spool) {
            let admin = try await access()
            #expect(try await admin.json(.spoolStatus)["dead_letters"] == .integer(3))
            await admin.close()
        }
    }

    @Test func `a socket that was removed comes back`() async throws {
        let spool = try await SpoolHistory.make(in: directory.path)
        try await serving(spool) {
            unsafe unlink(path)
            try await eventually("the socket answers again") { try await AdminAccess.answers(in: directory.path) }
            #expect(mode(path).map { $0 & 0o777 } == 0o600)
        }
    }

    @Test func `a command opens the spool itself when nothing answers at the socket`() async throws {
        await (try await SpoolHistory.make(in: directory.path)).close()
        do { _ = try UnixSocket.listen(at: path) }
        let admin = try await access()
        #expect(try await admin.json(.spoolStatus)["dead_letters"] == .integer(3))
        await admin.close()
        _ = try RecordSpool(SpoolConfiguration(directory: directory.path))
    }

    @Test func `a spool that is in use without a socket is a temporary failure`() async throws {
        let spool = try await SpoolHistory.make(in: directory.path)
        let error = await #expect(throws: AdminError.self) { try await access() }
        #expect(error?.kind == .busy && error?.exitCode == .temporaryFailure)
        await spool.close()
    }

    @Test func `where there is no spool, none is made`() async throws {
        let error = await #expect(throws: AdminError.self) { try await access() }
        #expect(error?.exitCode == .unavailable && error?.description.contains("there is no spool") == true)
        #expect(Directory.names(in: directory.path).isEmpty)
    }

    @Test func `a path that is too long is a warning that says what to do`() async throws {
        let long = directory.file(String(repeating: "x", count: 100))
        let text = LogText()
        let log = Logger("control", sink: LogSink { text.append($0) })
        let spool = try await SpoolHistory.make(in: long)
        let socket = ControlSocket(directory: long, admin: AdminAPI(spool), log: log)
        let service = Task { try await socket.run() }
        try await eventually("the log says so") { text.value.contains("choose a SPOOL_DIR with a shorter path") }
        #expect(text.value.contains("WARNING") && text.value.contains("File name too long"))
        service.cancel()
        _ = await service.result
    }

    /// What a log wrote.
    private final class LogText: Sendable {
        private let bytes = Lock<[UInt8]>([])

        func append(_ line: [UInt8]) { bytes.withLock { $0 += line } }

        var value: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
    }
}
