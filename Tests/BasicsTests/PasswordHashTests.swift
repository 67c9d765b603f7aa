import Basics
import Testing

struct PasswordHashTests {
    @Test func `a password matches its own hash and no other does`() throws {
        let password = Secret("correct horse battery staple")
        let hash = try #require(PasswordHash(of: password))
        #expect(hash.text.hasPrefix("$y$j9T$"))
        #expect(hash.matches(password) && !hash.isOutdated)
        for wrong in [
            "correct horse battery stapl", "correct horse battery staple ", "", "Correct horse battery staple",
        ] {
            #expect(!hash.matches(Secret(wrong)))
        }
        #expect(PasswordHash(hash.text) == hash)
        #expect(PasswordHash(of: password) != hash, "each has a salt of its own")
    }

    /// The first is of the test vectors of crypt_blowfish, the others are of the same salt and password.
    @Test(arguments: [
        "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    ])
    func `a hash of bcrypt is verified and due for a new one`(text: String) throws {
        let hash = try #require(PasswordHash(text))
        #expect(hash.matches(Secret("U*U")) && hash.isOutdated)
        #expect(!hash.matches(Secret("U*V")))
    }

    @Test(arguments: [
        "", "secret", "$1$salt$qJH7.N4xYta3aEG/dfqo/0", "$6$salt$abc", "ab1hKBqYWbSKs",
        "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "$2b$03$CCCC", "$2b$+5$CCCC", "$2x$05$CCCC",
        "$y$jFT$EcWZqPLMRDb5jYvBsCRM6/$g5Dq2", "$y$j9T$only", "$y$j9T$with space$abc", "*0", "$y$j9T$ä$x",
        "$y$j9T$\(String(repeating: "a", count: 400))$x",
    ])
    func `a weak, costly or broken hash is refused`(text: String) {
        #expect(PasswordHash(text) == nil)
    }

    @Test func `a broken salt matches nothing`() throws {
        let hash = try #require(PasswordHash("$2b$05$short"))
        #expect(!hash.matches(Secret("U*U")) && !hash.matches(Secret("*0")) && !hash.matches(Secret("*1")))
    }

    @Test func `a password that libxcrypt would cut is refused`() {
        #expect(PasswordHash(of: Secret("")) == nil)
        #expect(PasswordHash(of: Secret("a\0b")) == nil)
        #expect(PasswordHash(of: Secret(String(repeating: "x", count: PasswordHash.longestPassword + 1))) == nil)
        let longest = Secret(String(repeating: "x", count: PasswordHash.longestPassword))
        #expect(PasswordHash(of: longest)?.matches(longest) == true)
    }

    @Test func `the decoy is a hash that costs as much as others`() {
        #expect(PasswordHash(PasswordHash.decoy.text) == PasswordHash.decoy && !PasswordHash.decoy.isOutdated)
        #expect(!PasswordHash.decoy.matches(Secret("password")))
    }
}
