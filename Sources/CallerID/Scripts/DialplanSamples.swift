import Basics
import Daemon

/// Contexts of a dialplan that ask the service, with the ports of the settings.
///
/// A call goes on when the service is down: it keeps its caller ID.
package struct DialplanSamples: Sendable {
    /// Where Asterisk, on the same machine, reaches FastAGI; `nil` when it is off.
    private let agi: String?
    /// Where it reaches HTTP; `nil` when the port is not known in advance.
    private let http: String?
    private let requiresToken: Bool

    package init(_ configuration: CallerIDConfiguration) {
        let usualPort = CallerIDConfiguration().agiPort
        let (host, port) = (WebAddress.local(toBind: configuration.agiHost), configuration.agiPort)
        agi = port == 0 ? nil : "agi://\(host)" + (port == usualPort ? "" : ":\(port)")
        let address = WebAddress.local(toBind: configuration.host)
        http = configuration.port == 0 ? nil : "http://\(address):\(configuration.port)"
        requiresToken = configuration.requiresToken
    }

    /// All samples, with what they are for as comments.
    package var text: String {
        [
            "; Rotation, by FastAGI.\n" + (rotation ?? "; AGI_PORT is 0: FastAGI is off.\n"),
            "; Rotation, by HTTP: needs func_curl, func_json and func_uri, and Asterisk 16.24, 18.10, 19.2 or later. A\n"
                + "; call without a campaign or an agent asks as `default` or `unknown`.\n"
                + (rotationByHTTP ?? "; API_PORT is 0: the port is known only when the service runs.\n"),
            "; The number of the trunk, by FastAGI.\n" + (trunk ?? "; AGI_PORT is 0: FastAGI is off.\n"),
        ].joined(separator: "\n")
    }

    /// Rotation by FastAGI; `nil` when that is off.
    package var rotation: String? {
        agi.map { agi in
            """
            [callerid-rotation]
            exten => _X.,1,Set(TO=${FILTER(0-9,${EXTEN})})
             same => n,AGI(\(agi)/next-cid,${TO},${FILTER(A-Za-z0-9_-,${VICIDIAL_campaign})},${FILTER(A-Za-z0-9_-,${VICIDIAL_agent})})
             same => n,Dial(${TRUNK}/${TO},${TIMEOUT},${OPTIONS})
             same => n,Hangup()
            exten => h,1,AGI(\(agi)/release,${CALLERID(num)})

            """
        }
    }

    /// Rotation by HTTP; `nil` when the port is not known.
    package var rotationByHTTP: String? {
        http.map { http in
            let token =
                requiresToken
                ? "\n same => n,Set(CURLOPT(httpheader)=Authorization: Bearer ${ADMIN_TOKEN})" : ""
            return """
                [callerid-rotation-http]
                exten => _X.,1,Set(TO=${FILTER(0-9,${EXTEN})})
                 same => n,ExecIf($[${LEN(${VICIDIAL_campaign})} = 0]?Set(VICIDIAL_campaign=default))
                 same => n,ExecIf($[${LEN(${VICIDIAL_agent})} = 0]?Set(VICIDIAL_agent=unknown))
                 same => n,Set(CURLOPT(conntimeout)=0.3)
                 same => n,Set(CURLOPT(httptimeout)=0.5)\(token)
                 same => n,Set(API_RESPONSE=${CURL(\(http)/next-cid?to=${TO}&campaign=${URIENCODE(${VICIDIAL_campaign})}&agent=${URIENCODE(${VICIDIAL_agent})}&request_id=${UNIQUEID})})
                 same => n,Set(NEW_CID=${FILTER(0-9,${JSON_DECODE(API_RESPONSE,caller_id)})})
                 same => n,ExecIf($["${NEW_CID}" != ""]?Set(CALLERID(num)=${NEW_CID}))
                 same => n,Dial(${TRUNK}/${TO},${TIMEOUT},${OPTIONS})
                 same => n,Hangup()

                """
        }
    }

    /// The caller ID of a trunk and route, with the recording and the dialling that follow; `nil` without FastAGI.
    package var trunk: String? {
        agi.map { agi in
            """
            [default]
            exten => _9.,1,AGI(\(agi)/set_callerid)
             same => n,Set(Autos=${CUT(CDR(UNIQUEID),#,1)})
             same => n,GotoIf($["${Autos}" = "AT"]?auto_call)
             same => n(empty_callerid),Set(CALLERID(all)=MN_${src_number}#${TRUNK_NAME}#${route_number}#${new_cid_number}###123#${CDR(UNIQUEID)})
             same => n(auto_call),MixMonitor(${STRFTIME(${EPOCH},,%Y-%m-%d)}/${CDR(UNIQUEID)}.gsm)
             same => n,Dial(PJSIP/9${route_number}${FILTER(0-9,${EXTEN:1})}@kamailio,40,TtG)

            """
        }
    }
}
