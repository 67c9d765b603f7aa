import Basics

/// Deletes old entries of the audit, once an hour.
struct AuditHousekeeping: Service {
    let name = "audit-housekeeping"
    private let gate: CommandGate
    private let days: Int

    init(_ gate: CommandGate, _ days: Int) {
        self.gate = gate
        self.days = days
    }

    func run() async throws { try await gate.deleteOld(days: days) }
}
