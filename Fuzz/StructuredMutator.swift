import Basics
import FuzzTargets

/// Changes an input by whole lines and words of its format, because some faults need several matching headers.
struct StructuredMutator {
    private var random: SplitMix64
    private let words: [String]
    private let isAMI: Bool

    init(_ target: FuzzTarget, seed: UInt32) {
        random = SplitMix64(seed: UInt64(seed))
        words = Vocabulary.words(for: target)
        isAMI = target == .ami
    }

    mutating func mutated(_ input: [UInt8]) -> [UInt8] {
        var bytes = input.isEmpty ? [0] : input
        for _ in 0...pick(3) {
            if isAMI, pick(4) > 0 { mutateLines(&bytes) } else { mutateWord(&bytes) }
        }
        return bytes
    }

    private mutating func pick(_ count: Int) -> Int { count <= 1 ? 0 : random.pick(0...count - 1) }

    private mutating func pick(_ words: [String]) -> String { words[pick(words.count)] }

    /// Inserts a word, overwrites bytes with it, or repeats a part of the input.
    private mutating func mutateWord(_ bytes: inout [UInt8]) {
        let place = pick(bytes.count + 1)
        switch pick(6) {
        case 0:
            let end = min(bytes.count, place + pick(64))
            bytes.insert(contentsOf: bytes[place..<end], at: pick(bytes.count + 1))
        case 1:
            let unit = Array(pick(words).utf8)
            for _ in 0..<pick(40) { bytes.insert(contentsOf: unit, at: place) }
        case 2:
            let word = Array(pick(words).utf8)
            bytes.replaceSubrange(place..<min(bytes.count, place + word.count), with: word)
        default: bytes.insert(contentsOf: Array(pick(words).utf8), at: place)
        }
    }

    private mutating func mutateLines(_ bytes: inout [UInt8]) {
        let old = bytes.dropFirst().split(separator: ASCII.newline, omittingEmptySubsequences: false)
        var lines = old.map { Array($0) }
        let place = pick(lines.count + 1)
        switch pick(8) {
        case 0: lines.insert(contentsOf: event(), at: place)
        case 1 where !lines.isEmpty: lines.remove(at: pick(lines.count))
        case 2 where !lines.isEmpty: lines.insert(lines[pick(lines.count)], at: place)
        case 3: lines.insert(pick(2) == 0 ? [] : [ASCII.carriageReturn], at: place)
        case 4, 5:
            guard let line = lines.indices.randomElement(using: &random),
                let colon = lines[line].firstIndex(of: ASCII.colon)
            else { return }
            let name = lines[line][..<colon].text
            lines[line] = header(name)
        default: lines.insert(header(pick(Vocabulary.headers)), at: place)
        }
        bytes = [bytes[0]] + lines.joined(separator: [ASCII.newline])
    }

    private mutating func header(_ name: String) -> [UInt8] {
        Array("\(name): \(pick(Vocabulary.values(of: name)))\r".utf8)
    }

    /// An event with most of its headers, mostly with values that Asterisk sends.
    private mutating func event() -> [[UInt8]] {
        let name = pick(["Cdr", "CEL", "Newchannel", "Hangup", "MixMonitorStart"])
        let lines = Vocabulary.headers.filter { _ in pick(3) > 0 }.map { header($0) }
        return [Array("Event: \(name)\r".utf8)] + lines + [[ASCII.carriageReturn]]
    }
}
