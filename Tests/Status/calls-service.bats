# The service of calls, where it is enabled.

load helper

setup() {
    make_pbx
    echo active >"$FAKES/calls.txt"
    export CALLS_ENV_FILE=$PBX/calls.env
    answer synced ''
}

# 'status' of the helper gives the script nothing of the environment but what it names.
status() {
    cd "$PBX" || return
    env -i PATH="$PBX/bin" HOSTNAME=pbx PBX="$PBX" FAKES="$FAKES" REAL_DATE="$REAL_DATE" ASTERISK_ETC="$PBX/etc" \
        PROC_ROOT="$PBX/proc" CALLS_ENV_FILE="$CALLS_ENV_FILE" "$BASH" "$STATUS" "$@"
}

answer() { # SYNC PROBLEMS: what the service says of itself
    printf 'HTTP/1.1 200 OK\r\n\r\n{"service":"calls","version":"0.1.0","sync":"%s","calls":7,"agents":12,"problems":[%s]}' \
        "$1" "$2" >"$PBX/answer"
    [[ -n ${CALLS_PORT:-} ]] || {
        serve TCP-LISTEN:0,bind=127.0.0.1,fork "$HERE/http-server $PBX/answer"
        CALLS_PORT=$PORT
    }
    printf 'CALLS_BIND=0.0.0.0\nCALLS_PORT="%s"\n' "$CALLS_PORT" >"$CALLS_ENV_FILE"
}

@test "a service with true calls has nothing to complain about" {
    report
    expect calls.service ok
    expect calls.state ok '7 calls, 12 agents'
    no jq -e '.findings[] | select(.section == "calls" and .level != "ok")' "$PBX/report.json"
}

@test "without the service, or without systemd, it is no subject" {
    rm "$FAKES/calls.txt"
    report
    no jq -e '.findings[] | select(.section == "calls")' "$PBX/report.json"
    echo active >"$FAKES/calls.txt"
    without systemctl
    report
    no jq -e '.findings[] | select(.section == "calls")' "$PBX/report.json"
}

@test "a service that is enabled and does not run is an error" {
    echo failed >"$FAKES/calls.txt"
    report
    expect calls.service error 'is failed' 'journalctl -u asterisk-connector-calls' 'calls check'
    expect_none calls.state
}

@test "lists that do not come are a warning, a database that fails is an error" {
    answer syncing '"the live state is not that of the PBX: syncing"'
    report
    expect calls.state warning 'syncing' 'calls check'
    answer synced '"the database of calls fails: disk I/O error"'
    report
    expect calls.database error 'df -h'
}

@test "a port where something else answers, or nothing, is an error" {
    printf 'HTTP/1.1 404 Not Found\r\n\r\n' >"$PBX/answer"
    report
    expect calls.answers error '404' 'journalctl'
    printf 'HTTP/1.1 401 Unauthorized\r\n\r\n' >"$PBX/answer"
    report
    expect calls.answers info '127.0.0.1 only'
    echo CALLS_PORT=1 >>"$CALLS_ENV_FILE"
    report
    expect calls.answers error 'at 127.0.0.1:1'
}

@test "a service that speaks TLS is not asked, nor one whose settings cannot be read" {
    echo CALLS_TLS_CERT_FILE=/etc/asterisk-connector/calls.pem >>"$CALLS_ENV_FILE"
    report
    expect calls.answers info 'speaks TLS'
    rm "$CALLS_ENV_FILE"
    report
    expect calls.settings info 'calls.env'
    expect_none calls.answers
}
