/// Why values are not a row of Master.csv of cdr_csv.
package enum MasterRowError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The number of columns is wrong.
    case columns(Int)
    /// The row is a header with the names of columns.
    case header
    /// The columns are those of cdr_custom's sample, whose file has the same name.
    case custom
    /// A column has a value of another kind; columns are counted from 1.
    case column(Int, name: String)

    package var description: String {
        switch self {
        case .columns(let count): "has \(count) columns; Master.csv of cdr_csv has 16 to 21"
        case .header: "is a header, and no call; Master.csv of cdr_csv has none"
        case .custom:
            "has the columns of cdr_custom; only Master.csv of cdr_csv is read, in the folder cdr-csv of Asterisk's logs"
        case .column(let number, let name):
            "is no row of cdr_csv: column \(number) must be the \(name) of the call"
        }
    }
}
