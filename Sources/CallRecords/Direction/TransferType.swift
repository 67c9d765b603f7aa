import Basics

/// How a call was transferred, as far as its CDR shows it.
package enum TransferType: String, Sendable, CaseIterable {
    case blind = "blind_transfer"
    case attended = "attended_transfer"
    case masqueraded
    /// A transfer whose type the CDR does not show.
    case other = "transfer"

    /// Looks at the last application, then at the channel, then at the arguments of the application; `nil` without a
    /// transfer.
    init?(_ input: DirectionInput) {
        let application = input.lastApplication
        if application.equalsIgnoringCase("transfer") || application.equalsIgnoringCase("blindxfer")
            || application.equalsIgnoringCase("atxfer")
        {
            self = .blind
        } else if application.containsIgnoringCase("attended") {
            self = .attended
        } else if input.channel.containsIgnoringCase("masq") {
            self = .masqueraded
        } else if input.lastData.containsIgnoringCase("xfer") || input.lastData.containsIgnoringCase("transfer") {
            self = .other
        } else {
            return nil
        }
    }

    /// Whether the call keeps the direction it had before.
    var keepsDirection: Bool { self == .blind || self == .attended }
}
