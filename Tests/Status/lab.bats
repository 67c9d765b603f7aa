# Against a real Asterisk: needs root, ASTERISK_LAB=1 and 'scripts/asterisk-lab install'. What status.sh says of it, and
# whether the lines and commands that it proposes mend what is wrong.

load helper

ROOT=$BATS_TEST_DIRNAME/../..

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
    export ASTERISK_LAB_STATE=$BATS_FILE_TMPDIR/lab AMI_PORT AMI_TLS_PORT IAX_PORT FAR_PORT LAB_PID
    AMI_PORT=$(free_port 1) AMI_TLS_PORT=$(free_port 2) IAX_PORT=$(free_port 3) FAR_PORT=$(free_port 4)
    start_lab
    printf '%s\n' '[connector-test]' 'exten => s,1,Answer()' ' same => n,Wait(1)' ' same => n,Hangup()' \
        >>"$ASTERISK_LAB_STATE/etc/extensions.conf"
    lab cli 'dialplan reload'
}

teardown_file() { [[ -z ${ASTERISK_LAB:-} ]] || lab stop; }

lab() { "$BATS_TEST_DIRNAME/../../scripts/asterisk-lab" "$@" 3>&-; }

start_lab() { LAB_PID=$(lab start | sed -n 's/^pid=//p'); }

setup() {
    [[ -n ${ASTERISK_LAB:-} ]] || skip 'ASTERISK_LAB=1 is not set'
    export ETC=$ASTERISK_LAB_STATE/etc
    PBX=$BATS_TEST_TMPDIR
    mkdir -p "$PBX/bin" "$PBX/proc" "$ASTERISK_LAB_STATE/spool/monitor"
    ln -s "/proc/$LAB_PID" "$PBX/proc/$LAB_PID"
    cat >"$PBX/bin/asterisk" <<END
#!/bin/sh
case \$1 in
-V) exec chroot "\${ASTERISK_LAB_ROOT:-/var/cache/asterisk-lab}" asterisk -V ;;
-rx) exec "$BATS_TEST_DIRNAME/../../scripts/asterisk-lab" cli "\$2" ;;
esac
END
    chmod +x "$PBX/bin/asterisk"
    settings connector connector-secret
    cp -a "$ETC" "$PBX/etc.before"
}

# Each test finds Asterisk as the first one did.
teardown() {
    [[ -n ${ASTERISK_LAB:-} ]] || return 0
    cp -a "$PBX/etc.before/." "$ETC/"
    for command in 'manager reload' 'module reload cdr' 'module reload cdr_manager.so' 'module reload cel' \
        'module reload cel_manager.so'; do
        lab cli "$command" >/dev/null || true
    done
}

settings() { # USER SECRET
    cat >"$PBX/.env" <<END
API_KEY=sk_0123456789abcdefghijABCDEFGHIJ02
API_URL=http://127.0.0.1:$AMI_PORT
AMI_HOST=127.0.0.1
AMI_PORT=$AMI_PORT
AMI_USERNAME=$1
AMI_PASSWORD=$2
RECORDING_WATCH_PATHS=$ASTERISK_LAB_STATE/spool/monitor
PUID=0
MONITORING_ENABLED=false
END
    chmod 600 "$PBX/.env"
}

status() { (cd "$PBX" && PATH=$PBX/bin:$PATH ASTERISK_ETC=$ETC PROC_ROOT=$PBX/proc "$STATUS" "$@"); }

# Does what the fix of a finding says: lines go into the named section of the named file, in place of those of the same
# name, and commands are run.
mend() { # ID
    local line file='' name=''
    while IFS= read -r line; do
        case $line in
        '# in '*', section ['*)
            file=${line#\# in } name=${line##*[} name=${name%]:}
            file=${file%%, section*}
            ;;
        '# '*) ;;
        'asterisk -rx '*) PATH=$PBX/bin:$PATH bash -c "$line" ;;
        *)
            [[ -n $file ]]
            LINE=$line KEY="${line%% *}" SECTION=$name perl -0pi -e \
                's/(\[\Q$ENV{SECTION}\E\][^\[]*?)^\Q$ENV{KEY}\E[ =][^\n]*\n/$1/m; s/(\[\Q$ENV{SECTION}\E\]\n)/$1$ENV{LINE}\n/' "$file"
            ;;
        esac
    done < <(jq -r --arg id "$1" '.findings[] | select(.id == $id) | .fix' "$PBX/report.json")
}

