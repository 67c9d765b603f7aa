import Basics
import CallRecords
import TestSupport
import Testing

/// Calls and what another implementation of the same rules made of them.
struct DirectionGoldenTests {
    private func input(_ row: JSONValue) throws -> DirectionInput {
        let fields = try #require(row["input"])
        func text(_ name: String) throws -> Bytes { bytes(try #require(fields[name]?.string)) }
        return DirectionInput(
            channel: try text("channel"),
            context: try text("context"),
            destinationContext: try text("dcontext"),
            source: try text("src"),
            destination: try text("dst"),
            lastApplication: try text("lastapp"),
            lastData: try text("lastdata")
        )
    }

    /// What a row tells, and what was found, by the names of the row.
    private func found(_ decision: DirectionDecision) throws -> [JSONValue.Member] {
        var json = JSONWriter()
        decision.metadata.encode(into: &json)
        let direction = JSONValue.Member(name: "direction", value: .string(decision.direction.rawValue))
        return [direction] + (try #require(try JSONParser.parse(json.text).members))
    }

    @Test func `each of 1,500 rows agrees in direction, number types, transfer and flags`() throws {
        var classifier = DirectionClassifier.byNumberedRules
        let lines = try Fixture.bytes("direction-golden.jsonl").split(separator: ASCII.newline)
        #expect(lines.count == 1500)
        for (index, line) in lines.enumerated() {
            let row = try JSONParser.parse(line)
            let decision = classifier.decision(try input(row), at: .now)
            let result = JSONValue.object(try found(decision))
            for member in try #require(row.members) where member.name != "input" {
                #expect(
                    result[member.name] == member.value,
                    "line \(index + 1), \(member.name), by \(decision.metadata.rule): \(line.text)"
                )
            }
        }
    }

    @Test func `with the origin first, a context on one side decides, and all others go by the same rules`() throws {
        var (byOrigin, byRules) = (DirectionClassifier(), DirectionClassifier.byNumberedRules)
        var decided = 0
        for line in try Fixture.bytes("direction-golden.jsonl").split(separator: ASCII.newline) {
            let input = try input(try JSONParser.parse(line))
            let decision = byOrigin.decision(input, at: .now)
            switch decision.metadata.rule {
            case .originExternal: #expect(decision.direction != .internal, "\(line.text)")
            case .originInternal: #expect(decision.direction != .inbound, "\(line.text)")
            default:
                #expect(decision == byRules.decision(input, at: .now), "\(line.text)")
                continue
            }
            decided += 1
        }
        #expect(decided > 500)
    }

    @Test func `the explanation of each row ends in the same decision`() throws {
        var classifier = DirectionClassifier.byNumberedRules
        for line in try Fixture.bytes("direction-golden.jsonl").split(separator: ASCII.newline) {
            let input = try input(try JSONParser.parse(line))
            let explanation = classifier.explanation(input)
            #expect(explanation.decision == classifier.decision(input, at: .now), "\(line.text)")
            let rules = explanation.steps.map(\.rule)
            #expect(rules == Array(DirectionRule.numbered.prefix(rules.count)))
            #expect(rules.last == explanation.decision.metadata.rule)
            #expect(explanation.steps.dropLast().allSatisfy { $0.direction == nil })
        }
    }
}
