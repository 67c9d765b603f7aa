# The dialplan that `callerid dialplan` prints, in a real Asterisk: with the service up, down and stalled. Needs root,
# ASTERISK_LAB=1, 'scripts/asterisk-lab install' and a debug build.

ROOT=$BATS_TEST_DIRNAME/../..
BINARY=${ASTERISK_CONNECTOR:-$ROOT/.build/debug/asterisk-connector}

lab() { "$ROOT/scripts/asterisk-lab" "$@" 3>&-; }

free_port() { # prints a port of the loopback that is free now
    local log=$BATS_FILE_TMPDIR/port.$1
    : >"$log"
    socat -d -d TCP-LISTEN:0,bind=127.0.0.1 /dev/null 2>"$log" 3>&- &
    until grep -q 'listening on' "$log"; do sleep 0.02; done
    kill $!
    sed -n 's/.*listening on .*:\([0-9]*\)$/\1/p' "$log"
}

setup_file() {
    [[ -n ${ASTERISK_LAB:-} ]] || return 0
    export ASTERISK_LAB_STATE=$BATS_FILE_TMPDIR/lab AMI_PORT AMI_TLS_PORT IAX_PORT FAR_PORT
    AMI_PORT=$(free_port 1) AMI_TLS_PORT=$(free_port 2) IAX_PORT=$(free_port 3) FAR_PORT=$(free_port 4)
    export API_HOST=127.0.0.1 API_PORT AGI_HOST=127.0.0.1 AGI_PORT
    API_PORT=$(free_port 5) AGI_PORT=$(free_port 6)
    lab start
    # res_agi needs res_speech, and does not load it.
    for module in res_speech res_agi res_curl func_curl func_json func_uri func_cut func_global; do
        lab cli "module load $module.so" >/dev/null
    done
    {
        "$BINARY" callerid dialplan
        cat <<'END_OF_DIALPLAN'
[globals](+)
TRUNK=Local
TIMEOUT=60
OPTIONS=
; Those who are called see a caller ID, and stay.
[default](+)
exten => _31X.,1,Set(GLOBAL(seen${EXTEN})=${CALLERID(num)})
 same => n,Answer()
 same => n,Wait(120)
; The phone that calls has a caller ID of its own.
[caller]
exten => _X.,1,Set(CALLERID(num)=2001)
 same => n,Set(VICIDIAL_campaign=sales & more)
 same => n,Set(VICIDIAL_agent=agent001)
 same => n,Goto(${WAY},${EXTEN},1)
; This call has no campaign and no agent.
exten => 3105559834,1,Set(CALLERID(num)=2001)
 same => n,Goto(${WAY},${EXTEN},1)
END_OF_DIALPLAN
    } >>"$ASTERISK_LAB_STATE/etc/extensions.conf"
    lab cli 'dialplan reload' >/dev/null
}

teardown_file() { [[ -z ${ASTERISK_LAB:-} ]] || lab stop; }

setup() {
    [[ -n ${ASTERISK_LAB:-} ]] || skip 'ASTERISK_LAB=1 is not set'
    export CALLERID_DIR=$BATS_TEST_TMPDIR/callerid
    "$BINARY" callerid add 2125550001 >/dev/null
    "$BINARY" callerid add 2125550002 >/dev/null
    start_service
}

teardown() {
    [[ -n ${ASTERISK_LAB:-} ]] || return 0
    kill -CONT "$SERVICE" 2>/dev/null || true
    lab cli 'channel request hangup all' >/dev/null
    eventually idle
    kill "$SERVICE" 2>/dev/null || true
}

start_service() {
    "$BINARY" callerid run >"$BATS_TEST_TMPDIR/run" 2>&1 3>&- &
    SERVICE=$!
    eventually grep -q 'caller IDs over HTTP' "$BATS_TEST_TMPDIR/run"
}

stop_service() {
    kill "$SERVICE"
    wait "$SERVICE" || true
}

eventually() { # COMMAND...: until it succeeds
    for _ in $(seq 100); do
        if "$@"; then return; fi
        sleep 0.1
    done
    echo "never: $*; the log of the service:" >&2
    cat "$BATS_TEST_TMPDIR/run" >&2
    lab cli 'core show channels concise' >&2
    return 1
}

