/// One request of a call, as the tables `api_logs` and `reservations` keep it.
package struct AuditRow: Sendable, Equatable {
    /// In microseconds since 1970.
    package var time: Int64
    package var endpoint: String
    /// `GET`, `POST`, `AGI`.
    package var method: String
    package var agent = ""
    package var campaign = ""
    package var destination = ""
    /// The number handed out or released; empty for none.
    package var number = ""
    /// The end of a new reservation, in microseconds since 1970; 0 for none.
    package var reservedUntil: Int64 = 0
    package var microseconds: Int64 = 0
    package var status: Int
    package var error = ""

    package init(time: Int64, endpoint: String, method: String, status: Int) {
        self.time = time
        self.endpoint = endpoint
        self.method = method
        self.status = status
    }
}
