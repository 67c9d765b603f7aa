/// An option of a command.
package struct OptionDefinition: Sendable {
    /// The kind of value that an option takes.
    package enum Kind: Sendable, Equatable {
        /// No value: given or not.
        case flag
        /// Text, with an optional default.
        case text(default: String?)
        /// A whole number in a range, with an optional default.
        case integer(ClosedRange<Int>, default: Int?)
        /// Text; the option can be repeated.
        case list
    }

    /// The name without the dashes.
    package let name: String
    package let kind: Kind
    /// The name of the value in the help; empty for a flag.
    package let placeholder: String
    /// The help without the default.
    let help: String

    /// An option without a value.
    package static func flag(_ name: String, _ help: String) -> Self {
        Self(name: name, kind: .flag, placeholder: "", help: help)
    }

    /// An option with text as its value.
    package static func text(_ name: String, _ placeholder: String, default value: String? = nil, _ help: String)
        -> Self
    {
        Self(name: name, kind: .text(default: value), placeholder: placeholder, help: help)
    }

    /// An option with a whole number in `range` as its value.
    package static func integer(
        _ name: String,
        _ placeholder: String,
        _ range: ClosedRange<Int>,
        default value: Int? = nil,
        _ help: String
    ) -> Self {
        Self(name: name, kind: .integer(range, default: value), placeholder: placeholder, help: help)
    }

    /// An option with text as its value that can be repeated.
    package static func list(_ name: String, _ placeholder: String, _ help: String) -> Self {
        Self(name: name, kind: .list, placeholder: placeholder, help: help)
    }

    /// The option in a usage line: `--port N`.
    var usage: String { placeholder.isEmpty ? "--\(name)" : "--\(name) \(placeholder)" }

    /// The help with its default and whether it can be repeated.
    var fullHelp: String {
        switch kind {
        case .text(.some(let value)): "\(help) (default: \(value))"
        case .integer(_, .some(let value)): "\(help) (default: \(value))"
        case .list: "\(help) (can be repeated)"
        case .flag, .text, .integer: help
        }
    }
}

extension OptionDefinition {
    /// The options for the sources of settings, for each command that reads settings.
    package static let configuration: [OptionDefinition] = [
        .text("config", "FILE", "A JSON file with settings; beats ASTERISK_CONFIG_FILE"),
        .text("env-file", "FILE", "A .env file; variables of the environment beat it"),
    ]
}
