import Basics

/// The rules for the fields of a number, wherever they come from: a file, a table or a request.
///
/// Values have no blanks around them. An empty value is that of a field that is not set.
enum NumberRules {
    /// What is wrong with a value, without its name and itself.
    struct Violation: Error, Equatable {
        let reason: String
    }

    /// The longest area code.
    static let areaCodeLimit = 6
    private static let textLimit = 100

    /// `nil` when it is empty.
    static func areaCode(_ value: Bytes) throws(Violation) -> Digits? {
        guard !value.isEmpty else { return nil }
        guard let code = Digits(value.text), (1...areaCodeLimit).contains(code.count) else {
            throw Violation(reason: "not 1 to \(areaCodeLimit) digits")
        }
        return code
    }

    /// `nil` when it is empty: the default counts.
    static func limit(_ value: Bytes) throws(Violation) -> Int32? {
        guard !value.isEmpty else { return nil }
        guard let limit = value.integer.flatMap({ Int32(exactly: $0) }), limit >= -1 else {
            throw Violation(reason: "not a whole number from -1 to \(Int32.max)")
        }
        return limit
    }

    static func text(_ value: Bytes) throws(Violation) -> String {
        guard value.count <= textLimit else { throw Violation(reason: "longer than \(textLimit) bytes") }
        guard let text = String(validating: value, as: UTF8.self) else { throw Violation(reason: "not UTF-8") }
        guard !text.unicodeScalars.contains(where: { $0.value < 32 || (127...159).contains($0.value) }) else {
            throw Violation(reason: "a control character")
        }
        return text
    }

    static func trunk(_ value: Bytes) throws(Violation) -> String {
        let name = try text(value)
        guard name.isEmpty || TrunkName.isValid(name) else {
            throw Violation(reason: "not a name of at most 64 letters, digits and _ - .")
        }
        return name
    }

    static func callType(_ value: Bytes) throws(Violation) -> String {
        for known in ["", "auto", "manual"] where value.count == known.utf8.count {
            if value.text.lowercased() == known { return known }
        }
        throw Violation(reason: "neither auto nor manual nor empty")
    }

    /// `nil` when it is empty.
    static func flag(_ value: Bytes) throws(Violation) -> Bool? {
        if value.isEmpty { return nil }
        if value.equals("1") || value.equalsIgnoringCase("true") { return true }
        guard value.equals("0") || value.equalsIgnoringCase("false") else {
            throw Violation(reason: "none of 0, 1, true and false")
        }
        return false
    }
}
