package import Basics

/// The arguments of MixMonitor in a CEL: `file.ext,options,command`, with all variables expanded.
///
/// Asterisk splits them like this (main/app.c, __ast_app_separate_args): a comma inside quotes or brackets does not
/// separate. Quotes are removed, and so is the backslash before any character.
package struct MixMonitorArguments: Sendable, Equatable {
    /// The files that are written: the one with both sides, and those with one side only (options `r` and `t`).
    package let files: [[UInt8]]

    package init(_ data: Bytes) {
        let (file, rest) = Self.first(of: data)
        let options = Self.first(of: rest).argument
        files = ([file] + Self.files(in: options)).filter { !$0.isEmpty }
    }

    static func first(of data: Bytes) -> (argument: [UInt8], rest: Bytes) {
        var argument: [UInt8] = []
        var (parentheses, brackets, isQuoted) = (0, 0, false)
        var index = data.startIndex
        while index < data.endIndex {
            switch data[index] {
            case UInt8(ascii: "("): parentheses += 1
            case UInt8(ascii: ")"): parentheses = max(0, parentheses - 1)
            case UInt8(ascii: "["): brackets += 1
            case UInt8(ascii: "]"): brackets = max(0, brackets - 1)
            case ASCII.comma where parentheses == 0 && brackets == 0 && !isQuoted:
                return (argument, data[(index + 1)...])
            case ASCII.quote:
                isQuoted.toggle()
                index += 1
                continue
            case ASCII.backslash: index += 1
            default: break
            }
            if index < data.endIndex { argument.append(data[index]) }
            index += 1
        }
        return (argument, [])
    }

    /// The arguments of `r` and `t` in options such as `br(in.wav)t(out.wav)`; the last one counts when an option is
    /// repeated, as in Asterisk (main/app.c, ast_app_parse_options).
    private static func files(in options: [UInt8]) -> [[UInt8]] {
        var (received, transmitted): (Bytes, Bytes) = ([], [])
        var rest = options[...]
        while let option = rest.popFirst() {
            guard rest.first == UInt8(ascii: "(") else { continue }
            let argument = rest.dropFirst().prefix { $0 != UInt8(ascii: ")") }
            if option == UInt8(ascii: "r") { received = argument }
            if option == UInt8(ascii: "t") { transmitted = argument }
            rest = rest[argument.endIndex...].dropFirst()
        }
        return [Array(received), Array(transmitted)]
    }
}