# A finding comes, what it proposes is done, and all is well.
mends() { # ID LEVEL PART...
    report
    expect "$@"
    mend "$1"
    report
    expect "$1" ok
}

@test "the lab as it is configured is fine" {
    report
    for id in asterisk.version asterisk.running ami.enabled ami.bind ami.user ami.read ami.write ami.secret ami.access \
        ami.writetimeout ami.login cdr.engine cdr.batch cdr.manager cdr.mappings cel.engine cel.manager recordings.folder; do
        expect "$id" ok
    done
    jq -e 'all(.findings[] | select(.section | IN("asterisk", "ami", "cdr", "cel")); .level | IN("ok", "info"))' \
        "$PBX/report.json"
    lab cli 'manager show connected' | grep -q '^0 users connected'
}

@test "the three files of the README make Asterisk ready" {
    local file
    for file in manager.conf cdr_manager.conf cel.conf; do
        awk -v "file=\`/etc/asterisk/$file\`" 'index($0, file) == 1 { inside = 1; next } /^[^ ]/ && lines { exit }
            inside && sub(/^    /, "") { print; lines++ }' "$ROOT/README.md" >"$ETC/$file"
        [[ $(grep -c '^\[' "$ETC/$file") == 2 ]]
    done
    sed -i -e "s/^port = 5038\$/port = $AMI_PORT/" -e 's/^secret = .*/secret = oKq3Wd9vTzZ7yB1m/' "$ETC/manager.conf"
    settings connector oKq3Wd9vTzZ7yB1m
    grep '^asterisk -rx' "$ROOT/README.md" >"$PBX/commands"
    [[ $(wc -l <"$PBX/commands") == 4 ]]
    PATH=$PBX/bin:$PATH bash -e "$PBX/commands"
    report --live
    jq -e 'all(.findings[] | select(.section | IN("asterisk", "ami", "cdr", "cel", "live")); .level | IN("ok", "info"))' \
        "$PBX/report.json"
    expect ami.login ok
    expect live.cdr ok
    expect live.cel ok
}

@test "Asterisk knows each command that the documents have for it" {
    local command
    grep -hoE "asterisk -rx [\"'][a-z][^\"']+." "$ROOT/README.md" "$ROOT"/docs/*.md |
        sed "s/^asterisk -rx .//; s/.\$//" | sort -u >"$PBX/commands"
    [[ $(wc -l <"$PBX/commands") -gt 8 ]]
    while IFS= read -r command; do
        lab cli "$command" >"$PBX/output" </dev/null
        if grep -E 'No such command|no user with that name' "$PBX/output"; then
            echo "$command"
            return 1
        fi
    done <"$PBX/commands"
}

@test "a login over TLS" {
    printf '%s\n' AMI_TLS=true "AMI_PORT=$AMI_TLS_PORT" "AMI_TLS_CA_FILE=$ASTERISK_LAB_STATE/tls/ca.pem" >>"$PBX/.env"
    report
    expect ami.login ok
}

@test "a wrong secret, a host that is not permitted, and an open session are told" {
    settings connector wrong-secret-of-the-lab
    report
    expect ami.login error 'Authentication failed'
    settings blocked blocked-secret
    report
    expect ami.login error 'Authentication failed'
    expect ami.access error
    settings single single-secret
    exec 7<>"/dev/tcp/127.0.0.1/$AMI_PORT"
    printf '%s\r\n' 'Action: Login' 'Username: single' 'Secret: single-secret' '' >&7
    until lab cli 'manager show connected' | grep -q single; do sleep 0.1; done
    report
    exec 7<&-
    expect ami.login warning 'logged in already'
    expect ami.multiple warning
}

@test "filters by name are proposed, and work" {
    report
    expect ami.filter info
    mend ami.filter
    report --live
    expect ami.filter ok
    expect live.cdr ok
    expect live.cel ok
}

@test "blanks in read lose a class, and the proposed line brings it back" {
    sed -i 's/^read = cdr,call/read = cdr, call/' "$ETC/manager.conf"
    lab cli 'manager reload'
    lab cli 'manager show user connector' | grep -q 'read perm: cdr$'
    mends ami.read error 'blanks'
    lab cli 'manager show user connector' | grep -q 'read perm: call,cdr$'
}

@test "too many rights are told, and taken away" {
    sed -i '/^\[connector\]/,/^$/s/^write =.*/write = system,originate/' "$ETC/manager.conf"
    lab cli 'manager reload'
    mends ami.write warning 'originate: calls at your cost'
    expect_none ami.reload
}

