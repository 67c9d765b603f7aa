import Basics

/// A received AMI action.
package struct PBXAction: Sendable, Equatable {
    private let headers: [Header]

    struct Header: Sendable, Equatable {
        let name: String
        let value: String
    }

    init(lines: [Bytes]) {
        headers = lines.map { line in
            let name = line.prefix { $0 != ASCII.colon }
            let value = line.dropFirst(name.count + 1).drop { $0 == ASCII.space }
            return Header(name: name.text.lowercased(), value: value.text)
        }
    }

    package var isEmpty: Bool { headers.isEmpty }

    /// The value of the first header with this name (lower case), as in Asterisk; empty when there is none.
    package subscript(name: String) -> String { headers.first { $0.name == name }?.value ?? "" }

    /// The values of all headers with this name (lower case).
    package func all(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }
}
