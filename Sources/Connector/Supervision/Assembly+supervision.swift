import Basics
import Daemon
import Delivery
import Reporting
import Spool

extension Assembly {
    /// The services that run only under a service manager.
    func supervision(_ manager: ServiceManager) -> [any Service] {
        let reporter = ServiceReporter(manager: manager, status: { status.line })
        guard let interval = manager.watchdog else { return [reporter] }
        let watchdog = Watchdog(interval: interval, parts: watchedParts, log: log.component("watchdog")) {
            manager.works()
        }
        return [watchdog, reporter]
    }

    /// The parts that the watchdog watches, each before those that wait for it.
    ///
    /// - `tasks`: the shared pool of threads runs a new task.
    /// - `spool`: its thread answers, unless it waits for the disk or repairs a damaged file.
    /// - `ingest`: takes events from the ring while it has any, or repeats a failed commit.
    /// - `shipper`: its loop takes a turn.
    private var watchedParts: [WatchedPart] {
        let tasks = Probe()
        let answers = Probe()
        return [
            WatchedPart {
                ProgressCheck.Sign("tasks", turns: tasks.answers)
            } prompt: {
                tasks.ask { answer in Task { answer() } }
            },
            WatchedPart { [spool] in
                ProgressCheck.Sign("spool", turns: answers.answers, isExcused: spool.isHeldUp)
            } prompt: { [spool] in
                answers.ask { answer in Task { await spool.answer(answer) } }
            },
            reporting.ingest.watched,
            shipper.watched,
        ]
    }
}