@test "rights that were not reloaded are told" {
    sed -i '/^\[connector\]/,/^$/s/^write =.*/write = system/' "$ETC/manager.conf"
    lab cli 'manager reload'
    cp -a "$PBX/etc.before/manager.conf" "$ETC/"
    report
    expect ami.reload warning
    mend ami.reload
    report
    expect_none ami.reload
}

@test "a suspended cdr_manager is told, and woken" {
    sed -i 's/^enabled = yes/enabled = no/' "$ETC/cdr_manager.conf"
    lab cli 'module reload cdr_manager.so'
    mends cdr.manager error 'suspended'
}

@test "missing mappings are told, added, and seen in the CDR of a test call" {
    sed -i '/^start,u\|^linkedid/d' "$ETC/cdr_manager.conf"
    lab cli 'module reload cdr_manager.so'
    report --live
    expect live.cdr warning 'LinkedID StartEpoch'
    mends cdr.mappings warning '2 of 6'
    report --live
    expect live.cdr ok
}

@test "batch mode is told, flushed by a live test, and turned off" {
    sed -i 's/^enable = yes/enable = yes\nbatch = yes/' "$ETC/cdr.conf"
    lab cli 'module reload cdr'
    report --live
    expect live.cdr_submit ok
    mends cdr.batch warning
}

@test "an engine that is off is told, and turned on" {
    sed -i 's/^enable = yes/enable = no/' "$ETC/cdr.conf"
    lab cli 'module reload cdr'
    mends cdr.engine error
}

@test "CELs that are off, kept from AMI, or refused are told, and mended" {
    sed -i '/^\[manager\]/,$s/^enabled = yes/enabled = no/' "$ETC/cel.conf"
    lab cli 'module reload cel_manager.so'
    mends cel.manager error
    sed -i 's/^enable = yes/enable = no/' "$ETC/cel.conf"
    lab cli 'module reload cel'
    mends cel.engine warning
    sed -i 's/^events = .*/events = CHAN_START,CHAN_END/' "$ETC/cel.conf"
    report
    expect cel.apps error 'refuses all'
    lab cli 'module reload cel' >/dev/null
    mend cel.apps
    report
    expect_none cel.apps
    mends cel.events warning
}

restart_asterisk() {
    lab cli 'core restart now' >/dev/null 2>&1 || true
    sleep 1
    until lab cli 'core waitfullybooted' 2>/dev/null | grep -q 'fully booted'; do sleep 0.2; done
}

