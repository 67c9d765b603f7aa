import Basics
import CCurl

/// The active transfers of one multi handle; used only on the loop's thread.
@safe
final class CurlTransfers {
    /// The most idle handles that are kept: creating one and setting its options costs more than a small request.
    private static let maximumIdleHandles = 16

    /// The most connections that are kept open between requests.
    private static let maximumIdleConnections = 16

    private struct Active {
        let transfer: Transfer
        let handle: EasyHandle
    }

    private let multi: UnsafeMutableRawPointer
    private let configuration: HTTPClient.Configuration
    private var active: [ObjectIdentifier: Active] = [:]
    private var idle: [EasyHandle] = []

    /// Whether the next request gets a new connection: after a timeout, the old connection may be dead without a sign.
    private var connectsFreshly = false

    init(_ multi: UnsafeMutableRawPointer, _ configuration: HTTPClient.Configuration) {
        unsafe self.multi = multi
        self.configuration = configuration
        _ = unsafe ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.maximumIdleConnections)
    }

    func start(_ transfer: Transfer) {
        guard !transfer.isCancelled else { return transfer.finish(.failure(.cancelled)) }
        guard let handle = idle.popLast() ?? EasyHandle(configuration) else {
            return transfer.finish(.failure(.notSent("no memory for a handle of libcurl")))
        }
        do throws(HTTPError) {
            try handle.prepare(for: transfer, freshConnection: connectsFreshly)
            guard unsafe curl_multi_add_handle(multi, handle.pointer) == CURLM_OK else {
                throw .notSent("libcurl does not take it")
            }
        } catch {
            handle.clear()
            return transfer.finish(.failure(error))
        }
        connectsFreshly = false
        active[ObjectIdentifier(transfer)] = Active(transfer: transfer, handle: handle)
    }

    func cancel(_ transfer: Transfer) {
        guard let ended = active[ObjectIdentifier(transfer)] else { return }
        end(ended, with: .failure(.cancelled))
    }

    func cancelAll() {
        for ended in active.values { end(ended, with: .failure(.cancelled)) }
        idle = []
    }

    /// Does the work that is ready, then sleeps until there is more, a command arrives, or a minute has passed.
    func performAndWait() {
        var running: Int32 = 0
        unsafe curl_multi_perform(multi, &running)
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE,
                let finished = unsafe EasyHandle.transfer(of: message.pointee.easy_handle),
                let ended = active[ObjectIdentifier(finished)]
            else { continue }
            let code = unsafe ccurl_message_result(message)
            if code == CURLE_OPERATION_TIMEDOUT { connectsFreshly = true }
            end(ended, with: ended.handle.outcome(code, of: finished))
        }
        unsafe curl_multi_poll(multi, nil, 0, 60_000, nil)
    }

    private func end(_ ended: Active, with outcome: Transfer.Outcome) {
        unsafe curl_multi_remove_handle(multi, ended.handle.pointer)
        active[ObjectIdentifier(ended.transfer)] = nil
        ended.handle.clear()
        if idle.count < Self.maximumIdleHandles { idle.append(ended.handle) }
        ended.transfer.finish(outcome)
    }
}
