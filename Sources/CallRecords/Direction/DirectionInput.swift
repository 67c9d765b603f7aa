package import AMI
package import Basics

/// What decides the direction of a call: parts of its CDR, and the context that it came from.
package struct DirectionInput: Sendable, Equatable {
    package var channel: Bytes
    /// The context in which the channel began; empty when nobody knows.
    package var context: Bytes
    /// The context in which it ended.
    package var destinationContext: Bytes
    package var source: Bytes
    package var destination: Bytes
    package var lastApplication: Bytes
    package var lastData: Bytes
    /// How the call was handed on, when events told it; else that is guessed from the rest.
    package var transfer: TransferType?

    package init(
        channel: Bytes = [],
        context: Bytes = [],
        destinationContext: Bytes = [],
        source: Bytes = [],
        destination: Bytes = [],
        lastApplication: Bytes = [],
        lastData: Bytes = []
    ) {
        self.channel = channel
        self.context = context
        self.destinationContext = destinationContext
        self.source = source
        self.destination = destination
        self.lastApplication = lastApplication
        self.lastData = lastData
    }

    /// Of a Cdr event.
    ///
    /// - Parameters:
    ///   - context: where the channel began, which the event does not tell.
    package init(_ message: AMIMessage, context: Bytes) {
        self.init(
            channel: message[.channel] ?? [],
            context: context,
            destinationContext: message[.destinationContext] ?? [],
            source: message[.source] ?? [],
            destination: message[.destination] ?? [],
            lastApplication: message[.lastApplication] ?? [],
            lastData: message[.lastData] ?? []
        )
    }
}
