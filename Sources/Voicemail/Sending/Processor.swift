import Basics
package import Daemon
import Glibc

/// The second executable, which reads and writes mails.
package enum Processor {
    package static let name = "asterisk-connector-voicemail"

    /// The path: beside this program, else in the usual folders; `nil` when it is missing.
    package static var path: String? {
        var folders = ["/usr/lib/asterisk-connector", "/usr/lib", "/usr/bin", "/usr/local/bin"]
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        if count > 0 {
            let own = String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
            folders.insert(own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "", at: 0)
        }
        return folders.map { "\($0)/\(name)" }.first { unsafe access($0, X_OK) == 0 }
    }

    /// Runs it with the words of this process in place of this program; returns only when that fails.
    ///
    /// Keeps process identifier, environment and descriptors.
    package static func replaceThis(with words: [String]) -> ExitCode {
        guard let path else {
            Terminal.complain("\(name) is missing; install the package asterisk-connector again")
            return .unavailable
        }
        Terminal.complain("\(Execution.replace(with: [path] + words))")
        return .unavailable
    }

    /// Lets it make and send the new mail.
    ///
    /// Blocks. The mail, with its lock, is the standard input of the process: nothing else takes the mail while that runs.
    ///
    /// - Returns: how it ended; `nil` when it could not be started.
    static func process(_ mail: KeptMail, envFile: String?, within limit: Duration) -> Result<
        ChildProcess.End, SystemError
    > {
        guard let path else { return .failure(SystemError("start", name, code: ENOENT)) }
        let words = [path, "process", mail.path] + (envFile.map { ["--env-file", $0] } ?? [])
        do throws(SystemError) {
            let environment = (try? ProcessEnvironment.read()) ?? [:]
            let process = try ChildProcess(words, environment: environment, input: mail.file.number)
            return .success(process.end(within: limit))
        } catch {
            return .failure(error)
        }
    }
}
