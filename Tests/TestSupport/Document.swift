import Basics

/// README.md, CONTRIBUTING.md or a file of docs/, taken apart as an administrator reads it.
///
/// Commands stand between fences with `sh`; what else is in code (files, output, pictures) is fenced otherwise or
/// indented.
package struct Document: Sendable, CustomStringConvertible {
    package static let root = "\(Fixture.testsDirectory)/.."

    /// All of them, by their paths from the root.
    package static let names =
        ["README.md", "CONTRIBUTING.md"]
        + Directory.names(in: "\(root)/docs").filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }

    package static func all() throws -> [Document] { try names.map { try Document($0) } }

    /// The path from the root.
    package let name: String
    package let text: String
    /// The lines of all shell blocks.
    package private(set) var commands: [DocumentedCommand] = []
    /// The other blocks, each as its lines without the indentation that they share.
    package private(set) var blocks: [[String]] = []
    /// What links can lead to: the headings, as GitHub names them.
    package private(set) var anchors: Set<String> = []

    package var description: String { name }

    package init(_ name: String) throws {
        self.init(name, text: String(decoding: try FileContents.read("\(Self.root)/\(name)"), as: UTF8.self))
    }

    package init(_ name: String, text: String) {
        self.name = name
        self.text = text
        var fence: String?
        var block: [String] = []
        var start = 0
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.drop { $0 == " " }
            if let open = fence {
                guard content == "```" else {
                    block.append(String(line))
                    continue
                }
                end(&block, fencedAs: open, at: start)
                fence = nil
            } else if content.hasPrefix("```") {
                end(&block)
                (fence, start) = (String(content.dropFirst(3)), number + 2)
            } else if line.hasPrefix("    ") {
                block.append(String(line))
            } else {
                end(&block)
                if line.hasPrefix("#") { anchors.insert(Self.anchor(of: line)) }
            }
        }
        end(&block)
    }

    private mutating func end(_ block: inout [String], fencedAs fence: String? = nil, at start: Int = 0) {
        defer { block = [] }
        guard !block.isEmpty else { return }
        let indent = block.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        let lines = block.map { String($0.dropFirst(indent)) }
        guard fence == "sh" else { return blocks.append(lines) }
        var mark: String?
        for (offset, line) in lines.enumerated() where !line.isEmpty {
            if line.hasPrefix("# ") {
                mark = String(line.dropFirst(2))
            } else {
                commands.append(DocumentedCommand(line, place: "\(name):\(start + offset)", mark: mark))
            }
        }
    }

    private static func anchor(of heading: Substring) -> String {
        let kept = heading.drop { $0 == "#" || $0 == " " }.lowercased()
            .filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
        return kept.replacing(" ", with: "-")
    }
}
