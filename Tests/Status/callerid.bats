# The service of caller IDs, where it is enabled.

load helper

setup() {
    make_pbx
    echo active >"$FAKES/callerid.txt"
    export CALLERID_ENV_FILE=$PBX/callerid.env
    answer 10 5 null
}

# 'status' of the helper gives the script nothing of the environment but what it names.
status() {
    cd "$PBX" || return
    env -i PATH="$PBX/bin" HOSTNAME=pbx PBX="$PBX" FAKES="$FAKES" REAL_DATE="$REAL_DATE" ASTERISK_ETC="$PBX/etc" \
        PROC_ROOT="$PBX/proc" CALLERID_ENV_FILE="$CALLERID_ENV_FILE" "$BASH" "$STATUS" "$@"
}

answer() { # ACTIVE FREE PROBLEM: what the service says of itself
    printf 'HTTP/1.1 200 OK\r\n\r\n{"service":"callerid","version":"0.1.0","engine":"embedded",%s,"problem":%s}' \
        "\"numbers\":{\"total\":12,\"active\":$1,\"free\":$2,\"reserved\":1}" "$3" >"$PBX/answer"
    [[ -n ${CALLERID_PORT:-} ]] || {
        serve TCP-LISTEN:0,bind=127.0.0.1,fork "$HERE/http-server $PBX/answer"
        CALLERID_PORT=$PORT
    }
    printf 'API_HOST=0.0.0.0\nAPI_PORT="%s"\n' "$CALLERID_PORT" >"$CALLERID_ENV_FILE"
}

@test "a service with free numbers has nothing to complain about" {
    report
    expect callerid.service ok
    expect callerid.numbers ok '5 of 10'
    no jq -e '.findings[] | select(.section == "callerid" and .level != "ok")' "$PBX/report.json"
}

@test "without the service, or without systemd, it is no subject" {
    rm "$FAKES/callerid.txt"
    report
    no jq -e '.findings[] | select(.section == "callerid")' "$PBX/report.json"
    echo active >"$FAKES/callerid.txt"
    without systemctl
    report
    no jq -e '.findings[] | select(.section == "callerid")' "$PBX/report.json"
}

@test "a service that is enabled and does not run is an error" {
    echo failed >"$FAKES/callerid.txt"
    report
    expect callerid.service error 'is failed' 'journalctl -u asterisk-connector-callerid' 'callerid check'
    expect_none callerid.numbers
}

@test "Redis is a subject where the service uses it" {
    report
    expect_none callerid.redis
    answer 10 5 'null,"redis":null'
    report
    expect callerid.redis ok
    answer 10 5 'null,"redis":"Redis did not answer in time"'
    report
    expect callerid.redis warning 'did not answer in time' 'callerid check'
    expect callerid.numbers ok
}

@test "no number in use is a warning" {
    answer 0 0 null
    report
    expect callerid.numbers warning 'callerid add'
}

@test "few free numbers are a warning, by the setting of the service" {
    answer 100 9 null
    report
    expect callerid.numbers warning '9 of 100' '10 %'
    echo LOW_WATER_PERCENT=9 >>"$CALLERID_ENV_FILE"
    report
    expect callerid.numbers ok '9 of 100'
}

@test "a journal or a store that fails is an error with its reason" {
    answer 10 5 '"decisions are not written to the journal"'
    report
    expect callerid.store error 'not written to the journal' 'df -h'
    expect callerid.numbers ok
}

@test "a port where something else answers, or nothing, is an error" {
    printf 'HTTP/1.1 404 Not Found\r\n\r\n' >"$PBX/answer"
    report
    expect callerid.answers error '404' 'journalctl'
    echo API_PORT=1 >>"$CALLERID_ENV_FILE"
    report
    expect callerid.answers error 'at 127.0.0.1:1'
}

@test "settings that cannot be read are said, and the service is not asked" {
    rm "$CALLERID_ENV_FILE"
    report
    expect callerid.settings info 'callerid.env'
    expect_none callerid.answers
}
