import Basics
import Testing

@testable import CallRecords

struct ContextCacheTests {
    private let start = ContinuousClock.now

    @Test func `a name is worked out once in its time, and again after it`() {
        var cache = ContextCache(lifetime: .seconds(60))
        var asked = 0
        func look(at seconds: Int) -> ContextClasses {
            cache.classes(of: bytes("from-trunk"), at: start + .seconds(seconds)) { _ in
                asked += 1
                return .external
            }
        }
        #expect(look(at: 0) == .external && look(at: 59) == .external && asked == 1)
        #expect(look(at: 60) == .external && asked == 2)
        #expect(look(at: 100) == .external && asked == 2)
    }

    @Test func `many names never take more room than there is, and are all answered right`() {
        var cache = ContextCache(lifetime: .seconds(60))
        for number in 0..<10_000 {
            let name = bytes("context-\(number)")
            let classes = ContextClasses(rawValue: UInt8(number % 256))
            for _ in 0..<2 {
                let answer = cache.classes(of: name, at: start) { _ in classes }
                if answer != classes { Issue.record("\(name.text) is \(answer)") }
            }
        }
        #expect(cache.count > ContextCache.size / 2 && cache.count <= ContextCache.size)
    }

    @Test func `a name as long as no context is never kept`() {
        var cache = ContextCache(lifetime: .seconds(60))
        let name = bytes(String(repeating: "x", count: ContextCache.longestName + 1))
        #expect(cache.classes(of: name, at: start) { _ in .queue } == .queue)
        #expect(cache.classes(of: name, at: start) { _ in .ivr } == .ivr)
        #expect(cache.count == 0)
    }

    @Test func `the empty name is kept like any other`() {
        var cache = ContextCache(lifetime: .seconds(60))
        #expect(cache.classes(of: [], at: start) { _ in .queue } == .queue)
        #expect(cache.classes(of: [], at: start) { _ in .ivr } == .queue)
    }

    @Test func `a classifier says the same with a cache, without one, and when its time is over`() {
        var cached = DirectionClassifier()
        var settings = DirectionSettings()
        settings.cacheLifetime = nil
        var plain = DirectionClassifier(settings)
        let input = DirectionInput("4165551234", "101", from: "from-trunk", to: "ext-queues")
        let expected = plain.decision(input, at: start)
        #expect(expected.metadata.contexts == [.external, .queue])
        for seconds in [0, 1, 3599, 3600, 10_000] {
            #expect(cached.decision(input, at: start + .seconds(seconds)) == expected)
        }
    }
}
