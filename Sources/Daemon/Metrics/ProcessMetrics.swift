package import Basics

/// The metrics that every process has: its version, and the kernel's figures about it.
package enum ProcessMetrics {
    /// Registers the gauge with the version as its label.
    package static func registerVersion(in registry: Registry) {
        registry.gauge(Registry.prefix + "build_info", "The version that runs.", [("version", Version.number)]) { 1 }
    }

    /// Registers the kernel's figures about this process, which are read at each scrape.
    package static func registerFigures(in registry: Registry) {
        registry.counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.") {
            ProcessFigures.read().cpuSeconds
        }
        registry.gauge("process_resident_memory_bytes", "Resident memory size in bytes.") {
            ProcessFigures.read().residentBytes
        }
        registry.gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.") {
            ProcessFigures.read().virtualBytes
        }
        registry.gauge("process_open_fds", "Number of open file descriptors.") { ProcessFigures.read().openFiles }
        registry.gauge("process_max_fds", "Maximum number of open file descriptors.") {
            ProcessFigures.read().maximumFiles
        }
        registry.gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.") {
            ProcessFigures.read().startTime
        }
    }
}

extension Registry {
    /// The prefix of the names of metrics, except for those that older dashboards know.
    package static let prefix = "asterisk_connector_"
}
