import Basics

/// The channel variables that a script sets; encoded as they are added.
package struct AGIAnswer: Sendable, Equatable {
    package static let maximumVariables = 64

    /// One line for each variable.
    package private(set) var bytes: [UInt8] = []
    package private(set) var count = 0

    /// An answer that sets nothing.
    package init() {}

    /// - Throws: as `set`.
    package init(_ variables: [(name: String, value: String)]) throws(AGIError) {
        for (name, value) in variables { try set(name, value) }
    }

    /// Adds a variable, or a function such as `CALLERID(num)`; Asterisk sets them in the order of the calls.
    ///
    /// - Throws: for a name or value of more than 80 bytes or with CR, LF or NUL, for an empty name, and for more than
    ///   64 variables; then the answer is unchanged.
    package mutating func set(_ name: String, _ value: String) throws(AGIError) {
        guard count < Self.maximumVariables else { throw .tooManyVariables }
        try AGICommand.setVariable(name, value).append(to: &bytes)
        count += 1
    }

    /// The variables as Asterisk reads them.
    package var variables: [(name: String, value: String)] {
        bytes.split(separator: ASCII.newline).compactMap { line in
            if case .setVariable(let name, let value)? = AGICommand(line) { (name, value) } else { nil }
        }
    }
}
