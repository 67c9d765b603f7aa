import Basics
import Spool

/// What is done when there is little else to do: memory and disk space go back to the system.
struct Housekeeping: Service {
    let name = "housekeeping"
    let spool: Spool
    let log: Logger

    /// Looks this often whether there is time.
    private static let interval = Duration.seconds(10)

    func run() async throws {
        var received = 0
        while true {
            try await Task.sleep(for: Self.interval)
            let figures = spool.figures
            let total = figures.tallies.values.reduce(0) { $0 + $1.received }
            let isQuiet = total - received < 1000
            received = total
            guard isQuiet else { continue }
            Heap.trim()
            guard figures.waiting < 1000 else { continue }
            do throws(SpoolError) {
                while try await spool.giveSpaceBack(), !Task.isCancelled {}
            } catch {
                log.warning("the spool gives no space back", [.init("error", error)])
            }
        }
    }
}
