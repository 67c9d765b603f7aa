package import Basics

/// The type of a setting: its allowed values, and how they are read and shown.
package struct SettingType<Value: Sendable>: Sendable {
    /// The allowed values; completes the sentence "set it to …".
    package let allowed: String
    /// The unit of a number, in plural; `nil` without one.
    package var unit: String?
    /// A value that is refused, for the documentation; `nil` when everything is accepted.
    package var counterexample: String?
    package var isSecret = false
    /// Finds further secrets within a value.
    package var secrets: @Sendable (Secret) -> [Secret] = { _ in [] }
    /// Converts an input; returns `nil` when it is not allowed.
    package let read: @Sendable (SettingInput) -> Value?
    /// The value as it is written in the environment.
    package let show: @Sendable (Value) -> String
}

extension SettingType {
    /// A type whose values are written as text; surrounding blanks are ignored.
    package init(
        _ allowed: String,
        unit: String? = nil,
        not counterexample: String? = nil,
        show: @escaping @Sendable (Value) -> String,
        read: @escaping @Sendable (String) -> Value?
    ) {
        self.init(
            allowed: allowed,
            unit: unit,
            counterexample: counterexample,
            read: { input in input.scalar.flatMap { read($0.trimmingBlanks) } },
            show: show
        )
    }

    /// The same type for a setting that may have no value.
    package static func optional<Wrapped>(_ type: SettingType<Wrapped>) -> SettingType<Value> where Value == Wrapped? {
        SettingType(
            allowed: type.allowed,
            unit: type.unit,
            counterexample: type.counterexample,
            isSecret: type.isSecret,
            secrets: type.secrets,
            read: { input in type.read(input).map { .some($0) } },
            show: { value in value.map(type.show) ?? "" }
        )
    }
}

extension SettingType where Value == Bool {
    /// True or false in several spellings.
    package static var boolean: Self {
        Self("true or false (also 1, 0, yes, no, on, off)", not: "perhaps", show: { String($0) }) { text in
            switch text.lowercased() {
            case "true", "1", "yes", "on": true
            case "false", "0", "no", "off": false
            default: nil
            }
        }
    }
}

extension SettingType where Value == Int {
    /// A whole number in a range.
    package static func integer(_ range: ClosedRange<Int>, of unit: String? = nil) -> Self {
        let allowed = "a whole number\(unit.map { " of \($0)" } ?? "") from \(range.lowerBound) to \(range.upperBound)"
        return Self(allowed, unit: unit, not: String(range.upperBound + 1), show: { String($0) }) { text in
            Array(text.utf8)[...].integer.flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension SettingType where Value == UInt16 {
    /// A TCP port.
    package static func port(from lowest: Int = 1) -> Self {
        let number = SettingType<Int>.integer(lowest...65535)
        return Self(number.allowed, not: number.counterexample, show: { String($0) }) { text in
            number.read(.text(text)).map { UInt16($0) }
        }
    }
}

extension SettingType where Value == Duration {
    /// A whole number of seconds.
    package static func seconds(_ range: ClosedRange<Int>) -> Self { duration(range, "seconds", 1) }
    /// A whole number of minutes.
    package static func minutes(_ range: ClosedRange<Int>) -> Self { duration(range, "minutes", 60) }
    /// A whole number of hours.
    package static func hours(_ range: ClosedRange<Int>) -> Self { duration(range, "hours", 3600) }

    private static func duration(_ range: ClosedRange<Int>, _ unit: String, _ seconds: Int) -> Self {
        let number = SettingType<Int>.integer(range, of: unit)
        return Self(
            number.allowed,
            unit: unit,
            not: number.counterexample,
            show: { String(Int($0.components.seconds) / seconds) },
            read: { text in number.read(.text(text)).map { .seconds($0 * seconds) } }
        )
    }
}

extension SettingType where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the cases of an enum; upper and lower case are the same.
    package static var choice: Self {
        let names = Value.allCases.map(\.rawValue)
        let allowed = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
        return Self(allowed, not: "other", show: { $0.rawValue }) { text in
            Value.allCases.first { $0.rawValue.lowercased() == text.lowercased() }
        }
    }
}
