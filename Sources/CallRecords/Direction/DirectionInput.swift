package import AMI
package import Basics

/// The input for the direction of a call: parts of its CDR and the context that it came from.
package struct DirectionInput: Sendable, Equatable {
    /// The name of the channel.
    package var channel: Bytes
    /// The context in which the channel began; empty when it is unknown.
    package var context: Bytes
    /// The context in which the channel ended.
    package var destinationContext: Bytes
    /// The number of the caller.
    package var source: Bytes
    /// The dialled number.
    package var destination: Bytes
    package var lastApplication: Bytes
    package var lastData: Bytes
    /// The type of transfer when events report it; else the classifier derives it from the other properties.
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

    /// Takes the input from a Cdr event.
    ///
    /// - Parameters:
    ///   - context: where the channel began, which is missing from the event.
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
