package import Basics

/// The environment this process was started with.
package enum ProcessEnvironment {
    /// Reads `/proc/self/environ`; the last value of a name that occurs twice counts, as in a shell.
    ///
    /// - Throws: `SystemError` when `/proc` is not mounted.
    package static func read() throws(SystemError) -> [String: String] {
        parse(try FileContents.read("/proc/self/environ")[...])
    }

    /// Parses entries of the form NAME=value, each followed by a zero byte.
    package static func parse(_ bytes: Bytes) -> [String: String] {
        var variables: [String: String] = [:]
        for entry in bytes.split(separator: 0) {
            guard let sign = entry.firstIndex(of: UInt8(ascii: "=")), sign > entry.startIndex else { continue }
            variables[entry[..<sign].text] = entry[(sign + 1)...].text
        }
        return variables
    }
}
