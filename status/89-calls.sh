# ---- Calls ----

# Only where systemd starts the service: for others this is not their subject.
check_calls() {
    section calls 'Live calls'
    local unit=asterisk-connector-calls state host=127.0.0.1 port=8004 tls='' answer
    have systemctl && [[ $(limited 5 systemctl is-enabled "$unit.service" 2>/dev/null) == enabled ]] || return 0
    state=$(limited 5 systemctl is-active "$unit.service" 2>/dev/null)
    if [[ $state != active ]]; then
        fail calls.service "The service $unit is ${state:-not active}" 'Nobody sees live calls.' \
            "$(lines 'asterisk-connector calls check' "systemctl restart $unit" "journalctl -u $unit -n 50")"
        return
    fi
    ok calls.service "The service $unit is active"
    calls_settings || return 0
    [[ $host != 0.0.0.0 && $host != :: ]] || host=127.0.0.1
    is_number "$port" && is_host "$host" && [[ $port != 0 ]] || return 0
    if [[ -n $tls ]]; then
        info calls.answers "The service of calls speaks TLS at $host:$port" \
            "It was not asked for its state; 'asterisk-connector calls check' does."
        return
    fi
    answer=$(isolated 10 http_get "$host" "$port" /status 2>/dev/null </dev/null)
    if [[ $answer == 'HTTP/1.1 200'* && $answer == *'"service":"calls"'* ]]; then
        check_calls_status "$answer"
    elif [[ $answer == 'HTTP/1.1 401'* ]]; then
        info calls.answers "The service of calls answers at $host:$port" \
            'It tells its state from 127.0.0.1 only, or to an administrator who is logged in.'
    else
        fail calls.answers "The service of calls does not answer at $host:$port" \
            "${answer%%$'\n'*}" "$(lines "journalctl -u $unit -n 50" "systemctl restart $unit")"
    fi
}

# Sets host, port and tls from the file of the service; 1 when it cannot be read.
calls_settings() {
    local file=${CALLS_ENV_FILE:-/etc/asterisk-connector/calls.env} line NAME
    if [[ ! -r $file ]]; then
        info calls.settings "$file cannot be read" 'The service was not asked for its state.'
        return 1
    fi
    while IFS= read -r line || [[ -n $line ]]; do
        if ! env_line "$line" || [[ -z $REPLY ]]; then continue; fi
        case $NAME in
        CALLS_BIND) host=$REPLY ;;
        CALLS_PORT) port=$REPLY ;;
        CALLS_TLS_CERT_FILE) tls=$REPLY ;;
        esac
    done <"$file"
}

check_calls_status() { # ANSWER
    local calls=0 agents=0 sync=unknown
    [[ ! $1 =~ '"calls":'([0-9]{1,9}) ]] || calls=${BASH_REMATCH[1]}
    [[ ! $1 =~ '"agents":'([0-9]{1,9}) ]] || agents=${BASH_REMATCH[1]}
    [[ ! $1 =~ '"sync":"'([a-z_]{1,40})'"' ]] || sync=${BASH_REMATCH[1]}
    if [[ $1 == *'"problems":[]'* ]]; then
        ok calls.state "Live calls are those of the PBX: $calls calls, $agents agents"
    elif [[ $1 == *'the database of calls fails'* ]]; then
        fail calls.database 'The users and logins of calls cannot be stored' '' \
            "$(lines 'df -h /var/lib/asterisk-connector' 'journalctl -u asterisk-connector-calls -n 50')"
    else
        warn calls.state "Live calls may not be those of the PBX: $sync" \
            'Asterisk is away, or its lists are being read.' \
            "$(lines 'asterisk-connector calls check' 'journalctl -u asterisk-connector-calls -n 50')"
    fi
}
