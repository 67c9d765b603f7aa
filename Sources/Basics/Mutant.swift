import Glibc

/// Deliberate bugs, to show that the tests find them: `scripts/mutants`.
///
/// They exist only in builds with `-Xswiftc -DMUTANTS`, where the environment variable MUTANT names the one that is
/// alive. In all other builds `isAlive` is a constant, and the optimizer removes what stands behind it.
package enum Mutant: String, Sendable, CaseIterable {
    /// A batch is removed before its request is sent.
    case acknowledgedBeforeAnswer = "acknowledged-before-answer"
    /// The rows of a batch are deleted as soon as it is frozen.
    case deletedBeforeRequest = "deleted-before-request"
    /// Commits are not flushed.
    case synchronousNormal = "synchronous-normal"
    /// A batch that is answered 400 counts as delivered.
    case droppedOn400 = "dropped-on-400"
    /// Records whose commit failed are forgotten.
    case droppedOnFailedCommit = "dropped-on-failed-commit"
    /// Keys of accepted records are not looked at.
    case noLedger = "no-ledger"
    /// Each attempt has an Idempotency-Key of its own.
    case newKeyForRetry = "new-key-for-retry"
    /// A gap is forgotten.
    case gapNotDeclared = "gap-not-declared"
    /// After two failures a batch counts as delivered.
    case givesUp = "gives-up"
    /// Numbers of records that are gone are used again after a restart.
    case sequenceReused = "sequence-reused"
    /// Each attempt has another body.
    case bodyEncodedAnew = "body-encoded-anew"
    /// A web page with status 200 is an acceptance.
    case pageIsSuccess = "page-is-success"
    /// Records of a call go out at the same time.
    case orderNotKept = "order-not-kept"
    /// A recording that changed while it was sent counts as uploaded.
    case changedRecordingDone = "changed-recording-done"
    /// A recording is put away before the API has it.
    case recordingPutAwayEarly = "recording-put-away-early"
    /// A recording is given up after failures that all others have, too.
    case recordingBlamedForOutage = "recording-blamed-for-outage"

    #if MUTANTS
        private static let alive = unsafe getenv("MUTANT").flatMap { unsafe Mutant(rawValue: String(cString: $0)) }
        private static let strikes = Lock(0)

        package static func isAlive(_ mutant: Mutant) -> Bool { alive == mutant }

        /// How often this was asked, for a bug that shows only after a while.
        package static func strike() -> Int {
            strikes.withLock { count in
                count += 1
                return count
            }
        }
    #else
        @inlinable
        package static func isAlive(_ mutant: Mutant) -> Bool { false }

        @inlinable
        package static func strike() -> Int { 0 }
    #endif
}