# What status.sh says of files, and what Asterisk makes of the same ones when it starts.
@test "cdr.conf and cel.conf mean to status.sh what they mean to Asterisk" {
    files() { # CDR CEL: what both have in status.sh without a console
        printf '%b' "$1" >"$ETC/cdr.conf"
        printf '%b' "$2" >"$ETC/cel.conf"
        mv "$PBX/bin/asterisk" "$PBX/bin/hidden"
        report
        mv "$PBX/bin/hidden" "$PBX/bin/asterisk"
        restart_asterisk
    }
    cdr_is() { lab cli 'cdr show status' | grep -q "Logging: *$1"; }
    cel_is() { lab cli 'cel show status' | grep -q "CEL Logging: $1"; }
    events='events = CHAN_START,CHAN_END,ANSWER\nevents = HANGUP,BRIDGE_ENTER,BRIDGE_EXIT\n'
    rest='events = BLINDTRANSFER,ATTENDEDTRANSFER,LINKEDID_END\n'
    files '[general]\nenable=no\n[general]\nenable=yes\n' \
        "[manager]\nenabled=no\n[general]\nenable=yes\n${events}[general]\n${rest}[manager]\nenabled=yes\n"
    for id in cdr.engine cel.engine cel.manager cel.events; do expect $id ok; done
    cdr_is Enabled
    [[ $(lab cli 'cel show status' | grep -c 'CEL Tracking Event') == 9 ]]
    lab cli 'cel show status' | grep -q 'Manager Event Logging'

    files '[general]\nenable=yes\n[general]\nenable=no\n[general](+)\nenable=yes\n' \
        "[general]\nenable=yes\n$events${rest}[manager]\nenabled=yes\n[general]\nenable=no\n"
    expect cdr.engine error
    expect cel.engine warning
    cdr_is Disabled
    cel_is Disabled

    files '[general]\nenable=no\nfoo=bar\n' "[general]\nenable=yes\nevents = BRIDGE_START,CHAN_START\n[manager]\nenabled=yes\n"
    expect cdr.options warning
    expect cdr.engine ok
    expect cel.refused error
    cdr_is Enabled
    cel_is Disabled

    files '[general]\nenable=no\n[foo]\nx=1\n' "[general]\nenable=yes\n$events${rest}[foo]\nx=1\n"
    expect cdr.options warning
    expect cel.refused error
    cdr_is Enabled
    cel_is Disabled

    files '[general]\nenable=no\nsize=many\n' "[general]\nenable=yes\nfoo=bar\n$events$rest"
    expect cdr.options warning
    expect cel.refused error
    cdr_is Enabled
    cel_is Disabled

    files '[general]\nenable=no\ndebug=no\nsize=1000\ntime=86400\ncanceldispositionenabled=yes\n[csv]\nx=y\n' \
        '[general]\nenable=yes\nevents = chan_start,, dtmf\ndateformat=%F\n[radius]\nx=y\n[manager]\nenabled=yes\n'
    expect_none cdr.options
    expect_none cel.refused
    cdr_is Disabled
    cel_is Enabled
    cp -a "$PBX/etc.before/." "$ETC/"
    restart_asterisk
}

@test "an unknown name in cel.conf changes nothing at a reload, and is named before the next start" {
    sed -i 's/^events = .*/events = ALL,BRIDGE_START/' "$ETC/cel.conf"
    lab cli 'module reload cel' >/dev/null
    lab cli 'cel show status' | grep -q 'CEL Logging: Enabled'
    report
    expect cel.refused error 'BRIDGE_START' 'off after its next start'
    expect cel.engine ok
}

@test "of several [mappings] the last counts, as status.sh says" {
    printf '%s\n' '[mappings]' 'linkedid => LinkedID' >>"$ETC/cdr_manager.conf"
    lab cli 'module reload cdr_manager.so'
    report --live
    expect cdr.mappings warning '5 of 6'
    expect live.cdr warning 'Sequence PeerAccount StartEpoch AnswerEpoch EndEpoch'
}

@test "event filters that exclude keep back what status.sh names" {
    filter() { # LINES...: of the user connector
        cp -a "$PBX/etc.before/manager.conf" "$ETC/"
        FILTER=$(printf '%s\n' "$@") perl -0pi -e 's/(\[connector\]\n)/$1$ENV{FILTER}\n/' "$ETC/manager.conf"
        lab cli 'manager reload'
        report --live
    }
    filter 'eventfilter = !Event: Cdr'
    expect ami.filter warning 'all CDRs'
    expect live.cdr error
    expect live.cel ok
    filter 'eventfilter = !Event: C.*'
    expect ami.filter warning 'all CDRs and CELs'
    expect live.cdr error
    expect live.cel warning
    filter 'eventfilter(action(exclude),name(CEL)) ='
    expect ami.filter warning 'all CELs'
    expect live.cdr ok
    expect live.cel warning
    filter 'eventfilter = !Channel: Local/'
    expect ami.filter warning 'some CDRs and CELs'
    expect live.cdr error
    filter 'eventfilter(action(exclude),name(Cdr)) = x'
    expect ami.filter_ignored info
    expect live.cdr ok
    expect live.cel ok
}

@test "a user that is not there is told" {
    settings nobody nobody-secret-of-the-lab
    report
    expect ami.user error 'no AMI user nobody'
    expect ami.login error
}

@test "Asterisk that is stopped is told, and checked by its files" {
    lab stop
    rm "$PBX/proc/$LAB_PID"
    report
    start_lab
    expect asterisk.running error
    expect cdr.manager ok 'in cdr_manager.conf'
    expect ami.login error 'Nothing answers'
}
