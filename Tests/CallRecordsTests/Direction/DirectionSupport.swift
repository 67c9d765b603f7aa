import Basics
import CallRecords

/// Texts as bytes, for tests that write calls down.
func bytes(_ text: String) -> Bytes { Array(text.utf8)[...] }

extension DirectionInput {
    init(
        _ source: String,
        _ destination: String,
        from context: String = "",
        to destinationContext: String = "",
        channel: String = "PJSIP/unknown-00000001",
        application: String = "Dial",
        data: String = ""
    ) {
        self.init(
            channel: bytes(channel),
            context: bytes(context),
            destinationContext: bytes(destinationContext),
            source: bytes(source),
            destination: bytes(destination),
            lastApplication: bytes(application),
            lastData: bytes(data)
        )
    }
}

extension DirectionClassifier {
    /// The decision of a classifier with these settings that was never used before, by the numbered rules alone unless
    /// another priority is set.
    static func decision(
        _ input: DirectionInput,
        _ change: (inout DirectionSettings) -> Void = { _ in }
    ) -> DirectionDecision {
        var settings = DirectionSettings()
        settings.priority = .dcontext
        change(&settings)
        var classifier = DirectionClassifier(settings)
        return classifier.decision(input, at: .now)
    }

    /// With the defaults, but for the priority.
    static var byNumberedRules: DirectionClassifier {
        var settings = DirectionSettings()
        settings.priority = .dcontext
        return DirectionClassifier(settings)
    }
}
