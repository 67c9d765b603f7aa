import AMI
import Daemon
import Delivery
import Spool

extension StatusReport {
    /// All of it in one short line, such as `logged in to Asterisk, 12 records wait`.
    package var line: String {
        var parts = [ami.isOnline ? "logged in to Asterisk" : "not logged in to Asterisk"]
        parts.append(spool.waiting == 1 ? "1 record waits" : "\(spool.waiting) records wait")
        if spool.deadLetters > 0 { parts.append("dead letters: \(spool.deadLetters)") }
        if delivery.isPaused { parts.append("the API takes nothing") }
        if spool.lastError != nil {
            parts.append("the spool fails")
        } else if spool.level != .all {
            parts.append(spool.level == .nothing ? "the spool is full" : "the spool is nearly full")
        }
        if monitoring?.error != nil { parts.append("the monitoring port is unavailable") }
        return parts.joined(separator: ", ")
    }
}
