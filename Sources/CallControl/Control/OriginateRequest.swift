import HTTP

/// What a client asks for when it wants a call.
struct OriginateRequest: Sendable {
    let `extension`: Dialable
    let number: Dialable
    let context: Dialable
    let callerID: ShownText?
    let variables: [ChannelVariable]
    let ringTime: Duration
    let isRecorded: Bool

    /// In seconds.
    private static let ringSeconds = 5...300

    /// - Throws: for a field that is missing or not allowed.
    init(
        _ fields: inout RequestFields,
        _ account: Account,
        _ configuration: CommandService.Configuration
    ) throws(RequestFailure) {
        let name = try fields.string("extension") ?? account.extension
        guard configuration.isExtension(name), let ext = Dialable(name) else {
            throw RequestFields.failure("extension: name one that is a phone")
        }
        `extension` = ext
        number = try Self.dialable("number", try fields.required("number"))
        let context = try fields.string("context") ?? configuration.context
        guard context == configuration.context || configuration.otherContexts.contains(context) else {
            throw RequestFields.failure("context: name one of CALLS_CONTEXTS")
        }
        self.context = try Self.dialable("context", context)
        let ringSeconds = try fields.integer("timeout")
        guard ringSeconds.map({ Self.ringSeconds.contains($0) }) ?? true else {
            throw RequestFields.failure("timeout: use 5 to 300 seconds")
        }
        ringTime = ringSeconds.map { .seconds($0) } ?? configuration.ringTime
        isRecorded = try fields.boolean("record") ?? false
        var shown = try fields.string("callerId")
        var variables: [ChannelVariable] = []
        for (name, value) in try fields.texts("variables") {
            guard let variable = ChannelVariable(name, value, allowed: configuration.variables) else {
                throw RequestFields.failure("variables: \(name.prefix(40)) or its value is not allowed")
            }
            // Means the caller ID of both legs.
            if name == "CALLERID" { shown = value } else { variables.append(variable) }
        }
        guard variables.count <= ChannelVariable.limit else {
            throw RequestFields.failure("variables: at most \(ChannelVariable.limit)")
        }
        self.variables = variables
        callerID = try shown.map { text throws(RequestFailure) in
            guard let shown = ShownText(text) else {
                throw RequestFields.failure("callerId: at most 80 bytes without control characters")
            }
            return shown
        }
    }

    private static func dialable(_ name: String, _ text: String) throws(RequestFailure) -> Dialable {
        guard let dialable = Dialable(text) else {
            throw RequestFields.failure("\(name): use 1 to 64 of 0-9 A-Z a-z * # + . _ -")
        }
        return dialable
    }
}
