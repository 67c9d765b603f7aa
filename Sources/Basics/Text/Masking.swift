/// Text from outside as everybody may see it: of what may be a caller's number, only the last four digits are left.
///
/// What may be one: seven digits or more in a row, a `+` and as many with single separators, and the North American
/// 416-555-1234 in its spellings. What is none though it looks alike, and stays: UniqueIDs, times, record_ids, digests,
/// UUIDs, the numbers of channels and of OpenSSL's errors, bytes and milliseconds. Where neither is sure, it is masked.
package struct Masking {
    private let text: [Unicode.Scalar]
    private var masked: [Unicode.Scalar]
    private var position = 0

    /// So many digits may be a caller's number.
    private static let shortestNumber = 7
    private static let shownDigits = 4
    /// `1 416 555 1234`.
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

    /// The number that begins with these digits and goes on behind separators; `nil` when it does not.
    private func separatedNumber(from first: Range<Int>) -> Range<Int>? {
        let isInternational = first.lowerBound > 0 && text[first.lowerBound - 1] == "+"
        var groups = [first]
        // Behind a `+` it ends where its groups do: a number cut short would show its last digits, and they can be the
        // first ones of a number that follows.
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

    /// Where the next group of the same number begins: behind one separator, or two with a bracket.
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

/// What looks like a number and is none.
extension Masking {
    /// The end of what these digits belong to; `nil` when they may be a caller's number.
    private func harmless(_ digits: Range<Int>) -> Int? {
        if digits.count < Self.shortestNumber { return digits.upperBound }
        return uniqueID(digits) ?? time(digits) ?? hexadecimal(around: digits) ?? amount(digits)
    }

    /// `10485760 bytes`, as libraries tell of a transfer; also the first of `1048576 out of 10485760 bytes`.
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

    /// A date with a time behind it (`20261121-013205`, `20261121013205`), or the fraction of a second.
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

    /// A word of hexadecimal digits that is a record_id, a digest, a UUID, the number of a channel or of an error.
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

    /// More letters than any word has that stays: what goes on beyond them is none, so nobody looks further.
    private static let longestWord = 65

    /// Digits before it that are masked already end it: a word that has lost some is no longer what it was, and who
    /// reads the result would mask the rest.
    private func word(around digits: Range<Int>, of isMember: (Unicode.Scalar) -> Bool) -> Range<Int> {
        let first = max(0, digits.lowerBound - Self.longestWord)
        let last = min(text.endIndex, digits.upperBound + Self.longestWord)
        let start = masked[first..<digits.lowerBound].lastIndex { !isMember($0) }.map { $0 + 1 } ?? first
        return start..<(text[digits.upperBound..<last].firstIndex { !isMember($0) } ?? last)
    }

    /// Whether no letter or digit goes on before or behind it.
    private func isWhole(_ word: Range<Int>) -> Bool {
        [word.lowerBound - 1, word.upperBound].allSatisfy { character($0)?.properties.isAlphabetic != true }
            && !isDigit(word.upperBound) && !isDigit(word.lowerBound - 1)
    }

    private func character(_ index: Int) -> Unicode.Scalar? { text.indices.contains(index) ? text[index] : nil }

    private func number(_ start: Int, _ count: Int) -> Int {
        text[start..<start + count].reduce(0) { $0 * 10 + Int($1.properties.numericValue ?? 0) }
    }
}
