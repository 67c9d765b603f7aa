/// Masks callers' numbers in text from outside: of a possible number, only the last four digits remain.
///
/// A possible number is seven digits or more in a row, a `+` and as many digits with single separators, or the North
/// American 416-555-1234 in its spellings. Similar text that stays: UniqueIDs, times, record_ids, digests, UUIDs, the
/// numbers of channels and of OpenSSL's errors, bytes and milliseconds. Where neither is certain, it is masked.
package struct Masking {
    private let text: [Unicode.Scalar]
    private var masked: [Unicode.Scalar]
    private var position = 0

    /// The fewest digits that may be a caller's number.
    private static let shortestNumber = 7
    private static let shownDigits = 4
    /// The groups of `1 416 555 1234`.
    private static let mostNationalGroups = 4

    private init(_ text: String) {
        self.text = Array(text.unicodeScalars)
        masked = self.text
    }

    package static func masked(_ text: String) -> String {
        var masking = Masking(text)
        masking.run()
        return String(String.UnicodeScalarView(masking.masked))
    }

    private mutating func run() {
        while position < text.count {
            guard isDigit(position) else {
                position += 1
                continue
            }
            let digits = digits(from: position)
            let number = separatedNumber(from: digits) ?? digits
            if number == digits, let end = harmless(digits) {
                position = end
            } else {
                mask(number)
                position = number.upperBound
            }
        }
    }

    private mutating func mask(_ range: Range<Int>) {
        let places = range.filter { isDigit($0) }
        guard places.count >= Self.shortestNumber else { return }
        for place in places.dropLast(Self.shownDigits) { masked[place] = "*" }
    }

    private func isDigit(_ index: Int) -> Bool {
        text.indices.contains(index) && text[index].properties.numericType == .decimal
    }

    private func digits(from start: Int) -> Range<Int> {
        start..<(text[start...].indices.first { !isDigit($0) } ?? text.endIndex)
    }

    /// The number that begins with these digits and continues after separators; `nil` when there is none.
    private func separatedNumber(from first: Range<Int>) -> Range<Int>? {
        let isInternational = first.lowerBound > 0 && text[first.lowerBound - 1] == "+"
        var groups = [first]
        // After a `+` the number takes all groups that follow: if it were cut short, its last digits would be shown,
        // and they can be the first digits of a number that follows.
        while isInternational || groups.count < Self.mostNationalGroups,
            let last = groups.last?.upperBound, let next = groupStart(behind: last)
        {
            groups.append(digits(from: next))
        }
        if isInternational, groups.count > 1 {
            return first.lowerBound..<(groups.last ?? first).upperBound
        }
        let sizes = groups.map(\.count)
        let isLong = first.count == 1 && text[first.lowerBound] == "1"
        let rest = isLong ? sizes.dropFirst() : sizes[...]
        guard rest.starts(with: [3, 3, 4]) else { return nil }
        return first.lowerBound..<groups[isLong ? 3 : 2].upperBound
    }

    /// Where the next group of the same number begins: after one separator, or two of which one is a bracket.
    private func groupStart(behind end: Int) -> Int? {
        let isBracket = { (index: Int) in text.indices.contains(index) && (text[index] == "(" || text[index] == ")") }
        guard end < text.count, [" ", "-", ".", "(", ")"].contains(text[end]) else { return nil }
        if isDigit(end + 1) { return end + 1 }
        guard isBracket(end) || isBracket(end + 1), isDigit(end + 2), [" ", "-", "(", ")"].contains(text[end + 1])
        else {
            return nil
        }
        return end + 2
    }
}

/// Text that looks like a caller's number and is not one.
extension Masking {
    /// The end of the harmless text that these digits belong to; `nil` when they may be a caller's number.
    private func harmless(_ digits: Range<Int>) -> Int? {
        if digits.count < Self.shortestNumber { return digits.upperBound }
        return uniqueID(digits) ?? time(digits) ?? hexadecimal(around: digits) ?? amount(digits)
    }

