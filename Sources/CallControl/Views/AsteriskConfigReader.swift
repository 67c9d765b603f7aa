import Basics
import Glibc

/// Reads a configuration file with those that it includes; blocks.
///
/// Bounds: 1 MiB and 50 files in all, inclusions five deep and from the same folder only.
struct AsteriskConfigReader {
    static let maximumBytes = 1 << 20
    static let maximumFiles = 50
    static let maximumDepth = 5

    private let folder: String
    private var bytes = 0
    private var files = 0

    private init(folder: String) { self.folder = folder }

    /// Reads a file.
    ///
    /// - Returns: what is in it; a file that cannot be read is a problem, as are parts that were left out.
    static func read(_ path: String, _ syntax: AsteriskConfig.Syntax) -> AsteriskConfig {
        var config = AsteriskConfig(syntax)
        let slash = path.lastIndex(of: "/")
        var reader = Self(folder: slash.map { String(path[..<$0]) } ?? ".")
        reader.read(path, shown: nil, depth: 0, isOptional: false, into: &config)
        return config
    }

    /// - Parameter shown: how problems name the file; `nil` for the first one.
    private mutating func read(
        _ path: String,
        shown: String?,
        depth: Int,
        isOptional: Bool,
        into config: inout AsteriskConfig
    ) {
        func report(_ reason: String, _ config: inout AsteriskConfig) {
            config.note(shown.map { "\($0): \(reason)" } ?? reason)
        }
        guard depth <= Self.maximumDepth else { return report("included more than five deep", &config) }
        guard files < Self.maximumFiles else { return report("more than \(Self.maximumFiles) files", &config) }
        files += 1
        let content: [UInt8]
        do throws(SystemError) {
            content = try FileContents.read(path, limit: Self.maximumBytes - bytes)
        } catch {
            if isOptional, error.code == ENOENT { return }
            return report(error.code == EFBIG ? "over 1 MiB with what it includes" : error.reason, &config)
        }
        bytes += content.count
        config.take(content) { config, inclusion in
            guard let name = plainName(inclusion.name) else {
                // The name is from the file: it is shown as it is, but not whole.
                return config.note("\(inclusion.name.prefix(80)) is not in the same folder: not read")
            }
            read(
                "\(folder)/\(name)",
                shown: name,
                depth: depth + 1,
                isOptional: inclusion.isOptional,
                into: &config
            )
        }
    }

    /// The name of a file in the folder; `nil` for any other path.
    private func plainName(_ path: String) -> String? {
        let name = path.hasPrefix("\(folder)/") ? String(path.dropFirst(folder.count + 1)) : path
        guard !name.isEmpty, name != ".", name != "..", !name.contains("/"), !name.utf8.contains(0),
            name.utf8.count <= 255
        else { return nil }
        return name
    }
}
