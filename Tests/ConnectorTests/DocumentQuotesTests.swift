import Basics
import TestSupport
import Testing

/// What the documents quote of the log, of errors and of commands: it has to be what the program writes.
struct DocumentQuotesTests {
    /// What stands between backticks in the prose of a document, without the line breaks in it.
    private static func quotes(in text: String) -> [String] {
        var prose = ""
        var isFenced = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.drop(while: { $0 == " " }).hasPrefix("```") {
                isFenced.toggle()
            } else if !isFenced {
                prose += line + "\n"
            }
        }
        return prose.replacing("``", with: "`").split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }
            .map { $0.element.split { $0.isWhitespace }.joined(separator: " ") }
    }

    /// Whether these are words of a person, and no command, setting or path.
    private static func isPhrase(_ quote: String) -> Bool {
        guard quote.contains(" "), let first = quote.split(separator: " ").first, !programs.contains(String(first)),
            quote.first.map({ $0.isLetter || $0 == "…" }) == true
        else { return false }
        let marks = Set(" ,;:'…().-")
        return quote.allSatisfy { $0.isLetter || $0.isNumber || marks.contains($0) } && !known.contains(quote)
    }

    private static let programs: Set<String> = [
        "apt-get", "asterisk-connector", "docker", "iostat", "kill", "promtool", "ssh", "systemctl", "usermod",
    ]

    /// Not of this program: of Asterisk, of Docker's files, and a line that is put together of parts (StatusLineTests).
    private static let known: Set<String> = [
        "cdr submit", "cdr, call", "Manager Event Logging", "user: PUID:PGID", "INFO main:",
        "logged in to Asterisk, 12 records wait",
    ]

    /// Those that administrators read; docs/configuration.md is made from the sources.
    private static let names = Document.names.filter {
        !["CONTRIBUTING.md", "docs/configuration.md", "docs/testing.md"].contains($0)
    }

    @Test func `each phrase that a document quotes is one that the program writes`() throws {
        let texts = try SourceTexts()
        var count = 0
        for name in Self.names {
            let document = try Document(name)
            for quote in Self.quotes(in: document.text) where Self.isPhrase(quote) {
                count += 1
                let isWritten = texts.contain(quote)
                #expect(isWritten, "\(name): `\(quote)` is in no source")
            }
        }
        #expect(count > 100)
    }

    @Test func `each paragraph of operations.md about a message names one of that level`() throws {
        let messages = try LogMessages.inSources()
        var level: LogLevel?
        var count = 0
        for line in try Document("docs/operations.md").text.split(separator: "\n") {
            if line.hasPrefix("## ") {
                level = line == "## Warnings" ? .warning : line == "## Errors" ? .error : nil
            }
            guard let level, line.hasPrefix("**`") else { continue }
            for part in line.split(separator: "**`").map({ $0.prefix { $0 != "`" } }) {
                count += 1
                let isThere = messages.contains { $0.level == level && $0.text.hasPrefix(part) }
                #expect(isThere, "no message of \(level.rawValue) begins with: \(part)")
            }
        }
        #expect(count > 20)
    }

    @Test func `what logs.md says to search for is in messages`() throws {
        let messages = try LogMessages.inSources()
        let guide = try Document("docs/logs.md").text
        let section = try #require(
            guide.split(separator: "## What to search for").last?.split(separator: "\n## ").first
        )
        for line in section.split(separator: "\n") where line.hasPrefix("| ") && line.contains("`") {
            let cell = line.split(separator: " | ").dropFirst().joined()
            for quote in Self.quotes(in: cell) where quote.contains(" ") && quote != "INFO main:" {
                #expect(messages.contains { $0.text.contains(quote) }, "no message has: \(quote)")
            }
        }
    }

    @Test func `literals are found whole, over lines and around values`() {
        let long = String(repeating: "\"", count: 3)
        let source = [
            #"a("one \(x(1)) two" +"#, #"    "three", b) "quoted \"word\"" "# + long, #"  four \"#, "  five" + long,
        ].joined(separator: "\n")
        #expect(
            SourceTexts.literals(in: Array(source.utf8)[...]) == [
                "one … twothree", #"quoted "word""#, "\n  four five",
            ]
        )
    }

    @Test func `a phrase with a line break is one, and code between fences is none`() {
        let text = "see `delivery\nfailed` and ``no answer``\n```sh\ncurl `x y`\n```\n`a`"
        #expect(Self.quotes(in: text) == ["delivery failed", "no answer", "a"])
        #expect(Self.isPhrase("delivery failed") && !Self.isPhrase("docker compose ps") && !Self.isPhrase("A=b c"))
    }
}
