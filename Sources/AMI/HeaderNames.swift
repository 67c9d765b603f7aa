/// A set of header names, to find the headers that are not among them.
package struct HeaderNames: Sendable {
    private let bySignature: [UInt32: [HeaderName]]

    package init(_ names: [HeaderName]) { bySignature = Dictionary(grouping: names, by: \.signature) }

    func contains(_ signature: UInt32, where isNamed: (HeaderName) -> Bool) -> Bool {
        bySignature[signature]?.contains(where: isNamed) ?? false
    }
}
