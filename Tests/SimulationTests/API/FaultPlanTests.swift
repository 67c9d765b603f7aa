import Basics
import Testing

@testable import Simulation

struct FaultPlanTests {
    private func faults(_ behaviour: Behaviour, count: Int, step: Duration = .zero) -> [Fault?] {
        var plan = FaultPlan(behaviour)
        return (0..<count).map { plan.next(after: step * $0) }
    }

    @Test func `a behaviour as made has no faults`() {
        #expect(faults(Behaviour(), count: 100).allSatisfy { $0 == nil })
    }

    @Test func `equal seeds give equal faults, others do not`() {
        var behaviour = Behaviour()
        behaviour.faults = [.reset, .html, .answerLost]
        behaviour.probability = 0.5
        let first = faults(behaviour, count: 200)
        #expect(first == faults(behaviour, count: 200))
        behaviour.seed = 2
        #expect(first != faults(behaviour, count: 200))
    }

    @Test func `the probability is the share of faults`() {
        var behaviour = Behaviour()
        behaviour.faults = [.reset]
        behaviour.probability = 0.1
        #expect((900...1100).contains(faults(behaviour, count: 10_000).count { $0 != nil }))
        behaviour.probability = 1
        #expect(faults(behaviour, count: 100).allSatisfy { $0 == .reset })
        behaviour.probability = 0
        #expect(faults(behaviour, count: 100).allSatisfy { $0 == nil })
    }

    @Test func `faults happen inside the window`() {
        var behaviour = Behaviour()
        behaviour.faults = [.reset]
        behaviour.window = .seconds(2)..<(.seconds(4))
        #expect(faults(behaviour, count: 6, step: .seconds(1)) == [nil, nil, .reset, .reset, nil, nil])
    }

    @Test func `SplitMix64 gives the numbers of its reference`() {
        // The first outputs of Vigna's splitmix64.c for the seed 1234567.
        var generator = SplitMix64(seed: 1_234_567)
        let numbers = (0..<3).map { _ in generator.next() }
        #expect(numbers == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }

    @Test func `every kind of fault can be read`() throws {
        let json = """
            {"faults":["reset","answer_lost","html","wrong_count","gzip_refused",{"hang":60},{"slow":0.5},\
            {"status":503,"body":"x"},{"answer":200,"body":"y","encoding":"gzip"}],"gzip_status":400,"counts_new":true,"probability":0.25,"window":[0,1.5],"seed":9,"refuses_gzip":true,\
            "poison_ids":["a"],"poison_prefix":"p","first":3,"sequence":[null]}
            """
        var expected = Behaviour.first(3, .reset)
        expected.faults = [
            .reset, .answerLost, .html, .wrongCount, .gzipRefused, .hang(.seconds(60)), .slow(.milliseconds(500)),
            .status(503, body: "x"), .answer(200, body: "y", encoding: "gzip"),
        ]
        expected.gzipStatus = 400
        expected.countsNew = true
        expected.sequence = [nil]
        expected.probability = 0.25
        expected.window = .zero..<(.milliseconds(1500))
        expected.seed = 9
        expected.refusesGzip = true
        expected.poisonIDs = ["a"]
        expected.poisonPrefix = "p"
        #expect(try Behaviour(JSONParser.parse(json)) == expected)
    }
}
