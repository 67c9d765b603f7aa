/// A setting as it may be shown to anybody.
package struct RedactedSetting: Sendable, Equatable, CustomStringConvertible {
    /// The environment variable, or the path in the JSON file for what has none.
    package let name: String
    /// As it would be written in the environment; asterisks for a secret that is set, empty for none.
    package let value: String
    package let origin: SettingOrigin

    package var description: String { "\(name)=\(value) (\(origin))" }
}
