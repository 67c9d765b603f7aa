import Basics
import HTTP

/// A value before or after a change, as JSON in the audit file.
struct AuditValue: Sendable {
    let json: [UInt8]

    private init(_ write: (inout JSONWriter) -> Void) {
        var json = JSONWriter(capacity: 256)
        write(&json)
        self.json = json.bytes
    }

    static func number(_ record: NumberRecord) -> AuditValue {
        AuditValue { $0.number(record, lastUsed: nil) }
    }

    static func reservation(_ reservation: Reservation) -> AuditValue {
        AuditValue { $0.reservation(reservation) }
    }

    /// What an import did; a file of thousands of numbers is not repeated.
    static func imported(_ numbers: NumberImport, _ result: ImportResult, _ options: ImportOptions) -> AuditValue {
        AuditValue { json in
            json.beginObject()
            json.required("mode", options.mode.rawValue)
            json.key("force")
            json.boolean(options.isForced)
            json.required("added", result.added.count)
            json.required("updated", result.updated.count)
            json.required("removed", result.removed.count)
            json.required("rejected", numbers.rejected)
            json.endObject()
        }
    }

    /// A token without its text.
    static func token(_ name: String, _ role: TokenRole, seconds: Int) -> AuditValue {
        AuditValue { json in
            json.beginObject()
            json.required("name", name)
            json.required("role", role.rawValue)
            json.required("expires_in", seconds)
            json.endObject()
        }
    }
}

extension CallerIDService {
    /// Writes a change of an administrator to the audit file; returns at once.
    func note(
        _ request: RoutedRequest,
        _ action: String,
        _ number: Digits? = nil,
        old: AuditValue? = nil,
        new: AuditValue? = nil
    ) {
        let subject = number?.description ?? ""
        adminAudit?.note(AdminAudit.Actor(request), action, subject, old: old?.json, new: new?.json)
    }
}
