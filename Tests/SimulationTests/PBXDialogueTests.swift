import Basics
import Testing

@testable import Simulation

@Suite struct PBXDialogueTests {
    private func dialogue(_ users: [PBXUser] = [PBXUser()]) -> PBXDialogue {
        PBXDialogue(users: users, dialect: PBXDialect(), challenge: 123_456_789)
    }

    private func action(_ lines: String...) -> PBXAction { PBXAction(lines: lines.map { Array($0.utf8)[...] }) }

    private func text(_ answer: (bytes: [UInt8], PBXDialogue.Consequence)) -> String {
        String(decoding: answer.bytes, as: UTF8.self)
    }

    private func loggedIn(_ users: [PBXUser] = [PBXUser()]) -> PBXDialogue {
        var dialogue = dialogue(users)
        let login = action("Action: Login", "Username: connector", "Secret: secret")
        _ = dialogue.answer(login, PBXDialogue.Surroundings())
        return dialogue
    }

    @Test func `a challenge is answered with the digest of it and the secret`() {
        var dialogue = dialogue()
        let around = PBXDialogue.Surroundings()
        let challenge = dialogue.answer(action("action: challenge", "AUTHTYPE: md5", "ActionID: a b"), around)
        #expect(text(challenge) == "Response: Success\r\nActionID: a b\r\nChallenge: 123456789\r\n\r\n")
        let key = String(decoding: ASCII.hexadecimal(Digest.md5(Array("123456789secret".utf8))), as: UTF8.self)
        let wrong = dialogue.answer(
            action("Action: Login", "AuthType: MD5", "Username: connector", "Key: \(key.uppercased())"),
            around
        )
        #expect(wrong.1 == .refuse)
        let right = dialogue.answer(
            action("Action: Login", "AuthType: MD5", "Username: connector", "Key: \(key)"),
            around
        )
        #expect(right.1 == .loggedIn)
        #expect(text(right) == "Response: Success\r\nMessage: Authentication accepted\r\n\r\n")
    }

    @Test func `a wrong secret and an unknown user get the same answer`() {
        var dialogue = dialogue()
        for login in [
            action("Action: Login", "Username: connector", "Secret: wrong"),
            action("Action: Login", "Username: nobody", "Secret: secret"),
        ] {
            let answer = dialogue.answer(login, PBXDialogue.Surroundings())
            #expect(text(answer) == "Response: Error\r\nMessage: Authentication failed\r\n\r\n")
            #expect(answer.1 == .refuse)
        }
        #expect(dialogue.user == nil)
    }

    @Test func `a user that may log in once is refused while present`() {
        var user = PBXUser()
        user.allowsMultipleLogin = false
        var dialogue = dialogue([user])
        var around = PBXDialogue.Surroundings()
        around.usersPresent = ["connector"]
        let login = action("Action: Login", "Username: connector", "Secret: secret")
        #expect(text(dialogue.answer(login, around)).contains("Login Already In Use"))
        around.usersPresent = []
        #expect(dialogue.answer(login, around).1 == .loggedIn)
        #expect(text(dialogue.answer(login, around)).contains("Already authenticated"))
    }

    @Test func `FullyBooted follows a login that may see system events, and no other`() {
        var dialogue = dialogue([PBXUser(read: .all)])
        let login = action("Action: Login", "Username: connector", "Secret: secret")
        #expect(text(dialogue.answer(login, PBXDialogue.Surroundings())).contains("Event: FullyBooted\r\n"))
        var masked = self.dialogue([PBXUser(read: .all)])
        let narrow = action("Action: Login", "Username: connector", "Secret: secret", "Events: cdr,call")
        #expect(!text(masked.answer(narrow, PBXDialogue.Surroundings())).contains("FullyBooted"))
        #expect(masked.mask == [.cdr, .call])
    }

