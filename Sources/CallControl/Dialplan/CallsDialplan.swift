import Daemon

/// What a dialplan needs: contexts for held and transferred calls, and a question before an agent rings.
package struct CallsDialplan: Sendable {
    private let contexts: CallActions.Contexts
    /// Where Asterisk, on the same machine, reaches the service; `nil` when the port is not known in advance.
    private let http: String?
    /// Whether Asterisk has to send CALLS_DIALPLAN_TOKEN, because it does not reach the service by loopback.
    private let needsToken: Bool

    package init(_ configuration: CallsConfiguration) {
        contexts = configuration.contexts
        let address = WebAddress.local(toBind: configuration.host)
        // A certificate has the public name, which need not lead to loopback.
        let host = configuration.isTLS ? configuration.publicHosts.first ?? address : address
        let scheme = configuration.isTLS ? "https" : "http"
        http = configuration.port == 0 ? nil : "\(scheme)://\(host):\(configuration.port)"
        needsToken = WebAddress("http://\(host)")?.isLoopback != true
    }

    /// All parts, with what they are for as comments.
    package var text: String {
        """
        ; Hold, transfers and queues: for extensions.conf, or extensions_custom.conf on FreePBX.
        \(transfers)
        ; Before an agent rings: GoSub(agent-paused,NUMBER,1) sets PAUSED to 1 or 0, and to nothing while the service is
        ; down. Needs func_curl.
        \(question ?? "; CALLS_PORT is 0: the port is known only when the service runs.\n")
        ; The same from a database that has the queues, as ${ODBC_AGENT_PAUSED(NUMBER)}: for func_odbc.conf.
        \(database.split(separator: "\n").map { ";\($0)\n" }.joined())
        """
    }

    /// The contexts that hold calls, and bring back transferred ones that nobody takes.
    package var transfers: String {
        """
        [\(contexts.hold)]
        exten => held,1,StartMusicOnHold()
         same => n,Wait(3600)
         same => n,Wait(5)
         same => n,Hangup()
        exten => holder,1,Wait(3600)
         same => n,Wait(5)
         same => n,Hangup()
        [\(contexts.transfer)]
        exten => _[0-9*#+A-Za-z].,1,Dial(Local/${EXTEN}@${CALL_TARGET_CONTEXT}/n,${CALL_RING_SECONDS},m)
         same => n,GotoIf($["${DIALSTATUS}"="ANSWER"]?done)
         same => n,UserEvent(CallTransferReturn,TransferId: ${CALL_TRANSFER_ID},DialStatus: ${DIALSTATUS})
         same => n,Dial(Local/${CALL_RETURN}@${CALL_TARGET_CONTEXT}/n,30,m)
         same => n(done),Hangup()
        [\(contexts.queue)]
        exten => _[0-9A-Za-z].,1,Queue(${EXTEN})
         same => n,UserEvent(CallTransferReturn,TransferId: ${CALL_TRANSFER_ID},DialStatus: ${QUEUESTATUS})
         same => n,Dial(Local/${CALL_RETURN}@${CALL_TARGET_CONTEXT}/n,30,m)
         same => n,Hangup()

        """
    }

    /// Asks the service whether an agent is paused; `nil` when the port is not known.
    package var question: String? {
        http.map { http in
            let token =
                needsToken
                ? "\n same => n,Set(CURLOPT(httpheader)=Authorization: Bearer ${CALLS_DIALPLAN_TOKEN})" : ""
            return """
                [agent-paused]
                exten => _X.,1,Set(CURLOPT(conntimeout)=0.3)
                 same => n,Set(CURLOPT(httptimeout)=0.5)\(token)
                 same => n,Set(PAUSED=${CURL(\(http)/api/dialplan/agent-paused/${FILTER(0-9,${EXTEN})})})
                 same => n,Return()

                """
        }
    }

    /// Asks the table of Asterisk's realtime queues the same.
    package var database: String {
        """
        [AGENT_PAUSED]
        dsn=asterisk
        readsql=SELECT CASE WHEN COUNT(*) > 0 THEN 1 ELSE 0 END FROM queue_members WHERE paused = 1 AND interface = 'PJSIP/${SQL_ESC(${ARG1})}'
        synopsis=Whether an agent is paused in any queue

        """
    }
}

extension CallsConfiguration {
    /// The contexts of the dialplan that the service sends calls to.
    package var contexts: CallActions.Contexts {
        var contexts = CallActions.Contexts()
        contexts.hold = holdContext
        contexts.transfer = transferContext
        contexts.queue = queueContext
        return contexts
    }
}
