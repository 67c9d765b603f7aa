import Testing

@testable import Daemon

struct SpellingTests {
    @Test(arguments: [
        ("rnu", "run"), ("RUN", "run"), ("chekc", "check"), ("dmeo", "demo"), ("versoin", "version"),
        ("simulat pbx", "simulate pbx"),
    ])
    func `a word with a typing error is near to the one that was meant`(word: String, meant: String) {
        #expect(Spelling.nearest(to: word, in: ["check", "demo", "run", "simulate pbx", "version"]) == meant)
    }

    @Test(arguments: ["", "x", "install", "status"])
    func `a word that is like none has no nearest one`(word: String) {
        #expect(Spelling.nearest(to: word, in: ["check", "demo", "run", "version"]) == nil)
    }
}
