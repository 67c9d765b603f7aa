import AGI
import Basics
import TestSupport
import Testing

struct AGISessionTests {
    private static let answer: AGIAnswer = (try? AGIAnswer([("A", "1"), ("B", "x y")])) ?? AGIAnswer()

    /// Does what a session says, against a simulated Asterisk; says what was sent and how it ended.
    private struct Run {
        var session: AGISession
        var peer: AGIPeer
        var questions: [String] = []
        var answers = true
        var sent: [String] = []
        var asked: [String: String]?
        var outcome: AGIOutcome?

        /// What was received from Asterisk goes in, and Asterisk's replies again, until nothing is left to do.
        mutating func receive(_ bytes: [UInt8]) {
            session.receive(bytes[...])
            while let step = session.next() {
                switch step {
                case .request: session.ask(questions)
                case .send(let bytes):
                    sent.append(bytes.text)
                    session.receive(peer.receive(bytes)[...])
                case .decide(_, let variables):
                    asked = variables
                    if answers { session.answer(AGISessionTests.answer) }
                case .finish(let bytes):
                    sent.append(bytes.text + "end")
                    session.receive((peer.receive(bytes) + peer.finish())[...])
                case .end(let outcome): self.outcome = outcome
                }
            }
        }

        mutating func close() {
            session.close()
            receive([])
        }
    }

    private func run(
        isOneWrite: Bool = true,
        questions: [String] = [],
        variables: [String: String] = [:],
        answers: Bool = true
    ) -> Run {
        Run(
            session: AGISession(isOneWrite: isOneWrite),
            peer: AGIPeer(script: "s", variables: variables),
            questions: questions,
            answers: answers
        )
    }

    private static let lines = ["SET VARIABLE \"A\" \"1\"\n", "SET VARIABLE \"B\" \"x y\"\n"]

    @Test func `all variables go in one write, which ends the sending direction`() {
        var run = run()
        run.receive(run.peer.head)
        #expect(run.sent == [Self.lines.joined() + "end"])
        #expect(run.outcome == nil)
        run.close()
        #expect(run.outcome == .answered)
        #expect(run.peer.variables == ["A": "1", "B": "x y"])
    }

    @Test func `without one write each command waits for the last reply`() {
        var run = run(isOneWrite: false)
        run.receive(run.peer.head)
        run.close()
        #expect(run.sent == Self.lines + ["end"])
        #expect(run.outcome == .answered)
        #expect(run.peer.variables == ["A": "1", "B": "x y"])
    }

    @Test(arguments: [true, false])
    func `variables are asked for one by one before the decision`(isOneWrite: Bool) {
        var run = run(
            isOneWrite: isOneWrite,
            questions: ["TRUNK", "NONE", "bad\nname", "LAST"],
            variables: ["TRUNK": "a) b", "LAST": "x\ny"]
        )
        run.receive(run.peer.head)
        run.close()
        let questions = ["TRUNK", "NONE", "LAST"].map { "GET VARIABLE \"\($0)\"\n" }
        #expect(Array(run.sent.prefix(3)) == questions)
        #expect(run.asked == ["TRUNK": "a) b", "LAST": "x\ny"])
        #expect(run.outcome == .answered)
    }

    @Test func `a head in single bytes gives the same session`() {
        var run = run(questions: ["A"])
        for byte in run.peer.head { run.receive([byte]) }
        run.close()
        #expect(run.outcome == .answered)
    }

