import Basics
import CODBC

/// A handle of the driver manager, freed with the last reference; the thread of its connection uses it.
@safe
final class ODBCHandle {
    let raw: SQLHANDLE
    let kind: SQLSMALLINT
    let library: ODBCLibrary
    /// Keeps the handle above alive: the connection of a statement, the environment of a connection.
    private let parent: ODBCHandle?

    init(_ kind: Int, in parent: ODBCHandle?, _ library: ODBCLibrary) throws(ODBCError) {
        var raw: SQLHANDLE?
        let code = unsafe library.allocate(SQLSMALLINT(kind), parent?.raw, &raw)
        guard code.isSuccess, let raw = unsafe raw else {
            throw parent?.error("prepare a call", Redaction([])) ?? .unexpected("unixODBC has no memory")
        }
        unsafe self.raw = raw
        self.kind = SQLSMALLINT(kind)
        self.library = library
        self.parent = parent
    }

    deinit { _ = unsafe library.free(kind, raw) }

    /// The first diagnostic of the last call.
    func error(_ operation: String, _ redaction: Redaction) -> ODBCError {
        var state = [SQLWCHAR](repeating: 0, count: 6)
        var message = [SQLWCHAR](repeating: 0, count: 1024)
        var native: SQLINTEGER = 0
        var length: SQLSMALLINT = 0
        let code = unsafe library.diagnostic(kind, raw, 1, &state, &native, &message, 1024, &length)
        guard code.isSuccess else {
            return .server(ODBCDiagnostic(state: "HY000", message: "unknown error", operation: operation))
        }
        let text = String(decoding: message.prefix(min(max(Int(length), 0), 1023)), as: UTF16.self)
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return .server(
            ODBCDiagnostic(
                state: String(decoding: state.prefix(5), as: UTF16.self),
                message: redaction.applied(to: line),
                operation: operation
            )
        )
    }
}

extension SQLRETURN {
    /// Whether a call did what it should; `SQL_SUCCESS_WITH_INFO` may be a truncated value.
    var isSuccess: Bool { Int(self) == SQL_SUCCESS || Int(self) == SQL_SUCCESS_WITH_INFO }
}
