package import Basics

/// The files that Monitor writes, the recorder of Asterisk up to 20 (res_monitor.c).
///
/// There is a file for each side, and one with both with option `m`. The names here have no extension. Without a base
/// for the names there are none, because the files then have only the channel and the second of their begin in their
/// names.
package struct MonitorArguments: Sendable, Equatable {
    /// All names that the files may have, without extensions.
    package let files: [[UInt8]]

    /// Parses the arguments of `Monitor(format[:url],base,options)`.
    package init(monitor data: Bytes) {
        let rest = MixMonitorArguments.first(of: data).rest
        self.init(base: MixMonitorArguments.first(of: rest).argument)
    }

    /// Parses the arguments of `ChangeMonitor(base)`.
    package init(changeMonitor data: Bytes) { self.init(base: MixMonitorArguments.first(of: data).argument) }

    private init(base: [UInt8]) {
        files = base.isEmpty ? [] : ["", "-in", "-out"].map { base + Array($0.utf8) }
    }
}
