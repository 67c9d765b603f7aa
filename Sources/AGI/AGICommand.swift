package import Basics

/// Why a command cannot be sent.
package enum AGIError: Error, Equatable, CustomStringConvertible {
    /// CR, LF or NUL, which would end the line.
    case lineBreak
    /// A name or value of more than 80 bytes.
    case tooLong
    case emptyName
    /// An answer sets more than 64 variables.
    case tooManyVariables

    package var description: String {
        switch self {
        case .lineBreak: "the name or value of a channel variable contains CR, LF or NUL"
        case .tooLong: "the name or value of a channel variable is longer than \(AGICommand.maximumWord) bytes"
        case .emptyName: "the name of a channel variable is empty"
        case .tooManyVariables: "an answer sets more than \(AGIAnswer.maximumVariables) channel variables"
        }
    }
}

/// A command to Asterisk: one line of words, which ends with LF alone.
///
/// Text from outside goes into a quoted word, never into a line of its own.
package enum AGICommand: Sendable, Equatable {
    case getVariable(String)
    case setVariable(String, String)

    /// The most bytes of a name or a value.
    package static let maximumWord = 80

    /// Appends the line, unless it throws.
    package func append(to line: inout [UInt8]) throws(AGIError) {
        switch self {
        case .getVariable(let name):
            try Self.check(name: name)
            line.append(contentsOf: "GET VARIABLE ".utf8)
            Self.append(quoted: name, to: &line)
        case .setVariable(let name, let value):
            try Self.check(name: name)
            try Self.check(value)
            line.append(contentsOf: "SET VARIABLE ".utf8)
            Self.append(quoted: name, to: &line)
            line.append(ASCII.space)
            Self.append(quoted: value, to: &line)
        }
        line.append(ASCII.newline)
    }

    /// The line with its LF.
    package func encoded() throws(AGIError) -> [UInt8] {
        var line: [UInt8] = []
        try append(to: &line)
        return line
    }

    private static func check(name: String) throws(AGIError) {
        guard !name.isEmpty else { throw .emptyName }
        try check(name)
    }

    private static func check(_ word: String) throws(AGIError) {
        guard word.utf8.count <= maximumWord else { throw .tooLong }
        guard word.utf8.allSatisfy({ $0 != ASCII.newline && $0 != ASCII.carriageReturn && $0 != 0 }) else {
            throw .lineBreak
        }
    }

    private static func append(quoted word: String, to line: inout [UInt8]) {
        line.append(ASCII.quote)
        for byte in word.utf8 {
            if byte == ASCII.quote || byte == ASCII.backslash { line.append(ASCII.backslash) }
            line.append(byte)
        }
        line.append(ASCII.quote)
    }
}

extension AGICommand {
    /// Reads a line as Asterisk does; `nil` for any other command.
    ///
    /// - Parameter line: without its LF.
    package init?(_ line: Bytes) {
        let words = Self.words(of: line).map { $0[...].text }
        switch (words.prefix(2).map { $0.lowercased() }, words.count) {
        case (["get", "variable"], 3): self = .getVariable(words[2])
        case (["set", "variable"], 4): self = .setVariable(words[2], words[3])
        default: return nil
        }
    }

    /// The words of a line by the rules of Asterisk (res_agi.c, parse_args): blank and tab separate, `"` starts and
    /// ends a quotation, `\` takes the next byte as it is.
    package static func words(of line: Bytes) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var (isQuoted, isEscaped, isBetween) = (false, false, true)
        func put(_ byte: UInt8) {
            if isBetween { words.append([]) }
            isBetween = false
            isEscaped = false
            words[words.count - 1].append(byte)
        }
        for byte in line {
            switch byte {
            case ASCII.quote where !isEscaped:
                isQuoted.toggle()
                if isQuoted, isBetween {
                    words.append([])
                    isBetween = false
                }
            case ASCII.space where !isQuoted && !isEscaped, UInt8(ascii: "\t") where !isQuoted && !isEscaped:
                isBetween = true
            case ASCII.backslash where !isEscaped: isEscaped = true
            default: put(byte)
            }
        }
        return words
    }
}
