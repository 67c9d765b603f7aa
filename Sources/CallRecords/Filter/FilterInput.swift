package import AMI
package import Basics

/// The parts of a CDR that the filters use.
package struct FilterInput: Sendable, Equatable {
    package var destination: Bytes
    package var disposition: Bytes
    /// Seconds from the start.
    package var duration: Int
    /// Seconds from the answer.
    package var billableSeconds: Int
    package var sourceType: NumberType
    package var destinationType: NumberType

    package init(
        destination: Bytes,
        disposition: Bytes,
        duration: Int,
        billableSeconds: Int,
        sourceType: NumberType,
        destinationType: NumberType
    ) {
        self.destination = destination
        self.disposition = disposition
        self.duration = duration
        self.billableSeconds = billableSeconds
        self.sourceType = sourceType
        self.destinationType = destinationType
    }

    /// Takes the input from a Cdr event and the decision about its direction.
    package init(_ message: AMIMessage, _ metadata: DirectionMetadata) {
        self.init(
            destination: message[.destination] ?? [],
            disposition: message[.disposition] ?? [],
            duration: message[.duration]?.integer ?? 0,
            billableSeconds: message[.billableSeconds]?.integer ?? 0,
            sourceType: metadata.sourceType,
            destinationType: metadata.destinationType
        )
    }

    var isAnswered: Bool { disposition.equalsIgnoringCase("ANSWERED") }
}
