package import Basics
import Daemon
import Glibc

/// The program that takes mails.
package struct Sendmail: Sendable {
    /// Why it did not take a mail.
    package struct Refusal: Error, CustomStringConvertible {
        package let description: String
    }

    private let words: [String]
    private let environment: [String: String]

    /// How long it may take for one mail; then it is killed.
    ///
    /// Some programs deliver the mail while they run.
    package static let limit = Duration.seconds(300)

    /// - Parameter words: the path of the program first; `-t` and `-i` are added where they are missing.
    package init(_ words: [String]) {
        self.words = Self.complete(words)
        var environment = (try? ProcessEnvironment.read()) ?? [:]
        // It needs none of them, and keeps them perhaps where others can read them.
        for name in ["VOICEMAIL_API_KEY", "SK_KEY", "API_KEY"] { environment[name] = nil }
        self.environment = environment
    }

    /// `-t`: recipients from the headers; `-i`: a line with a single dot does not end the mail.
    static func complete(_ words: [String]) -> [String] {
        let isGiven = { (names: [String]) in words.dropFirst().contains { names.contains($0) } }
        return words + (isGiven(["-t", "-ti", "-it"]) ? [] : ["-t"])
            + (isGiven(["-i", "-ti", "-it", "-oi"]) ? [] : ["-i"])
    }

    /// Whether the program can be run, as a sentence; `nil` when it can.
    package var problem: String? {
        let program = words[0]
        if unsafe access(program, F_OK) != 0 {
            return "\(program) is missing; install a mail server, or set SENDMAIL_CMD"
        }
        if unsafe access(program, X_OK) != 0 {
            return "\(program) is not executable; correct its rights, or set SENDMAIL_CMD"
        }
        return nil
    }

    /// Gives a mail to the program and waits for its end.
    ///
    /// Blocks, for `limit` at most.
    ///
    /// - Parameter input: an open file at the begin of the mail.
    package func send(_ input: borrowing FileDescriptor) throws(Refusal) {
        let end: ChildProcess.End
        do throws(SystemError) {
            end = try ChildProcess(words, environment: environment, input: input.number).end(within: Self.limit)
        } catch {
            throw Refusal(description: "\(error)")
        }
        guard end == .exited(0) else { throw Refusal(description: "\(words[0]): \(end)") }
    }

    /// Gives the kept mail to the program, unchanged, and removes it when it was taken.
    package func sendOriginal(_ mail: KeptMail, _ journal: VoicemailJournal) throws(Refusal) {
        let input: FileDescriptor
        do throws(SystemError) {
            input = try mail.open()
        } catch {
            throw Refusal(description: "\(error)")
        }
        try send(input)
        remove(mail, journal)
    }

    /// Removes a mail that was sent.
    package func remove(_ mail: KeptMail, _ journal: VoicemailJournal) {
        do throws(SystemError) {
            try mail.remove()
        } catch {
            journal.warning("sent mail not removed, it will be sent again: \(error)")
        }
    }
}
