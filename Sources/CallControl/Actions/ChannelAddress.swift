/// A channel as actions name it.
///
/// Most actions find a channel by its Uniqueid too. Bridge finds it by the beginning of its name only, so it gets the whole
/// name. An action never gets text of a client in their place, since Hangup takes `/…/` for a pattern.
package struct ChannelAddress: Sendable, Hashable {
    package let name: String
    package let uniqueID: String

    package init(name: String, uniqueID: String) {
        self.name = name
        self.uniqueID = uniqueID
    }
}
