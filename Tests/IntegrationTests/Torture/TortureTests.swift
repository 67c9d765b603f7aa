import Basics
import Glibc
import TestSupport
import Testing

/// The proof that nothing is lost: the built binary under everything that goes wrong, judged by the audit.
///
/// The legs are nested suites, one after another. The short form is part of all tests; TORTURE=full makes them long, which
/// `scripts/torture` does with the release build. With TORTURE_SEED a run repeats the random choices of an earlier one.
@Suite(.serialized, .timeLimit(.minutes(90)))
struct TortureTests {
    /// Whether this is the long form.
    static let isFull = environmentVariable("TORTURE") == "full"

    /// What all random choices come from.
    static let seed = environmentVariable("TORTURE_SEED").flatMap { UInt64($0) } ?? UInt64.random(in: 1...9999)

    /// Whether a leg is for this build: without a sanitizer each is.
    ///
    /// A leg runs with one sanitizer only, the one that finds what it may bring up: the address sanitizer where input is
    /// damaged and the disk fails, the thread sanitizer where much happens at a time.
    static func runs(under sanitizer: Subprocess.Sanitizer) -> Bool {
        Subprocess.sanitizer == nil || Subprocess.sanitizer == sanitizer
    }

    /// How long everything may take to be delivered once all is well.
    static let timeout = Duration.seconds(
        environmentVariable("TORTURE_PATIENCE").flatMap { Int($0) } ?? size(150, full: 900)
    )

    /// What the short and the full form differ in.
    static func size<Size>(_ short: Size, full: Size) -> Size { isFull ? full : short }

    /// Tells what a leg did, on one line that `scripts/torture` shows.
    static func report(_ leg: String, _ figures: String) {
        let line = Array("torture: \(leg): \(figures); seed \(seed)\n".utf8)
        _ = unsafe write(1, line, line.count)
    }
}
