import AMI
import Basics
import Testing

struct ConnectionStateTests {
    private let start = ContinuousClock.now

    private func newState() -> ConnectionState {
        ConnectionState(credentials: .init(username: "manager", password: Secret("s3cret")), now: start)
    }

    private func message(_ text: String) -> AMIMessage { AMIMessage(Array(text.utf8)[...]) }

    /// Effects as short texts.
    private func texts(_ effects: [ConnectionState.Effect]) -> [String] {
        effects.map { effect in
            switch effect {
            case .write(let bytes): "write " + String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "|")
            case .online(let greeting): "online \(greeting)"
            case .pong(let time): "pong \(time.formatted)"
            case .reply(let id, .success(let reply)): "reply \(id) ok \(reply.items.count)"
            case .reply(let id, .failure(let error)): "reply \(id) \(error)"
            case .close(let error): "close \(error)"
            }
        }
    }

    private func onlineState() -> ConnectionState {
        var state = newState()
        _ = state.received(message("Asterisk Call Manager/11.0.0\r\n"), at: start)
        _ = state.received(message("Response: Success\r\nChallenge: 123456789\r\n"), at: start)
        _ = state.received(message("Response: Success\r\nMessage: Authentication accepted\r\n"), at: start)
        return state
    }

    @Test func `the login answers the challenge with MD5 and never waits for FullyBooted`() {
        var state = newState()
        #expect(
            texts(state.received(message("Asterisk Call Manager/11.0.0\r\n"), at: start))
                == ["write Action: Challenge|ActionID: login|AuthType: MD5||"]
        )
        #expect(
            texts(state.received(message("Response: Success\r\nChallenge: 123456789\r\n"), at: start)) == [
                "write Action: Login|ActionID: login|AuthType: MD5|Username: manager"
                    + "|Key: d32b5714dd0e3ae70d4a845d5e524f3f|Events: cdr,call||"
            ]
        )
        #expect(!state.isOnline)
        #expect(
            texts(state.received(message("Response: Success\r\nMessage: Authentication accepted\r\n"), at: start))
                == ["online Asterisk Call Manager/11.0.0"]
        )
        #expect(state.isOnline)
    }

    @Test func `a refused challenge leads to a plain login`() {
        var state = newState()
        _ = state.received(message("Asterisk Call Manager/5.0.5\r\n"), at: start)
        let effects = state.received(message("Response: Error\r\nMessage: Must specify AuthType\r\n"), at: start)
        #expect(
            texts(effects)
                == ["write Action: Login|ActionID: login|Username: manager|Secret: s3cret|Events: cdr,call||"]
        )
    }

    @Test func `a refused login is a refusal and says the possible reasons`() throws {
        var state = newState()
        _ = state.received(message("Asterisk Call Manager/11.0.0\r\n"), at: start)
        _ = state.received(message("Response: Success\r\nChallenge: 1\r\n"), at: start)
        let effects = state.received(message("Response: Error\r\nMessage: Authentication failed\r\n"), at: start)
        guard case .close(let error) = try #require(effects.last) else { throw error(effects) }
        #expect(error.isRefusal)
        for word in ["manager", "Authentication failed", "secret", "permit/deny", "allowmultiplelogin"] {
            #expect(error.description.contains(word))
        }
        #expect(!error.description.contains("s3cret"))
    }

    private struct Unexpected: Error {}
    private func error(_ effects: [ConnectionState.Effect]) -> any Error { Unexpected() }

    @Test func `another service on the port is named`() {
        var state = newState()
        let effects = texts(state.received(message("SSH-2.0-OpenSSH_9.2\r\n"), at: start))
        #expect(effects.count == 1 && effects[0].contains("SSH-2.0-OpenSSH_9.2") && effects[0].contains("AMI_PORT"))
    }

    @Test func `silence before and during the login ends the connection`() {
        var state = newState()
        #expect(state.tick(at: start + .seconds(9)).isEmpty)
        #expect(texts(state.tick(at: start + .seconds(10)))[0].hasPrefix("close no greeting"))
    }

    @Test(arguments: 0...2)
    func `bytes and messages that are no answer do not put off the end of a login`(step: Int) {
        var state = newState()
        let began = start + .seconds(60)
        state.connected(at: began)
        #expect(state.tick(at: began + .seconds(9)).isEmpty, "connecting takes no time off the greeting")
        let texts = ["Asterisk Call Manager/11.0.0\r\n", "Response: Success\r\nChallenge: 1\r\n"].prefix(step)
        for text in texts { _ = state.received(message(text), at: began + .seconds(9)) }
        let last = step == 0 ? began : began + .seconds(9)
        for second in 1...9 {
            state.received(at: last + .seconds(second))
            if step > 0 {
                let events = state.received(message("Event: FullyBooted\r\n"), at: last + .seconds(second))
                #expect(events.isEmpty)
            }
            #expect(state.tick(at: last + .seconds(second)).isEmpty)
        }
        #expect(self.texts(state.tick(at: last + .seconds(10))).last?.hasPrefix("close no ") == true)
    }

    @Test func `after a standstill a ping shows whether the peer is there, also when one was on its way`() {
        var state = onlineState()
        _ = state.tick(at: start + .seconds(10))
        #expect(texts(state.stoodStill(at: start + .seconds(130))) == ["write Action: Ping|ActionID: ping||"])
        #expect(state.tick(at: start + .seconds(134)).isEmpty)
        #expect(texts(state.tick(at: start + .seconds(135)))[0].hasPrefix("close no answer to a ping"))
        #expect(newState().isOnline == false)
        var fresh = newState()
        #expect(fresh.stoodStill(at: start).isEmpty, "nobody is logged in")
    }

    @Test func `ten quiet seconds bring a ping, five more the end`() {
        var state = onlineState()
        #expect(state.deadline == start + .seconds(10))
        #expect(state.tick(at: start + .seconds(9)).isEmpty)
        #expect(texts(state.tick(at: start + .seconds(10))) == ["write Action: Ping|ActionID: ping||"])
        #expect(state.deadline == start + .seconds(15))
        #expect(state.tick(at: start + .seconds(14)).isEmpty)
        #expect(texts(state.tick(at: start + .seconds(15)))[0].hasPrefix("close no answer to a ping"))
    }

    @Test func `a pong, or anything else, proves the connection alive`() {
        var state = onlineState()
        _ = state.tick(at: start + .seconds(10))
        state.received(at: start + .seconds(11))
        #expect(
            texts(
                state.received(
                    message("Response: Success\r\nActionID: ping\r\nPing: Pong\r\n"),
                    at: start + .seconds(11)
                )
            )
                == ["pong 1s"]
        )
        #expect(state.deadline == start + .seconds(21))

        _ = state.tick(at: start + .seconds(21))
        state.received(at: start + .seconds(22))
        #expect(state.tick(at: start + .seconds(31)).isEmpty)
        #expect(texts(state.tick(at: start + .seconds(32))) == ["write Action: Ping|ActionID: ping||"])
    }

    @Test func `an answer finds its action by the identifier`() throws {
        var state = onlineState()
        let (first, _) = state.send(try AMIAction("CoreStatus"), until: start + .seconds(30))
        let (second, effects) = state.send(try AMIAction("CoreSettings"), until: start + .seconds(30))
        #expect(first != second)
        #expect(texts(effects) == ["write Action: CoreSettings|ActionID: \(second)||"])
        #expect(
            texts(state.received(message("Response: Success\r\nActionID: \(second)\r\n"), at: start))
                == ["reply \(second) ok 0"]
        )
        let refusal = "Response: Error\r\nActionID: \(first)\r\nMessage: Permission denied\r\n"
        #expect(texts(state.received(message(refusal), at: start))[0].contains("Permission denied"))
        #expect(state.received(message("Response: Error\r\nMessage: Missing action in request\r\n"), at: start).isEmpty)
    }

    @Test func `a list is collected up to its end`() throws {
        var state = onlineState()
        let (id, _) = state.send(try AMIAction("CoreShowChannels", isList: true), until: start + .seconds(30))
        #expect(state.awaitsItems)
        for text in [
            "Response: Success\r\nActionID: \(id)\r\nEventList: start\r\n",
            "Event: CoreShowChannel\r\nActionID: \(id)\r\n",
            "Event: CoreShowChannel\r\nActionID: \(id)\r\n",
        ] { #expect(state.received(message(text), at: start).isEmpty) }
        let end = "Event: CoreShowChannelsComplete\r\nActionID: \(id)\r\nEventList: Complete\r\nListItems: 2\r\n"
        let effects = state.received(message(end), at: start)
        #expect(texts(effects) == ["reply \(id) ok 2"])
        guard case .reply(_, .success(let reply))? = effects.first else { return }
        #expect(reply.end?["ListItems"]?.text == "2", "whoever needs all items compares their number")
        #expect(!state.awaitsItems)
    }

    @Test(arguments: [(0, ConnectionState.longestList.items), (1 << 20, 31)])
    func `a list without end fails, and the rest of it is dropped`(padding: Int, most: Int) throws {
        var state = onlineState()
        let (id, _) = state.send(try AMIAction("CoreShowChannels", isList: true), until: start + .seconds(30))
        _ = state.received(message("Response: Success\r\nActionID: \(id)\r\nEventList: start\r\n"), at: start)
        let text = "Event: CoreShowChannel\r\nActionID: \(id)\r\nX: \(String(repeating: "x", count: padding))\r\n"
        let item = message(text)
        #expect((0..<most).allSatisfy { _ in state.received(item, at: start).isEmpty })
        let failure = "the answer to the action CoreShowChannels has more items than are kept"
        #expect(texts(state.received(item, at: start))[0].hasPrefix("reply \(id) \(failure)"))
        #expect(!state.awaitsItems)
        #expect(state.received(item, at: start).isEmpty)
        let end = "Event: CoreShowChannelsComplete\r\nActionID: \(id)\r\nEventList: Complete\r\n"
        #expect(state.received(message(end), at: start).isEmpty)
    }

    @Test func `an action without an answer fails at its deadline, whatever else the peer sends`() throws {
        var state = onlineState()
        let (slow, _) = state.send(try AMIAction("CoreShowChannels", isList: true), until: start + .seconds(9))
        let (quick, _) = state.send(try AMIAction("CoreStatus"), until: start + .seconds(3))
        let (answered, _) = state.send(try AMIAction("CoreSettings"), until: start + .seconds(2))
        _ = state.received(message("Response: Success\r\nActionID: \(answered)\r\n"), at: start)
        _ = state.received(message("Response: Success\r\nActionID: \(slow)\r\nEventList: start\r\n"), at: start)
        #expect(state.deadline == start + .seconds(2), "not later than any that waits")
        #expect(state.tick(at: start + .seconds(2)).isEmpty)
        #expect(state.deadline == start + .seconds(3))
        let failure = "Asterisk did not answer the action"
        #expect(texts(state.tick(at: start + .seconds(3)))[0].hasPrefix("reply \(quick) \(failure) CoreStatus in time"))
        let item = message("Event: CoreShowChannel\r\nActionID: \(slow)\r\n")
        for second in 4..<9 {
            state.received(at: start + .seconds(second))
            #expect(state.received(item, at: start + .seconds(second)).isEmpty)
            #expect(state.tick(at: start + .seconds(second)).isEmpty)
        }
        let effects = texts(state.tick(at: start + .seconds(9)))
        #expect(effects.count == 1 && effects[0].hasPrefix("reply \(slow) \(failure) CoreShowChannels in time"))
        #expect(!state.awaitsItems, "what was collected is dropped")
        #expect(state.received(message("Response: Success\r\nActionID: \(quick)\r\n"), at: start).isEmpty)
        #expect(texts(state.tick(at: start + .seconds(18))) == ["write Action: Ping|ActionID: ping||"])
    }

    @Test func `what was awaited fails when the connection ends`() throws {
        var state = onlineState()
        let (id, _) = state.send(try AMIAction("CoreStatus"), until: start + .seconds(30))
        #expect(texts(state.ended())[0].hasPrefix("reply \(id) the session with Asterisk ended before the answer"))
        let (late, effects) = state.send(try AMIAction("CoreStatus"), until: start + .seconds(30))
        #expect(texts(effects)[0].hasPrefix("reply \(late) not logged in"))
    }

    @Test func `an end before the greeting has an error of its own`() {
        #expect(newState().reason(for: .closed) == .closedUngreeted)
        #expect(onlineState().reason(for: .closed) == .network(.closed))
    }
}
