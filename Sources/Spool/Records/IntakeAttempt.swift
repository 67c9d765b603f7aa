/// What an append was about to do when its commit was asked for: the answer to a repeat of one whose commit happened
/// although it seemed to fail.
struct IntakeAttempt {
    private let intake: Int
    private let appended: RecordSpool.Appended

    init(intake: Int, appended: RecordSpool.Appended) {
        self.intake = intake
        self.appended = appended
    }

    /// `nil` when it was another append.
    func appended(as intake: Int) -> RecordSpool.Appended? { intake == self.intake ? appended : nil }
}
