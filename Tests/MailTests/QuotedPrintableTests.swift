import Mail
import Testing

struct QuotedPrintableTests {
    @Test(arguments: [
        ("plain", "plain"),
        ("a=b", "a=3Db"),
        ("Zoë", "Zo=C3=AB"),
        ("blank \nend\t", "blank=20\nend=09"),
        (".\n..\na.", "=2E\n=2E.\na."),
        ("From here\nFrom", "=46rom here\nFrom"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\u{0}", "=00"),
        ("", ""),
    ])
    func `Text is encoded so that mail servers leave it as it is`(text: String, encoded: String) {
        #expect(QuotedPrintable.encoded(text) == encoded)
    }
}
