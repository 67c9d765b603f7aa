/// Members that are left out when empty or unknown, and members that are always there.
extension JSONWriter {
    package mutating func required(_ name: StaticString, _ value: Bytes) {
        key(name)
        string(value)
    }

    package mutating func required(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }

    package mutating func required(_ name: StaticString, _ value: Int) {
        key(name)
        integer(value)
    }

    package mutating func optional(_ name: StaticString, _ value: Bytes?) {
        guard let value, !value.isEmpty else { return }
        required(name, value)
    }

    package mutating func optional(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        required(name, value)
    }

    package mutating func optional(_ name: StaticString, _ value: Int?) {
        guard let value else { return }
        required(name, value)
    }

    package mutating func optional(_ name: StaticString, _ value: Timestamp?) {
        guard let value else { return }
        key(name)
        timestamp(value)
    }
}

/// Values that may be unknown: `nil` is written as null.
extension JSONWriter {
    package mutating func stringOrNull(_ value: String?) { if let value { string(value) } else { null() } }

    package mutating func integerOrNull(_ value: Int?) { if let value { integer(value) } else { null() } }

    package mutating func numberOrNull(_ value: Double?) { if let value { number(value) } else { null() } }

    package mutating func timestampOrNull(_ value: Timestamp?) { if let value { timestamp(value) } else { null() } }
}
