package import Basics

/// The files that Monitor writes, the recorder of Asterisk up to 20 (res_monitor.c).
///
/// There is one for each side, and one with both where its option `m` asks for it. Their names have no extension here.
/// Without a base for the names they are told by nothing but the channel and the second of their begin.
package struct MonitorArguments: Sendable, Equatable {
    package let files: [[UInt8]]

    /// Of `Monitor(format[:url],base,options)`.
    package init(monitor data: Bytes) {
        let rest = MixMonitorArguments.first(of: data).rest
        self.init(base: MixMonitorArguments.first(of: rest).argument)
    }

    /// Of `ChangeMonitor(base)`.
    package init(changeMonitor data: Bytes) { self.init(base: MixMonitorArguments.first(of: data).argument) }

    private init(base: [UInt8]) {
        files = base.isEmpty ? [] : ["", "-in", "-out"].map { base + Array($0.utf8) }
    }
}
