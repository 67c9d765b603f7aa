/// `version`: the version of the program.
package enum VersionCommand {
    package static let command = Command("version", summary: "Show the version") { _ in
        Terminal.write("asterisk-connector \(Version.number)\n", to: .output)
        return .success
    }
}
