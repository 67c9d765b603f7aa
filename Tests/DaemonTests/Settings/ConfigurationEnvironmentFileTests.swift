import Testing

@testable import Daemon

struct ConfigurationEnvironmentFileTests {
    private func parse(_ text: String) -> EnvironmentFile { EnvironmentFile(Array(text.utf8)[...], path: ".env") }

    @Test(arguments: [
        ("A=1", "1"), ("A=", ""), ("  A = 1  ", "1"), ("export A=1", "1"), ("export\tA=1", "1"), ("A=a b", "a b"),
        ("A=a#b", "a#b"), ("A=#b", "#b"), ("A= #b", ""), ("A=a #b", "a"), ("A=a\t# b", "a"), ("A=b=c", "b=c"),
        ("A='a #b'", "a #b"), ("A='a\"b' # c", "a\"b"), ("A='\\n$B'", "\\n$B"), ("A=\"a #b\"", "a #b"),
        ("A=\"a\\n\\t\\\"\\\\\\$b\\x\"", "a\n\t\"\\$b\\x"), ("A=\"\"", ""), ("A=''", ""), ("A=1\r", "1"),
        ("A=\"é\"", "é"), ("\u{feff}A=1", "1"), ("A=it's", "it's"), ("# x\n\n \nA=1", "1"), ("A=$B", "$B"),
        ("A=\"  x \"", "  x "), ("A='x'  ", "x"),
    ])
    func `a line gives this value`(text: String, value: String) {
        let file = parse(text)
        #expect(file.variables == ["A": value])
        #expect(file.errors == [])
    }

    @Test(arguments: [
        ("A", "there is no '='; write NAME=value, or # before a comment"),
        ("export A", "there is no '='; write NAME=value, or # before a comment"),
        ("=1", "what stands before '=' is not a name; use letters, digits and _"),
        ("1A=1", "what stands before '=' is not a name; use letters, digits and _"),
        ("A-B=1", "what stands before '=' is not a name; use letters, digits and _"),
        ("A='b", "the quote of A is not closed on this line; add the closing quote"),
        ("A=\"b\\\"", "the quote of A is not closed on this line; add the closing quote"),
        ("A='b'c", "there is text behind the closing quote of A; put all of the value in quotes"),
        ("A=\"b\"#c", "there is text behind the closing quote of A; put all of the value in quotes"),
    ])
    func `a wrong line is an error with its number`(text: String, problem: String) {
        let file = parse("# first\n\(text)\nB=2")
        #expect(file.errors.map(\.description) == [".env, line 2: \(problem)"])
        #expect(file.variables == ["B": "2"])
    }

    @Test func `a line that is not UTF-8 is an error`() {
        let file = EnvironmentFile([0x41, 0x3d, 0xff], path: ".env")
        #expect(
            file.errors.map(\.description) == [".env, line 1: the line is not UTF-8; save the file as UTF-8"]
        )
    }

    @Test func `all wrong lines are listed`() { #expect(parse("A\nB=1\n'\nC").errors.count == 3) }

    @Test func `of a name that is there twice the last one counts, with a warning`() {
        let file = parse("A=1\nB=2\nA=3")
        #expect(file.variables == ["A": "3", "B": "2"] && file.names == ["A", "B"])
        #expect(file.warnings.map(\.description) == ["A is set again in .env, line 3; the last one counts"])
    }
}