    @Test func `errors have Asterisk's texts`() {
        let around = PBXDialogue.Surroundings()
        var stranger = dialogue()
        #expect(text(stranger.answer(action("Action: Ping"), around)).contains("Message: Permission denied\r\n"))
        var known = loggedIn()
        #expect(
            text(known.answer(action(), around)) == "Response: Error\r\nMessage: Missing action in request\r\n\r\n"
        )
        let unknown = "Invalid/unknown command: Foo. Use Action: ListCommands to show available commands."
        #expect(text(known.answer(action("Action: Foo"), around)).contains(unknown))
        #expect(text(known.answer(action("Action: Events", "EventMask:"), around)).contains("Invalid event mask"))
        #expect(text(known.answer(action("Action: CoreStatus"), around)).contains("CoreStartupDate: "))
        var powerless = loggedIn([PBXUser(write: [])])
        #expect(text(powerless.answer(action("Action: CoreSettings"), around)).contains("Permission denied"))
    }

    @Test func `ping and logoff answer as Asterisk does`() {
        var known = loggedIn()
        var around = PBXDialogue.Surroundings()
        around.now = Timestamp(microseconds: 1_795_224_725_000_087)
        let pong = "Response: Success\r\nActionID: 7\r\nPing: Pong\r\nTimestamp: 1795224725.000087\r\n\r\n"
        #expect(text(known.answer(action("Action: Ping", "ActionID: 7"), around)) == pong)
        let bye = known.answer(action("Action: Logoff"), around)
        #expect(text(bye) == "Response: Goodbye\r\nMessage: Thanks for all the fish.\r\n\r\n")
        #expect(bye.1 == .close)
    }

    @Test(
        arguments: [
            ("cdr,call", [.cdr, .call]), ("cdr, call", .cdr), ("", []), ("cdr,,call", .all), ("all", .all),
            ("call", .call),
            ("cdrs", []), ("rep,cdr", [.reporting, .cdr]),
        ] as [(String, PBXEventClass)]
    )
    func `permissions are read with Asterisk's oddities`(text: String, expected: PBXEventClass) {
        let classes = PBXEventClass(permissions: text)
        let looked: PBXEventClass = [.system, .call, .agent, .user, .reporting, .cdr, .dialplan]
        #expect(classes.intersection(looked) == expected.intersection(looked))
    }

    @Test func `an event mask can be words, a switch or a number`() {
        #expect(PBXEventClass(mask: "on") == .all)
        #expect(PBXEventClass(mask: "Off") == [])
        #expect(PBXEventClass(mask: "1") == .system)
        #expect(PBXEventClass(mask: "") == nil)
        #expect(PBXEventClass(mask: "cdr") == .cdr)
    }

    @Test func `lines end with LF or CRLF, at most 1022 bytes long`() {
        for end in ["\r\n", "\n"] {
            for (length, fits) in [(1022, true), (1023, false), (5000, false)] {
                var reader = PBXActionReader()
                let text = String(repeating: "x", count: length) + end + "Action: Ping" + end + end
                for byte in text.utf8 { reader.append([byte]) }
                var items: [PBXActionReader.Item] = []
                while let item = reader.next() { items.append(item) }
                #expect(items.contains(.tooLong) != fits)
                guard case .action(let action) = items.last else {
                    Issue.record("no action")
                    continue
                }
                #expect(action["action"] == "Ping")
            }
        }
    }

    @Test func `an action has at most 128 headers`() {
        for (count, fits) in [(127, true), (128, false)] {
            var reader = PBXActionReader()
            let lines = (0..<count).map { "H\($0): x\r\n" }.joined()
            reader.append(Array("Action: Ping\r\n\(lines)\r\n".utf8)[...])
            #expect((reader.next() != .tooMany) == fits)
        }
    }

    @Test func `faults read as they print`() {
        let faults: [PBXFault] = [
            .cut(afterBytes: 5000), .cutInFrame(afterFrames: 3), .stall(.milliseconds(1500)), .silence, .refuseLogins,
            .refuseChallenge, .lineFeedsOnly, .loseBlankLine(events: 2), .restart(away: .milliseconds(200)), .none,
        ]
        for fault in faults { #expect(PBXFault(fault.description) == fault) }
        for text in ["", "cut", "cut x", "cut -1", "silence 3", "explode"] { #expect(PBXFault(text) == nil) }
    }
}