    @Test func `the end of the call ends a session quietly at each point`() {
        let endings = ["HANGUP\n", "511 Command Not Permitted on a dead channel or intercept routine\n"]
        for ending in endings + ["200 result=-1\n"] {
            var asking = AGISession()
            asking.receive(AGIPeer(script: "s").head[...])
            _ = asking.next()
            asking.ask(["A"])
            #expect(asking.next() == .send(Array("GET VARIABLE \"A\"\n".utf8)[...]))
            asking.receive(Array(ending.utf8)[...])
            #expect(asking.next() == .end(.hungUp))
            #expect(asking.next() == nil)
            var setting = run(isOneWrite: false, answers: false)
            setting.receive(setting.peer.head)
            setting.session.answer(Self.answer)
            #expect(setting.session.next() == .send(Array(Self.lines[0].utf8)[...]))
            setting.receive(Array(ending.utf8))
            #expect(setting.outcome == .hungUp)
        }
        for ending in endings {
            var deciding = run(answers: false)
            deciding.receive(deciding.peer.head)
            #expect(deciding.session.isDeciding)
            deciding.receive(Array(ending.utf8))
            #expect(deciding.outcome == .hungUp)
            deciding.session.answer(Self.answer)
            #expect(deciding.session.next() == nil)
        }
    }

    @Test func `a script that asks for nothing decides also when the call ended with the head`() {
        var run = run()
        run.receive(run.peer.head + Array("HANGUP\n".utf8))
        #expect(run.asked == [:])
        run.close()
        #expect(run.outcome == .answered)
    }

    @Test func `a closed connection ends a session at each point`() {
        for count in 0..<AGIPeer(script: "s").head.count {
            var run = run()
            run.receive(Array(run.peer.head.prefix(count)))
            run.close()
            #expect(run.outcome == .hungUp)
        }
        var deciding = run(answers: false)
        deciding.receive(deciding.peer.head)
        deciding.close()
        #expect(deciding.outcome == .hungUp)
    }

    @Test func `an answer that Asterisk does not confirm is incomplete`() {
        for reply in ["", "200 result=1\n", "200 result=1\n510 Invalid or unknown command\nHANGUP\n"] {
            var session = AGISession()
            session.receive(AGIPeer(script: "s").head[...])
            _ = session.next()
            session.ask([])
            _ = session.next()
            session.answer(Self.answer)
            #expect(session.next() == .finish(Self.answer.bytes[...]))
            session.receive(Array(reply.utf8)[...])
            #expect(session.next() == nil)
            session.close()
            #expect(session.next() == .end(.incomplete))
        }
    }

    @Test func `a fallback is told apart from an answer, and a second answer is ignored`() {
        var run = run(answers: false)
        run.receive(run.peer.head)
        run.session.answer(AGIAnswer(), isFallback: true)
        run.session.answer(Self.answer)
        run.receive([])
        run.close()
        #expect(run.sent == ["end"])
        #expect(run.outcome == .fallback)
    }

    @Test func `a peer that is no Asterisk, or talks without end, is invalid`() {
        var web = run()
        web.receive(Array("GET / HTTP/1.1\r\n\r\n".utf8))
        #expect(web.outcome == .invalid)
        var talking = run(answers: false)
        talking.receive(talking.peer.head + Array(String(repeating: "x\n", count: 128).utf8))
        #expect(talking.outcome == nil)
        talking.receive(Array("x\n".utf8))
        #expect(talking.outcome == .invalid)
    }

    @Test func `hostile input never traps and always ends`() {
        for kind in HostileInput.kinds {
            for isOneWrite in [true, false] {
                var run = run(isOneWrite: isOneWrite, questions: ["A"])
                run.receive(run.peer.head)
                run.receive(Array(kind.bytes(3000)))
                run.close()
                #expect(run.outcome != nil, "\(kind)")
            }
        }
    }

    @Test func `a simulated Asterisk leaves the second command of a write until the end, as the real one`() {
        var peer = AGIPeer(script: "s")
        #expect(peer.receive(Array((Self.lines.joined()).utf8)[...])[...].text == "200 result=1\n")
        #expect(peer.variables == ["A": "1"])
        #expect(peer.finish()[...].text == "200 result=1\nHANGUP\n")
        #expect(peer.variables["B"] == "x y")
        #expect(peer.receive(Array("EXEC x\n".utf8)[...])[...].text == "510 Invalid or unknown command\n")
    }
}
