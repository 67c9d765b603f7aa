package import Basics

/// Further results of the decision about the direction of a call.
package struct DirectionMetadata: Sendable, Equatable {
    package let sourceType: NumberType
    package let destinationType: NumberType
    /// The type of transfer; `nil` without one.
    package let transferType: TransferType?
    /// The classes of both contexts of the call.
    package let contexts: ContextClasses
    /// Whether the call began inside; `nil` when the deciding rule does not depend on it.
    package let isOriginatedInternally: Bool?
    /// The rule that decided.
    package let rule: DirectionRule

    /// Writes it as one JSON object.
    package func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.key("src_type")
        json.string(sourceType.rawValue)
        json.key("dst_type")
        json.string(destinationType.rawValue)
        json.key("transfer_type")
        if let transferType { json.string(transferType.rawValue) } else { json.null() }
        for (key, classes) in Self.flags {
            json.key(key)
            json.boolean(contexts.contains(classes))
        }
        json.key("originated_internally")
        if let isOriginatedInternally { json.boolean(isOriginatedInternally) } else { json.null() }
        json.key("rule")
        json.string(rule.rawValue)
        json.endObject()
    }

    private static let flags: [(StaticString, ContextClasses)] = [
        ("queue_involved", .queue), ("ivr_involved", .ivr), ("conference_involved", .conference),
        ("parking_involved", .parking), ("voicemail_involved", .voicemail),
    ]
}
