import Basics

/// Members that are left out when empty or unknown, and members that are always there.
extension JSONWriter {
    mutating func required(_ name: StaticString, _ value: Bytes) {
        key(name)
        string(value)
    }

    mutating func required(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }

    mutating func required(_ name: StaticString, _ value: Int) {
        key(name)
        integer(value)
    }

    mutating func optional(_ name: StaticString, _ value: Bytes?) {
        guard let value, !value.isEmpty else { return }
        required(name, value)
    }

    mutating func optional(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        required(name, value)
    }

    mutating func optional(_ name: StaticString, _ value: Int?) {
        guard let value else { return }
        required(name, value)
    }

    mutating func optional(_ name: StaticString, _ value: Timestamp?) {
        guard let value else { return }
        key(name)
        timestamp(value)
    }
}
