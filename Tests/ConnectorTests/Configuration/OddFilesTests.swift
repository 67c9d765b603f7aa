import Basics
import Daemon
import Glibc
import Spool
import TestSupport
import Testing

@testable import Connector

/// Files of settings that are no regular files: never a wait without end.
@Suite(.timeLimit(.minutes(5)))
struct OddFilesTests {
    private let directory = TemporaryDirectory()

    private func load(_ variables: [String: String], configFile: String? = nil, envFile: String? = nil) -> LoadResult<
        Configuration
    > {
        Configuration.load(
            SettingSources(
                configFile: configFile,
                envFile: envFile,
                environment: requiredVariables.merging(variables) { $1 }
            )
        )
    }

    private func pipe() -> String {
        let path = directory.file("pipe")
        _ = unsafe mkfifo(path, 0o600)
        return path
    }

    /// Settings that `run` does not read.
    private static let others = [
        "VOICEMAIL_API_KEY_FILE", "ADMIN_TOKEN_FILE", "SECRET_KEY_FILE", "REDIS_PASSWORD_FILE",
        "DATABASE_FILE", "POSTGRES_PASSWORD_FILE", "MYSQL_PASSWORD_FILE", "REQUEST_API_PASS_FILE",
        "JWT_SECRET_FILE", "CALLS_DIALPLAN_TOKEN_FILE", "DB_PASSWORD_FILE",
    ]

    static let names =
        SettingTable.settings.filter { $0.contentOf != nil && !others.contains($0.label) }.compactMap(\.variable) + [
            "AMI_TLS_CA_FILE", "API_TLS_CA_FILE", "MONITORING_TLS_CERTIFICATE_FILE", "MONITORING_TLS_KEY_FILE",
        ]

    @Test(arguments: names)
    func `a pipe, a device, a socket and a folder are errors that say so`(name: String) throws {
        let socket = directory.file("socket")
        let listener = try UnixSocket.listen(at: socket)
        for (path, reason) in [
            (pipe(), "a pipe, not a regular file"), ("/dev/zero", "a device or socket, not a regular file"),
            ("/dev/null", "a device or socket, not a regular file"), ("/dev/tty", ""), (socket, ""),
            (directory.path, "Is a directory"),
        ] {
            let errors = load([name: path]).errorTexts.filter { $0.contains(path) }
            // An open that fails is left to the library for the authorities: the file may come.
            if reason.isEmpty, name.hasSuffix("_CA_FILE") { continue }
            #expect(errors.count == 1 && errors[0].contains(name) && errors[0].contains(reason), "\(path): \(errors)")
        }
        _ = consume listener
    }

    @Test func `a device or a folder is no env-file and no JSON file`() {
        for path in ["/dev/zero", "/dev/null", directory.path] {
            #expect(load([:], envFile: path).errorTexts.contains { $0.contains("--env-file") && $0.contains(path) })
            #expect(load([:], configFile: path).errorTexts.contains { $0.contains("--config") && $0.contains(path) })
        }
    }

    @Test func `a pipe is read to its end as env-file and as JSON file`() async throws {
        for (option, text) in [("env", "SPOOL_DIR=/from-a-pipe\n"), ("json", #"{"spool":{"dir":"/from-a-pipe"}}"#)] {
            let path = pipe()
            // On a thread of its own: opening waits for the reader, which a thread of the pool must not.
            let writer = Task.detached {
                try await Thread.run("pipe-writer") { Result { try FileContents.write(Array(text.utf8), to: path) } }
            }
            let result = try await Thread.run("load") {
                self.load([:], configFile: option == "json" ? path : nil, envFile: option == "env" ? path : nil)
            }
            try await writer.value.get()
            #expect(result.errorTexts == [])
            #expect(result.configuration?.spool.directory == "/from-a-pipe")
            unsafe unlink(path)
        }
    }

    @Test func `a pipe that nobody writes into is given up`() async throws {
        let path = pipe()
        let result = try await Thread.run("load") { self.load([:], envFile: path) }
        #expect(result.errorTexts.contains { $0.contains("the pipe did not end within 10s") })
    }
}
