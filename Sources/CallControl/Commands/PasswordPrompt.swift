import Basics
import Daemon
import Glibc

/// Asks for a password: on a terminal without showing it, else the first line of standard input.
enum PasswordPrompt {
    /// What is typed until the end of the line; pure.
    struct Line {
        enum State: Equatable {
            case unfinished
            case finished(String)
            /// By Ctrl-C, or Ctrl-D at the beginning.
            case cancelled
        }

        private var bytes: [UInt8] = []

        mutating func type(_ byte: UInt8) -> State {
            switch byte {
            case 0x0a, 0x0d: return .finished(String(decoding: bytes, as: UTF8.self))
            case 0x03: return .cancelled
            case 0x04: return bytes.isEmpty ? .cancelled : .finished(String(decoding: bytes, as: UTF8.self))
            case 0x08, 0x7f:
                // A character of several bytes goes as a whole.
                while let last = bytes.popLast(), last & 0xc0 == 0x80 {}
            case 0x15: bytes = []
            default: bytes.append(byte)
            }
            return .unfinished
        }
    }

    /// A password for a user, asked for twice on a terminal; blocks.
    ///
    /// - Returns: `nil` after a complaint.
    static func read() -> Secret? {
        guard isatty(0) == 1 else { return piped() }
        guard let first = typed("Password: ") else { return nil }
        guard typed("Again: ") == first else {
            Terminal.complain("the passwords are not the same")
            return nil
        }
        return Secret(first)
    }

    private static func piped() -> Secret? {
        do throws(SystemError) {
            let bytes = try FileContents.read("/dev/stdin", limit: 4096, from: .fileOrPipe)
            return Secret(String(decoding: bytes.prefix { $0 != 0x0a && $0 != 0x0d }, as: UTF8.self))
        } catch {
            Terminal.complain("no password on standard input: \(error)")
            return nil
        }
    }

    /// Without echo, and without signals, so that the terminal is as before in any case.
    private static func typed(_ prompt: String) -> String? {
        var before = termios()
        guard unsafe tcgetattr(0, &before) == 0 else { return nil }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        guard unsafe tcsetattr(0, TCSAFLUSH, &silent) == 0 else { return nil }
        defer {
            _ = unsafe tcsetattr(0, TCSAFLUSH, &before)
            Terminal.write("\n", to: .errors)
        }
        Terminal.write(prompt, to: .errors)
        var line = Line()
        while true {
            var byte: UInt8 = 0
            let count = unsafe Glibc.read(0, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return nil }
            switch line.type(byte) {
            case .unfinished: continue
            case .finished(let text): return text
            case .cancelled: return nil
            }
        }
    }
}
