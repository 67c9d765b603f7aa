import Basics

/// The counts of the simulated API since it started.
package struct APIStatistics: Sendable, Equatable {
    /// Requests of records, whatever their outcome.
    package var requests = 0
    /// Requests whose records were accepted, even when the answer was lost on purpose.
    package var applied = 0
    /// Requests that met a fault.
    package var faults = 0
    /// Requests refused because they violate the contract, except for poison records.
    package var violations = 0
    /// Requests refused for a poison record.
    package var poisoned = 0
    /// Requests that reuse the Idempotency-Key of another body; counted as violations, too.
    package var keyConflicts = 0
    /// Records in accepted requests, repeats included.
    package var records = 0
    /// Records whose `record_id` was accepted before.
    package var repeats = 0
    /// Distinct CDRs and CELs.
    package var cdrs = 0
    package var cels = 0
    /// Bytes of the bodies of accepted requests, as transferred.
    package var bytes = 0
    /// The reasons of the last violations, at most 20.
    package var recentViolations: [String] = []

    /// Distinct records.
    package var distinct: Int { cdrs + cels }

    package init() {}

    /// The JSON object that `GET /simulation` answers.
    package var json: [UInt8] {
        var writer = JSONWriter()
        func member(_ name: StaticString, _ value: Int) {
            writer.key(name)
            writer.integer(value)
        }
        writer.beginObject()
        member("requests", requests)
        member("applied", applied)
        member("faults", faults)
        member("violations", violations)
        member("poisoned", poisoned)
        member("key_conflicts", keyConflicts)
        member("records", records)
        member("repeats", repeats)
        member("distinct", distinct)
        member("cdrs", cdrs)
        member("cels", cels)
        member("bytes", bytes)
        writer.key("recent_violations")
        writer.beginArray()
        for reason in recentViolations { writer.string(reason) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
