import Basics
import CallRecords
import Testing

/// What holds for every call, tried on random ones.
struct DirectionPropertyTests {
    private static let words = [
        "from-internal", "from-trunk", "ext-queues", "ivr-", "outrt-", "vm-", "app-", "parkedcalls", "Local/",
        "PJSIP/101",
        "masq", "xfer", "AttendedTransfer", "BlindXfer", "Dial", "anonymous", "unknown", "s", "h", "*", "#", "+", "00",
        "011", "1", "101", "4165551234", "5551234", "-", " ", "",
    ]
    private static let numbers = [
        "", "7", "20", "101", "2001234", "20012345", "*97", "#72", "4165551234", "14165551234", "24165551234",
        "+14165551234", "+442079460000", "00442079460000", "011442079460000", "911", "s", "h", "anonymous",
    ]
    private static let contexts = [
        "", "from-internal", "from-trunk", "ext-queues", "ivr-3", "outrt-1", "vm-204", "macro-exten-vm",
        "dialOne-with-exten",
        "custom",
    ]

    private static let rounds = 5000

    private func classifier(_ priority: DirectionPriority) -> DirectionClassifier {
        var settings = DirectionSettings()
        settings.priority = priority
        return DirectionClassifier(settings)
    }

    private func noise(_ random: inout SplitMix64) -> Bytes {
        (0..<random.pick(0...100)).map { _ in UInt8(truncatingIfNeeded: random.next()) }[...]
    }

    private func words(_ random: inout SplitMix64) -> Bytes {
        let text = (0..<random.pick(0...3)).map { _ in Self.words[random.pick(0...Self.words.count - 1)] }.joined()
        return bytes(text)
    }

    private func call(_ part: () -> Bytes) -> DirectionInput {
        DirectionInput(
            channel: part(),
            context: part(),
            destinationContext: part(),
            source: part(),
            destination: part(),
            lastApplication: part(),
            lastData: part()
        )
    }

    /// A call of numbers and contexts as there are.
    private func plausible(_ random: inout SplitMix64) -> DirectionInput {
        var input = DirectionInput(
            Self.numbers[random.pick(0...Self.numbers.count - 1)],
            Self.numbers[random.pick(0...Self.numbers.count - 1)],
            from: Self.contexts[random.pick(0...Self.contexts.count - 1)],
            to: Self.contexts[random.pick(0...Self.contexts.count - 1)]
        )
        if random.happens(onceIn: 4) { input.lastData = words(&random) }
        if random.happens(onceIn: 4) { input.lastApplication = words(&random) }
        if random.happens(onceIn: 4) { input.channel = words(&random) }
        return input
    }

    @Test(arguments: DirectionPriority.allCases)
    func `no bytes crash it, and cache, explanation and decision agree`(priority: DirectionPriority) {
        var random = SplitMix64(seed: 1)
        var classifier = classifier(priority)
        let now = ContinuousClock.now
        for round in 0..<Self.rounds {
            let input = call { round % 2 == 0 ? noise(&random) : words(&random) }
            let decision = classifier.decision(input, at: now)
            let again = classifier.decision(input, at: now)
            let explained = classifier.explanation(input).decision
            if again != decision || explained != decision {
                Issue.record("\(input): \(decision), \(again), \(explained)")
            }
        }
    }

    @Test(arguments: DirectionPriority.allCases)
    func `the case of letters does not count`(priority: DirectionPriority) {
        var random = SplitMix64(seed: 2)
        var classifier = classifier(priority)
        let now = ContinuousClock.now
        func swapped(_ text: Bytes) -> Bytes {
            text.map { byte in
                let isLetter = ASCII.lowercased(byte) &- UInt8(ascii: "a") < 26
                return isLetter && random.happens(onceIn: 2) ? byte ^ 0x20 : byte
            }[...]
        }
        for _ in 0..<Self.rounds {
            let input = random.happens(onceIn: 2) ? plausible(&random) : call { words(&random) }
            let other = DirectionInput(
                channel: swapped(input.channel),
                context: swapped(input.context),
                destinationContext: swapped(input.destinationContext),
                source: swapped(input.source),
                destination: swapped(input.destination),
                lastApplication: swapped(input.lastApplication),
                lastData: swapped(input.lastData)
            )
            let (one, two) = (classifier.decision(input, at: now), classifier.decision(other, at: now))
            if one != two { Issue.record("\(input) is \(one), but \(other) is \(two)") }
        }
    }

    @Test(arguments: DirectionPriority.allCases)
    func `the way a number is written does not count`(priority: DirectionPriority) {
        var random = SplitMix64(seed: 3)
        var classifier = classifier(priority)
        let now = ContinuousClock.now
        let marks = Array(" ()-./".utf8)
        func formatted(_ number: Bytes) -> Bytes {
            guard let first = number.first, ASCII.lowercased(first) &- UInt8(ascii: "a") >= 26 else { return number }
            return number.flatMap { byte in
                random.happens(onceIn: 3) ? [marks[random.pick(0...marks.count - 1)], byte] : [byte]
            }[...] + (random.happens(onceIn: 3) ? bytes(") ") : [])
        }
        for _ in 0..<Self.rounds {
            let input = plausible(&random)
            var other = input
            other.source = formatted(input.source)
            other.destination = formatted(input.destination)
            let (one, two) = (classifier.decision(input, at: now), classifier.decision(other, at: now))
            if one != two { Issue.record("\(input) is \(one), but \(other) is \(two)") }
        }
    }

    @Test func `a pattern never takes long, however many stars it has`() {
        var settings = DirectionSettings()
        settings.contexts.internal = [String(repeating: "a*", count: 40) + "b"]
        var classifier = DirectionClassifier(settings)
        let input = DirectionInput("1", "2", from: String(repeating: "a", count: 20_000))
        #expect(classifier.decision(input, at: .now).metadata.isOriginatedInternally == false)
    }
}
