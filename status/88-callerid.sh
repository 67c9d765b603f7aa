# ---- Caller IDs ----

# Only where systemd starts the service: for others this is not their subject.
check_callerid() {
    section callerid 'Caller IDs'
    local unit=asterisk-connector-callerid state host=127.0.0.1 port=8000 percent=10 answer
    have systemctl && [[ $(limited 5 systemctl is-enabled "$unit.service" 2>/dev/null) == enabled ]] || return 0
    state=$(limited 5 systemctl is-active "$unit.service" 2>/dev/null)
    if [[ $state != active ]]; then
        fail callerid.service "The service $unit is ${state:-not active}" 'Calls keep the caller ID that they have.' \
            "$(lines 'asterisk-connector callerid check' "systemctl restart $unit" "journalctl -u $unit -n 50")"
        return
    fi
    ok callerid.service "The service $unit is active"
    callerid_settings || return 0
    [[ $host != 0.0.0.0 && $host != :: ]] || host=127.0.0.1
    is_number "$port" && is_number "$percent" && is_host "$host" && [[ $port != 0 ]] || return 0
    answer=$(isolated 10 http_get "$host" "$port" /status 2>/dev/null </dev/null)
    if [[ $answer == 'HTTP/1.1 200'* && $answer == *'"service":"callerid"'* ]]; then
        check_callerid_status "$answer" "$percent"
    else
        fail callerid.answers "The service of caller IDs does not answer at $host:$port" \
            "${answer%%$'\n'*}" "$(lines "journalctl -u $unit -n 50" "systemctl restart $unit")"
    fi
}

# Sets host, port and percent from the file of the service; 1 when it cannot be read.
callerid_settings() {
    local file=${CALLERID_ENV_FILE:-/etc/asterisk-connector/callerid.env} line NAME
    if [[ ! -r $file ]]; then
        info callerid.settings "$file cannot be read" 'The service was not asked for its state.'
        return 1
    fi
    while IFS= read -r line || [[ -n $line ]]; do
        if ! env_line "$line" || [[ -z $REPLY ]]; then continue; fi
        case $NAME in
        API_HOST) host=$REPLY ;;
        API_PORT) port=$REPLY ;;
        LOW_WATER_PERCENT) percent=$REPLY ;;
        esac
    done <"$file"
}

check_callerid_status() { # ANSWER PERCENT
    local active=0 free=0
    [[ ! $1 =~ '"active":'([0-9]{1,9}) ]] || active=${BASH_REMATCH[1]}
    [[ ! $1 =~ '"free":'([0-9]{1,9}) ]] || free=${BASH_REMATCH[1]}
    if [[ $1 =~ '"problem":"'([^\"]*) ]]; then
        fail callerid.store 'Caller IDs are not stored as they should be' "${BASH_REMATCH[1]}" \
            "$(lines 'df -h /var/lib/asterisk-connector' 'journalctl -u asterisk-connector-callerid -n 50')"
    fi
    if [[ $1 =~ '"redis":"'([^\"]*) ]]; then
        warn callerid.redis 'Caller IDs are decided without Redis' "${BASH_REMATCH[1]}" \
            'asterisk-connector callerid check'
    elif [[ $1 == *'"redis":null'* ]]; then
        ok callerid.redis 'Redis decides about caller IDs'
    fi
    if ((active == 0)); then
        warn callerid.numbers 'There are no caller IDs in use' 'Every call keeps the caller ID that it has.' \
            'asterisk-connector callerid add NUMBER'
    elif ((free * 100 < active * $2)); then
        warn callerid.numbers "Few caller IDs are free: $free of $active" \
            "Less than $2 % are; without any, calls keep the caller ID that they have." \
            "$(lines 'asterisk-connector callerid stats' 'asterisk-connector callerid add NUMBER')"
    else
        ok callerid.numbers "Caller IDs are free: $free of $active"
    fi
}
