import HTTP
import Testing

@testable import CallControl

struct RedisBacklogTests {
    /// A backlog whose changes can be looked at as they are made.
    private final class Subject {
        var backlog: RedisBacklog

        init(_ numbers: ClosedRange<Int>, limit: Int = 100) {
            var limits = RedisBacklog.Limits()
            limits.events = limit
            backlog = RedisBacklog(limits: limits)
            for number in numbers { append(number, "call:\(number % 2)") }
        }

        func append(_ number: Int, _ key: String) {
            let event = PushedEvent(id: number, type: "call:updated", key: nil, json: Array("<\(number)>".utf8))
            backlog.append(event, .call, (EventObject(key: key), 1..<event.json.count - 1))
        }

        func take(_ limit: Int = 99) -> [Int] { backlog.take(limit).map(\.number) }
        func rewind(to number: Int) -> Bool { backlog.rewind(to: number) }

        func values() -> [String: String] {
            let taken = backlog.takeValues(100).map { ($0.key, String(decoding: $0.value.bytes, as: UTF8.self)) }
            return Dictionary(uniqueKeysWithValues: taken)
        }
    }

    @Test
    func `what was given out comes again in order, without what Redis has`() {
        let subject = Subject(1...6)
        #expect(subject.take(4) == [1, 2, 3, 4])
        subject.backlog.confirm(1)
        #expect(!subject.rewind(to: 2))
        #expect(subject.take(2) == [3, 4])
        #expect(subject.take(9) == [5, 6])
        for number in 3...6 { subject.backlog.confirm(number) }
        #expect(subject.backlog.count == 0 && subject.backlog.dropped == 0)
    }

    @Test
    func `an event that was refused is not taken for written, although a later one was`() {
        let subject = Subject(1...4)
        _ = subject.take(4)
        subject.backlog.refuse(2, isFinal: false)
        subject.backlog.refuse(4, isFinal: false)
        #expect(subject.rewind(to: 3))
        #expect(subject.backlog.dropped == 1)
        #expect(subject.take(9) == [4])
        // Number 4 is the newest of this key.
        #expect(subject.values() == [:])
    }

    @Test
    func `an event that is refused three times is dropped, and its value stays`() {
        let subject = Subject(1...2)
        for _ in 0..<3 {
            #expect(subject.take(9).count == 2)
            subject.backlog.refuse(1, isFinal: true)
            _ = subject.rewind(to: 0)
        }
        #expect(subject.backlog.dropped == 1 && subject.take(9) == [2])
        #expect(subject.values() == ["call:1": "1"])
    }

    @Test
    func `one gap stands for all that is dropped between two events, behind what is on its way`() throws {
        let subject = Subject(1...10, limit: 10)
        #expect(subject.take(2) == [1, 2])
        for number in 11...15 { subject.append(number, "call:2") }
        #expect(subject.backlog.dropped == 3)
        _ = subject.rewind(to: 1)
        let taken = subject.backlog.take(99)
        #expect(taken.map(\.number) == [2, 5] + Array(6...15))
        guard case .gap(let from) = taken[1].content else {
            Issue.record("no gap")
            return
        }
        #expect(from == 2)
    }

    @Test
    func `values wait for events that may be older, and never go back`() {
        let subject = Subject(1...4, limit: 2)
        // The newest values of both keys are in events that wait.
        #expect(subject.values() == [:])
        _ = subject.take(1)
        subject.append(5, "call:9")
        subject.append(6, "call:9")
        #expect(subject.backlog.dropped == 4)
        _ = subject.rewind(to: 0)
        #expect(subject.values() == [:])
        _ = subject.take(99)
        #expect(subject.values() == ["call:1": "3", "call:0": "4"])
        subject.backlog.put("call:9", RedisBacklog.Value(bytes: Array("old".utf8), life: .endless))
        #expect(subject.values() == [:])
    }

    @Test
    func `numbers that Redis has already are lost, with what waits under them`() {
        let subject = Subject(1...4)
        #expect(subject.rewind(to: 3))
        #expect(subject.backlog.dropped == 3 && subject.take(9) == [4])
        #expect(subject.values() == ["call:1": "3"])
        subject.backlog.removeAll()
        #expect(subject.backlog.count == 0 && subject.backlog.dropped == 4 && subject.backlog.lacksValues)
    }
}
