/// A setting without secrets, for display.
package struct RedactedSetting: Sendable, Equatable, CustomStringConvertible {
    /// The environment variable, or the path in the JSON file when there is none.
    package let name: String
    /// The value as it is written in the environment; asterisks for a secret that is set, empty for one that is not.
    package let value: String
    package let origin: SettingOrigin

    package var description: String { "\(name)=\(value) (\(origin))" }
}
