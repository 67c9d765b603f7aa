import Basics
import TestSupport
import Testing

/// Makes certificates with the openssl command, for cases that the fixtures do not have.
struct CertificateAuthority {
    let directory = TemporaryDirectory()

    /// The PEM file of the authority.
    var file: String { directory.file("ca.pem") }
    /// The key of each certificate.
    var key: String { directory.file("server.key") }

    init() async throws {
        let key = ["-newkey", "rsa:2048", "-nodes"]
        let names = ["-subj", "/CN=authority", "-days", "30"]
        try await run(["req", "-x509"] + key + ["-keyout", directory.file("ca.key"), "-out", file] + names)
        try await run(["genrsa", "-out", self.key, "2048"])
    }

    /// The path of a certificate for an address, valid for this number of days from now.
    func certificate(for address: String = "127.0.0.1", days: Int = 30) async throws -> String {
        let (request, path) = (directory.file("request.csr"), directory.file("\(address) \(days).pem"))
        let names = ["-subj", "/CN=\(address)", "-addext", "subjectAltName=IP:\(address)"]
        try await run(["req", "-new", "-key", key, "-out", request] + names)
        try await run(
            ["x509", "-req", "-in", request, "-CA", file, "-CAkey", directory.file("ca.key"), "-CAcreateserial"]
                + ["-copy_extensions", "copy", "-days", "\(days)", "-out", path]
        )
        return path
    }

    private func run(_ arguments: [String]) async throws {
        let process = try Subprocess(arguments: ["openssl"] + arguments)
        try #require(try await process.exitStatus() == .exited(0), "\(arguments): \(process.text(of: .errors))")
    }
}
