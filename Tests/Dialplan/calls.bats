# What `calls check` says of a real Asterisk, and the dialplan that `calls dialplan` prints. Needs root, ASTERISK_LAB=1,
# 'scripts/asterisk-lab install' and a debug build.

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
    export CALLS_DB=$BATS_FILE_TMPDIR/calls/calls.db CALLS_PORT AMI_HOST=127.0.0.1 AMI_PASSWORD=calls-secret
    export JWT_SECRET=a-key-of-tokens-that-has-thirty-two-bytes
    CALLS_PORT=$(free_port 5)
    lab start
    for module in res_curl func_curl func_global func_dialplan func_module res_mutestream res_manager_devicestate; do
        lab cli "module load $module.so" >/dev/null
    done
    cat >>"$ASTERISK_LAB_STATE/etc/manager.conf" <<'END_OF_USERS'

[reader]
secret = calls-secret
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = system,call,agent,user
write = reporting

[caller]
secret = calls-secret
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = system,call,agent,user
write = reporting,call

[blind]
secret = calls-secret
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = system,call,agent,user
write =

[everything]
secret = calls-secret
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = all
write = all
END_OF_USERS
    lab cli 'manager reload' >/dev/null
}

teardown_file() { [[ -z ${ASTERISK_LAB:-} ]] || lab stop; }

setup() {
    [[ -n ${ASTERISK_LAB:-} ]] || skip 'ASTERISK_LAB=1 is not set'
    SERVICE=
}

teardown() { [[ -z $SERVICE ]] || kill "$SERVICE"; }

check() { # USER: sets status and output
    AMI_USERNAME=$1 run "$BINARY" calls check
    echo "$output" >&2
}

eventually() { # COMMAND...: until it succeeds
    for _ in $(seq 100); do
        if "$@"; then return; fi
        sleep 0.1
    done
    echo "never: $*" >&2
    return 1
}

@test 'the contexts are missing until the dialplan has what calls dialplan prints' {
    check calls
    [[ $status == 0 && $output == *'✓ Rights         write=reporting,call,originate,agent,system'* ]]
    [[ $output != *'the user also has'* ]]
    for context in call-hold call-transfer call-queue; do [[ $output == *"no context [$context]"* ]]; done
    "$BINARY" calls dialplan >>"$ASTERISK_LAB_STATE/etc/extensions.conf"
    lab cli 'dialplan reload' >/dev/null
    check calls
    [[ $status == 0 && $output == *'✓ Dialplan       [call-hold], [call-transfer], [call-queue]'* ]]
    [[ $output == *'✓ Lists'*'CoreShowChannels 0'* ]]
    # What was tried did nothing.
    lab cli 'core show channels count' | grep -q '^0 calls processed'
}

@test 'each right that is missing is named' {
    check reader
    [[ $status == 0 ]]
    for right in call originate agent system; do [[ $output == *"⚠ Rights         write=$right is missing"* ]]; done
    [[ $output == *'ParkedCalls: Permission denied: parked calls cannot be shown; add call to'* ]]
    check caller
    [[ $status == 0 && $output != *'⚠ Lists'* ]]
    check blind
    [[ $status == 1 && $output == *'✗ Rights         write=reporting is missing'*'[blind] of manager.conf'* ]]
    check everything
    [[ $status == 0 && $output == *'the user also has command, config, which'* ]]
    AMI_PASSWORD=wrong check calls
    [[ $status == 1 && $output == *'✗ Asterisk       Asterisk refused the user'* ]]
}

asked() { # sets REPLY to what the dialplan was told
    REPLY=$(lab cli 'dialplan show globals' | sed -n 's/^ *told=//p')
    [[ $REPLY == "$1" ]]
}

@test 'a dialplan is told whether an agent is paused, and goes on when the service is down' {
    cat >>"$ASTERISK_LAB_STATE/etc/extensions.conf" <<'END_OF_DIALPLAN'
[asking]
exten => _X.,1,GoSub(agent-paused,${EXTEN},1)
 same => n,Set(GLOBAL(told)=<${PAUSED}>)
 same => n,Hangup()
[waiting]
exten => s,1,Answer()
 same => n,Wait(60)
END_OF_DIALPLAN
    lab cli 'dialplan reload' >/dev/null
    ask() { lab cli 'channel originate Local/s@waiting/n extension 1001@asking' >/dev/null; }
    AMI_USERNAME=calls "$BINARY" calls run >"$BATS_TEST_TMPDIR/run" 2>&1 3>&- &
    SERVICE=$!
    eventually grep -q 'live state in step' "$BATS_TEST_TMPDIR/run"
    ask
    eventually asked '<0>'
    kill "$SERVICE"
    wait "$SERVICE" || true
    SERVICE=
    ask
    eventually asked '<>'
}
