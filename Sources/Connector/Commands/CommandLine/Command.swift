/// A command of the program, by the words one types.
package enum Command: String, Sendable, CaseIterable {
    case run
    case check
    case classify
    case demo
    case simulatePBX = "simulate pbx"
    case simulateAPI = "simulate api"
    case version

    var words: [String] { rawValue.split(separator: " ").map { String($0) } }
}
