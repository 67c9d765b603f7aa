/// A line of a shell block in a document.
package struct DocumentedCommand: Sendable, CustomStringConvertible {
    /// Document and line, for messages.
    package let place: String
    /// The programs that it starts, each with its arguments; without `sudo` and variables before it.
    package let programs: [[String]]
    /// Who runs it, or why nobody does: the comment behind it, or the one that its block begins with.
    package let mark: String?

    package var description: String {
        "\(place): \(programs.map { $0.joined(separator: " ") }.joined(separator: " | "))"
    }

    package init(_ line: String, place: String, mark: String?) {
        self.place = place
        var reader = Reader()
        let comment = reader.read(line)
        let isMark = comment?.hasPrefix("tested by ") == true || comment?.hasPrefix("not tested: ") == true
        self.mark = isMark ? comment : mark
        programs = reader.programs.map { Self.command(of: $0) }.filter { !$0.isEmpty }
    }

    private static func command(of words: [String]) -> [String] {
        var words = words[...]
        while let first = words.first {
            if first == "sudo" {
                words = words.dropFirst(words.dropFirst().first == "-u" ? 3 : 1)
            } else if first.prefix(while: { $0 != "=" }).allSatisfy({ $0.isUppercase || $0 == "_" }),
                first.contains("=")
            {
                words = words.dropFirst()
            } else {
                break
            }
        }
        return Array(words)
    }

    /// As much of a shell as documents use: words, both quotes, `|`, `&&`, `;`, `$(…)` and comments.
    private struct Reader {
        var programs: [[String]] = [[]]
        private var word: String?
        private var quote: Character?

        /// Takes the line; returns the comment at its end.
        mutating func read(_ line: String) -> String? {
            for index in line.indices {
                let sign = line[index]
                if let open = quote {
                    if sign == open { quote = nil } else { word = (word ?? "") + String(sign) }
                    continue
                }
                switch sign {
                case "'", "\"": (quote, word) = (sign, word ?? "")
                case "#" where word == nil:
                    endProgram()
                    return String(line[index...].drop { $0 == "#" || $0 == " " })
                case " ": endWord()
                case "|", "&", ";", "(", ")":
                    if word == "$" { word = nil }
                    endProgram()
                default: word = (word ?? "") + String(sign)
                }
            }
            endProgram()
            return nil
        }

        private mutating func endWord() {
            if let word { programs[programs.count - 1].append(word) }
            word = nil
        }

        private mutating func endProgram() {
            endWord()
            programs.append([])
        }
    }
}
