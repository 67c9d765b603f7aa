/// Settings that belong together, as the documentation shows them.
struct SettingGroup: Sendable {
    let title: String
    /// What an administrator should know before the settings.
    let introduction: String
    let settings: [Setting]
}
