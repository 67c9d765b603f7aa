import Basics

/// A fault of the simulated PBX on demand.
///
/// The text form is that of the header `Fault` of the action `Simulate`: the name, then its value. Times are in
/// milliseconds.
package enum PBXFault: Sendable, Equatable, CustomStringConvertible {
    /// Closes each session after this many more bytes.
    ///
    /// This and the next two apply once, to the sessions that are logged in, or else to the next connection from its
    /// first byte.
    case cut(afterBytes: Int)
    /// Closes each session in the middle of a frame, after this many frames.
    case cutInFrame(afterFrames: Int)
    /// Sends nothing for this time; events queue up.
    case stall(Duration)
    /// Accepts connections but sends nothing; sessions fall silent too, until the peer closes them.
    ///
    /// A silent connection still obeys `Simulate`, so that the fault can be ended from outside.
    case silence
    /// Refuses logins.
    case refuseLogins
    /// Refuses challenges: a client must log in with the plain secret.
    case refuseChallenge
    /// Ends lines with LF only.
    case lineFeedsOnly
    /// The next Cdr events to each session, up to this number, lose their blank line because their mappings overflow.
    case loseBlankLine(events: Int)
    /// Shuts down, stays down for this time, then starts a new Asterisk whose counters begin at 0.
    case restart(away: Duration)
    /// An action of a live PBX goes wrong, once.
    case action(ActionFault)
    /// Ends silence, refusals, bare line feeds and lost blank lines, and cancels pending faults.
    case none

    private static let withoutValue: [(name: String, fault: PBXFault)] = [
        ("silence", .silence), ("refuse-logins", .refuseLogins), ("refuse-challenge", .refuseChallenge),
        ("line-feeds-only", .lineFeedsOnly), ("none", .none),
    ]

    /// The forms that `init(_:)` accepts, for messages.
    package static let forms =
        "cut BYTES, cut-in-frame FRAMES, stall MS, lose-blank-line EVENTS, restart MS, "
        + ActionFault.forms + ", "
        + withoutValue.map(\.name).joined(separator: ", ")

    /// Reads `name` or `name value`; `nil` for anything else.
    package init?(_ text: String) {
        let words = text.split(separator: " ")
        if let fault = ActionFault(words) {
            self = .action(fault)
            return
        }
        guard let name = words.first, words.count <= 2 else { return nil }
        let value = words.count == 2 ? Array(words[1].utf8)[...].integer : nil
        guard words.count == 2 else {
            guard let entry = Self.withoutValue.first(where: { $0.name == name }) else { return nil }
            self = entry.fault
            return
        }
        guard let value, value >= 0 else { return nil }
        switch name {
        case "cut": self = .cut(afterBytes: value)
        case "cut-in-frame": self = .cutInFrame(afterFrames: value)
        case "stall": self = .stall(.milliseconds(value))
        case "lose-blank-line": self = .loseBlankLine(events: value)
        case "restart": self = .restart(away: .milliseconds(value))
        default: return nil
        }
    }

    package var description: String {
        switch self {
        case .cut(let bytes): "cut \(bytes)"
        case .cutInFrame(let frames): "cut-in-frame \(frames)"
        case .stall(let duration): "stall \(Self.milliseconds(duration))"
        case .loseBlankLine(let events): "lose-blank-line \(events)"
        case .restart(let duration): "restart \(Self.milliseconds(duration))"
        case .action(let fault): "\(fault)"
        case .silence, .refuseLogins, .refuseChallenge, .lineFeedsOnly, .none:
            Self.withoutValue.first { $0.fault == self }?.name ?? ""
        }
    }

    static func milliseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    }
}
