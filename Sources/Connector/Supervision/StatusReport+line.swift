import AMI
import Daemon
import Delivery
import Spool

extension StatusReport {
    /// The status in one short line, such as `logged in to Asterisk, 12 records wait`.
    package var line: String {
        var parts = [ami.isOnline ? "logged in to Asterisk" : "not logged in to Asterisk"]
        parts.append(spool.waiting == 1 ? "1 record waits" : "\(spool.waiting) records wait")
        if spool.deadLetters > 0 { parts.append("dead letters: \(spool.deadLetters)") }
        if delivery.isPaused { parts.append("delivery paused") }
        if spool.lastError != nil {
            parts.append("spool failed")
        } else if spool.level != .all {
            parts.append(spool.level == .nothing ? "spool full" : "spool nearly full")
        }
        if monitoring?.error != nil { parts.append("monitoring port unavailable") }
        return parts.joined(separator: ", ")
    }
}
