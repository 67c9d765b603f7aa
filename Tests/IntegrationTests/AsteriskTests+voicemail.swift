import Basics
import Simulation
import TestSupport
import Testing

/// Messages that are left in a real Asterisk: the mails that it writes, and what `voicemail mail` makes of them.
extension AsteriskTests {
    @Test func `a message left in Asterisk goes out with its text and its audio`() async throws {
        let callers = [
            "\"Zoë \"Q\" O'Brien\" <4165550111>", "\"<script>alert(1)</script>~~\" <4165550112>", "<anonymous>",
        ]
        try await AsteriskLab.run { lab in
            try await lab.login(as: "driver") { driver in
                let calls = AsteriskCalls(client: driver)
                for caller in callers {
                    try await calls.make(.init(phone: "speak", context: "from-internal", number: "141", caller: caller))
                }
                try await calls.untilIdle()
            }
            try await eventually("Asterisk has written all mails") { lab.mails.count == callers.count }
            var numbers: Set<Int> = []
            for path in lab.mails {
                let site = try VoicemailSite()
                #expect(try await site.mail(path) == .exited(0))
                let results = try await site.results(of: path)
                #expect(results.count == 1 && results[0].contains(SimulatedAPI.transcription), "\(results)")
                let message = try #require(site.api.voicemail.first)
                let number = try #require(message.metadata["msgnum"]?.integer)
                numbers.insert(number)
                #expect(message.metadata["mailbox"]?.string == "102")
                #expect(message.metadata["recipient_name"]?.string == "Zoë Example")
                #expect(message.metadata["recipient_email"]?.string == "zoe@example.org")
                #expect(message.metadata["duration"]?.integer.map { (1...4).contains($0) } == true)
                // What Asterisk has in the box is what the API and the recipient get.
                let kept = try FileContents.read(
                    lab.spoolFile("voicemail/default/102/INBOX/msg000\(number - 1).wav"),
                    limit: 1 << 22
                )
                #expect(message.form.size == kept.count)
                #expect(message.form.sha256 == ASCII.hexadecimal(Digest.sha256(kept))[...].text)
            }
            #expect(numbers == [1, 2, 3])
        }
    }
}