idle() { lab cli 'core show channels count' | grep -q '^0 active channels'; }

call() { # CONTEXT NUMBER
    lab cli "dialplan set global WAY $1" >/dev/null
    lab cli "dialplan set global seen$2 nothing" >/dev/null
    lab cli "channel originate Local/wait@phone/n extension $2@caller" >/dev/null
}

seen() { # NUMBER: sets REPLY to the caller ID that the one called sees
    REPLY=$(lab cli 'dialplan show globals' | sed -n "s/^ *seen$1=//p")
    [[ $REPLY != nothing && -n $REPLY ]]
}

channel_of() { # NUMBER: prints the channel that called it
    lab cli 'core show channels concise' | awk -F! -v number="$1" '$3 == number && $2 ~ /^callerid-rotation/ { print $1 }'
}

in_agi() { [[ -n $(lab cli 'core show channels concise' | awk -F! '$6 == "AGI"') ]]; }

@test 'by FastAGI: each call shows a number of its own, and hanging up frees it' {
    call callerid-rotation 3105559801
    eventually seen 3105559801
    [[ $REPLY == 212555000[12] ]]
    first=$REPLY
    call callerid-rotation 3105559802
    eventually seen 3105559802
    [[ $REPLY == 212555000[12] && $REPLY != "$first" ]]

    # None is free: the call keeps its caller ID.
    call callerid-rotation 3105559803
    eventually seen 3105559803
    [[ $REPLY == 2001 ]]

    lab cli "channel request hangup $(channel_of 3105559801)" >/dev/null
    released() { [[ $("$BINARY" callerid stats) =~ active_reservations\ +1 ]]; }
    eventually released
    call callerid-rotation 3105559804
    eventually seen 3105559804
    [[ $REPLY == "$first" ]]
}

@test 'by FastAGI: when the service is down the call goes on with its caller ID' {
    stop_service
    call callerid-rotation 3105559811
    eventually seen 3105559811
    [[ $REPLY == 2001 ]]
    [[ $(lab cli "core show channel $(channel_of 3105559811)") == *AGISTATUS=FAILURE* ]]
}

@test 'by FastAGI: a service that is stalled holds the call, until it goes on' {
    kill -STOP "$SERVICE"
    call callerid-rotation 3105559821
    eventually in_agi
    ! seen 3105559821 || false
    kill -CONT "$SERVICE"
    eventually seen 3105559821
    [[ $REPLY == 212555000[12] ]]

    kill -STOP "$SERVICE"
    call callerid-rotation 3105559822
    eventually in_agi
    # Asterisk tells the service of the end of the calls, and waits for it still: in the script, and in h.
    lab cli 'channel request hangup all' >/dev/null
    two_left() { lab cli 'core show channels count' | grep -q '^2 active channels'; }
    eventually two_left
    in_agi
    kill -CONT "$SERVICE"
    eventually idle
}

@test 'by HTTP: each call shows a number of its own' {
    call callerid-rotation-http 3105559831
    eventually seen 3105559831
    [[ $REPLY == 212555000[12] ]]
    first=$REPLY
    call callerid-rotation-http 3105559832
    eventually seen 3105559832
    [[ $REPLY == 212555000[12] && $REPLY != "$first" ]]
    call callerid-rotation-http 3105559833
    eventually seen 3105559833
    [[ $REPLY == 2001 ]]
}

@test 'by HTTP: a call without a campaign and an agent shows a number too' {
    call callerid-rotation-http 3105559834
    eventually seen 3105559834
    [[ $REPLY == 212555000[12] ]]
}

@test 'by HTTP: when the service is stalled or down the call goes on with its caller ID' {
    kill -STOP "$SERVICE"
    call callerid-rotation-http 3105559841
    eventually seen 3105559841
    [[ $REPLY == 2001 ]]
    kill -CONT "$SERVICE"
    stop_service
    call callerid-rotation-http 3105559842
    eventually seen 3105559842
    [[ $REPLY == 2001 ]]
}
