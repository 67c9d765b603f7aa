import Basics

/// Keeps figures current, deletes old history, and warns when few numbers are free.
struct CallerIDHousekeeping: Service {
    let name = "callerid-housekeeping"
    private let engine: EmbeddedEngine
    private let audit: AdminAudit
    private let days: Int
    private let lowWater: Int
    private let log: Logger

    init(_ engine: EmbeddedEngine, _ audit: AdminAudit, _ configuration: CallerIDConfiguration, log: Logger) {
        self.engine = engine
        self.audit = audit
        days = configuration.auditDays
        lowWater = configuration.lowWater
        self.log = log
    }

    /// The numbers made free in one turn: decisions wait for it.
    private static let step = 100
    /// The rows of the history deleted in one turn.
    private static let historyStep = 1000

    /// Works once a second until cancelled; deletes history once a minute.
    func run() async throws {
        do {
            try await work()
        } catch {
            await audit.flush()
            throw error
        }
    }

    private func work() async throws {
        var turn = 0
        var isLow = false
        while true {
            while engine.bringBack(limit: Self.step) == Self.step { await Task.yield() }
            if turn % 60 == 0 {
                await deleteHistory()
                await audit.deleteOld()
            }
            turn += 1
            warn(&isLow)
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func deleteHistory() async {
        let limit = Timestamp.now().adding(seconds: -days * 86_400)
        do throws(CallerIDStoreError) {
            while try await engine.deleteHistory(before: limit, limit: Self.historyStep), !Task.isCancelled {}
        } catch {
            log.warning("history of caller IDs not shortened, retrying", [.init(own: "error", "\(error)")])
        }
    }

    private func warn(_ isLow: inout Bool) {
        let figures = engine.figures.selection
        guard figures.isLow(below: lowWater) != isLow else { return }
        isLow.toggle()
        let fields: [Logger.Field] = [.init("free", figures.free), .init("active", figures.active)]
        if isLow { log.warning("few caller IDs free", fields) } else { log.info("enough caller IDs free", fields) }
    }
}
