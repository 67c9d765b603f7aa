import Basics
import TestSupport
import Testing

/// Libraries of Tests/Preload, to be put before a connector's own.
enum Preload {
    /// Compiles one and answers its path.
    static func compile(_ name: String, in directory: TemporaryDirectory) async throws -> String {
        let library = directory.file("\(name).so")
        let source = "\(Fixture.testsDirectory)/Preload/\(name).c"
        let compiler = try Subprocess(arguments: ["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"])
        let status = try await compiler.exitStatus()
        try #require(status == .exited(0), "\(compiler.text(of: .errors))")
        return library
    }
}
