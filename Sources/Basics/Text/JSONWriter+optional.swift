/// Values that may be unknown: `nil` is written as null.
extension JSONWriter {
    package mutating func stringOrNull(_ value: String?) { if let value { string(value) } else { null() } }

    package mutating func integerOrNull(_ value: Int?) { if let value { integer(value) } else { null() } }

    package mutating func numberOrNull(_ value: Double?) { if let value { number(value) } else { null() } }

    package mutating func timestampOrNull(_ value: Timestamp?) { if let value { timestamp(value) } else { null() } }
}
