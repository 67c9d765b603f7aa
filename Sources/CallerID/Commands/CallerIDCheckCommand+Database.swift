import Daemon
import ODBC

extension CallerIDCheckCommand {
    /// Whether the database that numbers come from answers, and has a table of numbers.
    static func checkDatabase(_ configuration: CallerIDConfiguration, _ report: inout CheckReport) async {
        do {
            guard let numbers = try ForeignNumbers(configuration) else { return }
            let table = try await numbers.table()
            report.add(.passed, "Database", "\(numbers.database.configuration.place), table \(table.name)")
        } catch {
            report.add(.failed, "Database", "\(error)")
        }
    }
}
