import Basics

/// What a connector declares about records that did not arrive: its gaps and dead letters.
package struct Declarations: Sendable, Equatable {
    /// A period in which records may have been missed, between two records that were not.
    package struct Gap: Sendable, Equatable {
        package var cause: String
        /// The `record_id` of the last record before it; `nil` when there was none.
        package var before: String?
        /// The `record_id` of the first record after it; `nil` when there was none.
        package var after: String?

        package init(cause: String, before: String?, after: String?) {
            self.cause = cause
            self.before = before
            self.after = after
        }
    }

    /// The output of a command has an unexpected form.
    package struct Unreadable: Error, CustomStringConvertible {
        package let description: String
    }

    package var gaps: [Gap] = []
    /// The `record_id` of each dead letter.
    package var deadLetters: [String] = []

    package init() {}

    /// Reads the output of `gaps --json` and `dead-letters list --json`.
    ///
    /// - Throws: `Unreadable` or `JSONError` for anything else.
    package init(gaps: [UInt8], deadLetters: [UInt8]) throws {
        guard let gaps = try JSONParser.parse(gaps[...])["gaps"]?.elements else {
            throw Unreadable(description: "no array 'gaps'")
        }
        guard let letters = try JSONParser.parse(deadLetters[...])["dead_letters"]?.elements else {
            throw Unreadable(description: "no array 'dead_letters'")
        }
        for gap in gaps {
            guard let cause = gap["cause"]?.string else { throw Unreadable(description: "a gap without cause") }
            self.gaps.append(Gap(cause: cause, before: gap["before"]?.string, after: gap["after"]?.string))
        }
        for letter in letters {
            guard let id = letter["record_id"]?.string else {
                throw Unreadable(description: "a dead letter without record_id")
            }
            self.deadLetters.append(id)
        }
    }
}