    /// `10485760 bytes`, as libraries report a transfer; also the first number of `1048576 out of 10485760 bytes`.
    private func amount(_ digits: Range<Int>) -> Int? {
        guard character(digits.lowerBound - 1) != "+" else { return nil }
        let rest = text[digits.upperBound...]
        for unit in [" bytes", " milliseconds", " ms"] where rest.starts(with: unit.unicodeScalars) {
            let end = digits.upperBound + unit.unicodeScalars.count
            return character(end)?.properties.isAlphabetic == true ? nil : digits.upperBound
        }
        let joint = " out of "
        guard rest.starts(with: joint.unicodeScalars) else { return nil }
        let whole = self.digits(from: digits.upperBound + joint.unicodeScalars.count)
        guard !whole.isEmpty, text[whole.upperBound...].starts(with: " bytes".unicodeScalars) else { return nil }
        return amount(whole) == nil ? nil : digits.upperBound
    }

    /// `1795224725.12`: ten digits that are a time until 2033, and a counter.
    private func uniqueID(_ digits: Range<Int>) -> Int? {
        let dot = digits.upperBound
        guard digits.count == 10, text[digits.lowerBound] == "1", character(dot) == ".", isDigit(dot + 1),
            character(digits.lowerBound - 1) != "+"
        else { return nil }
        return self.digits(from: dot + 1).upperBound
    }

    /// A date followed by a time (`20261121-013205`, `20261121013205`), or the fraction of a second.
    private func time(_ digits: Range<Int>) -> Int? {
        let (start, end) = (digits.lowerBound, digits.upperBound)
        if digits.count <= 9, character(start - 1) == ".", isDigit(start - 2), isDigit(start - 3),
            character(start - 4) == ":"
        {
            return end
        }
        if digits.count == 14, isDate(start), isTimeOfDay(start + 8) { return end }
        guard digits.count == 8, isDate(start), ["-", "_", "T"].contains(character(end)), isDigit(end + 1) else {
            return nil
        }
        let time = self.digits(from: end + 1)
        return time.count == 6 && isTimeOfDay(time.lowerBound) ? time.upperBound : nil
    }

    private func isDate(_ start: Int) -> Bool {
        (1970..<2100).contains(number(start, 4)) && (1...12).contains(number(start + 4, 2))
            && (1...31).contains(number(start + 6, 2))
    }

    private func isTimeOfDay(_ start: Int) -> Bool {
        number(start, 2) < 24 && number(start + 2, 2) < 60 && number(start + 4, 2) <= 60
    }

    /// A word of hexadecimal digits that is a record_id, a digest, a UUID, or the number of a channel or an error.
    private func hexadecimal(around digits: Range<Int>) -> Int? {
        let word = word(around: digits) { $0.isASCII && $0.properties.isASCIIHexDigit }
        let hasLetter = word.count > digits.count
        switch word.count {
        case 32, 40, 64: if hasLetter, isWhole(word) { return word.upperBound }
        case 8:
            let isChannel = character(word.lowerBound - 1) == "-" && text[word].starts(with: ["0", "0", "0"])
            let isError = text[..<word.lowerBound].suffix(6).elementsEqual("error:".unicodeScalars)
            if isWhole(word), isChannel || isError { return word.upperBound }
        default: break
        }
        let uuid = self.word(around: digits) { $0.isASCII && ($0.properties.isASCIIHexDigit || $0 == "-") }
        let groups = text[uuid].split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12] && isWhole(uuid) ? uuid.upperBound : nil
    }

    /// One more than the longest harmless word: the search for a word's ends goes no further.
    private static let longestWord = 65

    /// The word around these digits; it ends at digits before it that are already masked.
    ///
    /// A word that has lost digits is no longer recognised: if the result is masked again, the rest would be masked
    /// too.
    private func word(around digits: Range<Int>, of isMember: (Unicode.Scalar) -> Bool) -> Range<Int> {
        let first = max(0, digits.lowerBound - Self.longestWord)
        let last = min(text.endIndex, digits.upperBound + Self.longestWord)
        let start = masked[first..<digits.lowerBound].lastIndex { !isMember($0) }.map { $0 + 1 } ?? first
        return start..<(text[digits.upperBound..<last].firstIndex { !isMember($0) } ?? last)
    }

    /// Whether no letter or digit precedes or follows it.
    private func isWhole(_ word: Range<Int>) -> Bool {
        [word.lowerBound - 1, word.upperBound].allSatisfy { character($0)?.properties.isAlphabetic != true }
            && !isDigit(word.upperBound) && !isDigit(word.lowerBound - 1)
    }

    private func character(_ index: Int) -> Unicode.Scalar? { text.indices.contains(index) ? text[index] : nil }

    private func number(_ start: Int, _ count: Int) -> Int {
        text[start..<start + count].reduce(0) { $0 * 10 + Int($1.properties.numericValue ?? 0) }
    }
}
