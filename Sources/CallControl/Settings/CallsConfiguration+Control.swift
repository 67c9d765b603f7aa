import Basics
import Daemon

extension CallsConfiguration {
    /// The settings of commands.
    static let control: [Setting<CallsConfiguration>] = [
        Setting(
            "CALLS_CONTEXT",
            "calls.context",
            at: \.context,
            name,
            "The context of the dialplan in which calls are made."
        ),
        Setting(
            "CALLS_CONTEXTS",
            "calls.contexts",
            at: \.otherContexts,
            .list(of: "names of A-Z a-z 0-9 . _ -", not: "a b") { Dialable($0)?.description },
            "Other contexts that a request may name.",
            example: "from-internal-sales"
        ),
        Setting(
            "CALLS_VARIABLES",
            "calls.variables",
            at: \.variables,
            .list(of: "names such as CALLERID, or prefixes such as X_*,", not: "a-b") { variable($0) },
            "The channel variables that a request may set. `CALLERID` is the caller ID of both legs."
        ),
        Setting(
            "CALLS_CHANNEL_TEMPLATE",
            "calls.channel_template",
            at: \.channelTemplate,
            SettingType("text with {extension}, such as PJSIP/{extension}", not: "PJSIP/1001", show: { $0 }) { text in
                let rest = text.replacing("{extension}", with: "")
                let isPlain = rest.utf8.allSatisfy { byte in
                    byte > 0x20 && byte < 0x7f && !",&|\"\\".utf8.contains(byte)
                }
                return rest != text && isPlain && text.utf8.count <= 80 ? text : nil
            },
            "How the phone of an extension is dialled, and what a queue has as its member."
        ),
        Setting(
            "CALLS_RING_SECONDS",
            "calls.ring_seconds",
            at: \.ringTime,
            .seconds(5...300),
            "How long phones ring for a call that is asked for."
        ),
        Setting(
            "CALLS_HOLD_METHOD",
            "calls.hold_method",
            at: \.holdMethod,
            .choice,
            "How calls are held. `redirect` works with every phone and needs the dialplan of holds; `notify` asks the phone; "
                + "`off` refuses it."
        ),
        Setting(
            "CALLS_TRANSFER_CONTEXT",
            "calls.transfer_context",
            at: \.transferContext,
            name,
            "The context of the dialplan that transferred calls go to."
        ),
        Setting(
            "CALLS_QUEUE_CONTEXT",
            "calls.queue_context",
            at: \.queueContext,
            name,
            "The context of the dialplan that calls transferred to a queue go to."
        ),
        Setting(
            "CALLS_RECORD_TEMPLATE",
            "calls.record_template",
            at: \.recordTemplate,
            SettingType("a relative path of A-Z a-z 0-9 . _ - and placeholders", not: "../x.wav", show: { $0 }) {
                text in
                RecordingName.isAllowed(text) ? text : nil
            },
            "The file of a recording, below Asterisk's folder of recordings. `{date}`, `{time}` (UTC), `{callId}`, "
                + "`{extension}` and `{queue}` are replaced."
        ),
    ]

    private static let name = SettingType<String>("a name of A-Z a-z 0-9 . _ -", not: "a b", show: { $0 }) {
        Dialable($0)?.description
    }

    /// A name of a variable, or a prefix with `*`.
    private static func variable(_ text: String) -> String? {
        let name = text.hasSuffix("*") ? String(text.dropLast()) : text
        return ChannelVariable(name, "", allowed: [name]) == nil ? nil : text
    }
}
