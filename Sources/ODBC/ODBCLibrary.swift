import Basics
import CODBC
import Glibc

/// The driver manager unixODBC, loaded at run time: one table of its functions.
///
/// `@unchecked Sendable`: constant after loading, and the functions may be called by any thread.
@safe
struct ODBCLibrary: @unchecked Sendable {
    let allocate: codbc_alloc_handle
    let free: codbc_free_handle
    let setEnvironment: codbc_set_attribute
    let setConnection: codbc_set_attribute
    let setStatement: codbc_set_attribute
    let connect: codbc_driver_connect
    let disconnect: codbc_disconnect
    let drivers: codbc_drivers
    let information: codbc_get_info
    let diagnostic: codbc_get_diagnostic
    let prepare: codbc_prepare
    let execute: codbc_statement
    let bind: codbc_bind_parameter
    let columnCount: codbc_column_count
    let rowCount: codbc_row_count
    let describeColumn: codbc_describe_column
    let fetch: codbc_statement
    let data: codbc_get_data
    let endTransaction: codbc_end_transaction

    private static let file = "libodbc.so.2"
    private static let loaded = Result { () throws(ODBCError) in try ODBCLibrary(file) }

    /// The library, loaded by the first use; blocks then.
    ///
    /// - Throws: `ODBCError.library`.
    static func shared() throws(ODBCError) -> ODBCLibrary { try loaded.get() }

    init(_ file: String) throws(ODBCError) {
        guard let handle = unsafe dlopen(file, RTLD_NOW | RTLD_LOCAL) else {
            let reason = unsafe dlerror().map { unsafe String(cString: $0) } ?? "unknown"
            throw .library(reason)
        }
        func symbol<Function>(_ name: String, _ type: Function.Type) throws(ODBCError) -> Function {
            guard let address = unsafe dlsym(handle, name) else { throw .library("\(file) has no \(name)") }
            return unsafe unsafeBitCast(address, to: type)
        }
        unsafe allocate = try symbol("SQLAllocHandle", codbc_alloc_handle.self)
        unsafe free = try symbol("SQLFreeHandle", codbc_free_handle.self)
        unsafe setEnvironment = try symbol("SQLSetEnvAttr", codbc_set_attribute.self)
        unsafe setConnection = try symbol("SQLSetConnectAttrW", codbc_set_attribute.self)
        unsafe setStatement = try symbol("SQLSetStmtAttrW", codbc_set_attribute.self)
        unsafe connect = try symbol("SQLDriverConnectW", codbc_driver_connect.self)
        unsafe disconnect = try symbol("SQLDisconnect", codbc_disconnect.self)
        unsafe drivers = try symbol("SQLDriversW", codbc_drivers.self)
        unsafe information = try symbol("SQLGetInfoW", codbc_get_info.self)
        unsafe diagnostic = try symbol("SQLGetDiagRecW", codbc_get_diagnostic.self)
        unsafe prepare = try symbol("SQLPrepareW", codbc_prepare.self)
        unsafe execute = try symbol("SQLExecute", codbc_statement.self)
        unsafe bind = try symbol("SQLBindParameter", codbc_bind_parameter.self)
        unsafe columnCount = try symbol("SQLNumResultCols", codbc_column_count.self)
        unsafe rowCount = try symbol("SQLRowCount", codbc_row_count.self)
        unsafe describeColumn = try symbol("SQLDescribeColW", codbc_describe_column.self)
        unsafe fetch = try symbol("SQLFetch", codbc_statement.self)
        unsafe data = try symbol("SQLGetData", codbc_get_data.self)
        unsafe endTransaction = try symbol("SQLEndTran", codbc_end_transaction.self)
    }
}
