/// The result that an append will have if its commit succeeds: the answer to a repeat whose first commit succeeded
/// although it seemed to fail.
struct IntakeAttempt {
    private let intake: Int
    private let appended: RecordSpool.Appended

    init(intake: Int, appended: RecordSpool.Appended) {
        self.intake = intake
        self.appended = appended
    }

    /// The result, if it belongs to the append with this number; else `nil`.
    func appended(as intake: Int) -> RecordSpool.Appended? { intake == self.intake ? appended : nil }
}
