import Basics

/// Code in Lua that Redis runs in one step, once for functions (Redis 7) and for scripts (older ones).
///
/// A body sees `KEYS` and `ARGV` and returns the reply, as a script does. Names of functions are global in Redis, so they
/// begin with the name of the library: `NAME_function`.
///
/// ```swift
/// let library = RedisFunctionLibrary(
///     "callerid",
///     shared: "local function double(x) return 2 * x end",
///     bodies: ["double": "return double(tonumber(ARGV[1]))"]
/// )
/// ```
package struct RedisFunctionLibrary: Sendable {
    /// The name of the library: letters, digits and `_`.
    package let name: String
    /// The library as FUNCTION LOAD takes it.
    let code: String
    private let scripts: [String: Script]

    struct Script: Sendable {
        /// The name for FCALL.
        let function: String
        let body: String
        /// SHA-1 of the body in hexadecimal digits, for EVALSHA.
        let digest: [UInt8]
    }

    /// - Parameters:
    ///   - shared: local functions that all bodies can call; it must not call Redis outside of them, nor use `KEYS` and
    ///     `ARGV`, which are arguments of the bodies.
    ///   - bodies: the code of each function, by a name of letters, digits and `_`.
    package init(_ name: String, shared: String = "", bodies: [String: String]) {
        self.name = name
        var code = "#!lua name=\(name)\n\(shared)\n"
        for (key, body) in bodies.sorted(by: { $0.key < $1.key }) {
            code += "redis.register_function('\(name)_\(key)', function(KEYS, ARGV)\n\(body)\nend)\n"
        }
        self.code = code
        scripts = Dictionary(
            uniqueKeysWithValues: bodies.map { key, body in
                let script = shared.isEmpty ? body : "\(shared)\n\(body)"
                let digest = ASCII.hexadecimal(Digest.sha1(Array(script.utf8)))
                return (key, Script(function: "\(name)_\(key)", body: script, digest: digest))
            }
        )
    }

    func script(_ name: String) -> Script? { scripts[name] }
}
