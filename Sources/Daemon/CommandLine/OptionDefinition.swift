/// An option of a command.
package struct OptionDefinition: Sendable {
    package enum Kind: Sendable, Equatable {
        /// Given or not.
        case flag
        case text(default: String?)
        case integer(ClosedRange<Int>, default: Int?)
        /// Text, any number of times.
        case list
    }

    /// Without the dashes.
    package let name: String
    package let kind: Kind
    /// What the help calls the value.
    package let placeholder: String
    /// A sentence without its default.
    let help: String

    package static func flag(_ name: String, _ help: String) -> Self {
        Self(name: name, kind: .flag, placeholder: "", help: help)
    }

    package static func text(_ name: String, _ placeholder: String, default value: String? = nil, _ help: String)
        -> Self
    {
        Self(name: name, kind: .text(default: value), placeholder: placeholder, help: help)
    }

    package static func integer(
        _ name: String,
        _ placeholder: String,
        _ range: ClosedRange<Int>,
        default value: Int? = nil,
        _ help: String
    ) -> Self {
        Self(name: name, kind: .integer(range, default: value), placeholder: placeholder, help: help)
    }

    package static func list(_ name: String, _ placeholder: String, _ help: String) -> Self {
        Self(name: name, kind: .list, placeholder: placeholder, help: help)
    }

    /// How it is written: `--port N`.
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
    /// Where settings come from, for each command that reads them.
    package static let configuration: [OptionDefinition] = [
        .text("config", "FILE", "A JSON file with settings; beats ASTERISK_CONFIG_FILE"),
        .text("env-file", "FILE", "A .env file; variables of the environment beat it"),
    ]
}
