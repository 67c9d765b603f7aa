# shellcheck shell=bash
# A machine made of files: all that status.sh finds is in $PBX, the commands too. Each test changes one thing.
# shellcheck disable=SC2034 # tests read these

export PBX FAKES REAL_DATE
HERE=$BATS_TEST_DIRNAME
STATUS=$HERE/../../status.sh
SECRET=right-secret-of-the-pbx

# What is there besides the fakes.
TOOLS=(bash cat find grep head md5sum openssl readlink sed sh sleep sort tail timeout tr)

make_pbx() {
    PBX=$BATS_TEST_TMPDIR/pbx FAKES=$PBX/fakes REAL_DATE=$(command -v date)
    mkdir -p "$PBX"/{bin,etc,fakes/console,proc/4242,spool/monitor}
    local tools
    mapfile -t tools < <(type -P "${TOOLS[@]}")
    ln -s "$HERE"/fakes/* "${tools[@]}" "$PBX/bin/"
    make_process
    make_surroundings
    serve_ami right
}

make_settings() {
    cat >"$PBX/.env" <<END
API_KEY=sk_0123456789abcdefghijABCDEFGHIJ02
AMI_HOST=127.0.0.1
AMI_PORT=$PORT
AMI_USERNAME=connector
AMI_PASSWORD=$SECRET
PUID=990
PGID=990
MONITORING_ENABLED=false
END
}

make_configuration() {
    cat >"$PBX/etc/manager.conf" <<END
[general]
enabled = yes
bindaddr = 127.0.0.1
port = $PORT
timestampevents = yes

[connector]
secret = $SECRET
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = cdr,call
write =
writetimeout = 5000
eventfilter(name(Cdr)) =
eventfilter(name(CEL)) =
END
    printf '[general]\n' >"$PBX/etc/cdr.conf"
    cat >"$PBX/etc/cdr_manager.conf" <<'END'
[general]
enabled = yes

[mappings]
linkedid => LinkedID
sequence => Sequence
peeraccount => PeerAccount
start,u => StartEpoch
answer,u => AnswerEpoch
end,u => EndEpoch
END
    cat >"$PBX/etc/cel.conf" <<'END'
[general]
enable = yes
events = CHAN_START,CHAN_END,ANSWER,HANGUP,BRIDGE_ENTER,BRIDGE_EXIT,BLINDTRANSFER,ATTENDEDTRANSFER,LINKEDID_END

[manager]
enabled = yes
END
}

make_process() {
    echo asterisk >"$PBX/proc/4242/comm"
    printf '/usr/sbin/asterisk\0-f\0-U\0asterisk\0' >"$PBX/proc/4242/cmdline"
    printf 'Name:\tasterisk\nUid:\t990\t990\t990\t990\nGid:\t990\t990\t990\t990\n' >"$PBX/proc/4242/status"
}

# As Asterisk 22.10.1 says it.
make_console() {
    echo 'Asterisk 22.10.1' >"$FAKES/version.txt"
    echo 'Asterisk 22.10.1 built by root @ pbx on a x86_64 running Linux on 2026-07-20 21:35:32 UTC' \
        >"$FAKES/console/core show version"
    cat >"$FAKES/console/core show settings" <<END

PBX Core settings
-----------------
  Version:                     22.10.1

* Directories
  -------------
  Configuration directory:     /etc/asterisk
  Spool directory:             $PBX/spool
END
    cat >"$FAKES/console/manager show settings" <<END

Global Settings:
----------------
  Manager (AMI):             Yes
  TCP Bindaddress:           127.0.0.1:$PORT
  TLS Enable:                No
END
    cat >"$FAKES/console/manager show user connector" <<'END'

          username: connector
            secret: <Set>
               ACL: yes
         read perm: call,cdr
        write perm: <none>
   displayconnects: no
END
    cat >"$FAKES/console/cdr show status" <<'END'

Call Detail Record (CDR) settings
----------------------------------
  Logging:                    Enabled
  Mode:                       Simple
  Log calls by default:       Yes

* Registered Backends
  -------------------
    cdr_manager
    csv

END
    {
        echo 'CEL Logging: Enabled'
        sed -n 's/^events = //p' "$PBX/etc/cel.conf" | tr , '\n' | sed 's/^/CEL Tracking Event: /'
        echo 'CEL Event Subscriber: Manager Event Logging'
    } >"$FAKES/console/cel show status"
    echo 'Cannot submit CDR batch: batch mode not enabled.' >"$FAKES/console/cdr submit"
}

make_surroundings() {
    : >"$FAKES/modes.txt"
    echo ".env 0 600" >>"$FAKES/modes.txt"
    echo '/dev/vda 104857600 52428800 52428800 50% /' >"$FAKES/df.txt"
    echo '192.0.2.10      STREAM api-us1.sipstack.com' >"$FAKES/getent.txt"
    printf 'HTTP/2 200 \r\ndate: Sat, 21 Nov 2026 14:00:02 GMT\r\n\r\n' >"$FAKES/curl.txt"
    echo 'connector|asterisk-connector:0.1.0|asterisk-connector|running|Up 2 days (healthy)' >"$FAKES/docker.txt"
    echo yes >"$FAKES/synchronised.txt"
    echo America/Toronto >"$FAKES/zone.txt"
}

# Starts a server on a free port of the loopback; what it says in its place is the port.
serve() { # ADDRESS-OPTIONS PROGRAM: sets PORT
    local log=$PBX/socat.$RANDOM
    : >"$log"
    socat -d -d "$1" "EXEC:$2" 2>"$log" 3>&- &
    SERVERS+=("$!")
    until grep -q 'listening on' "$log"; do sleep 0.02; done
    PORT=$(sed -n 's/.*listening on .*:\([0-9]*\)$/\1/p' "$log" | head -n 1)
}

serve_ami() { # MODE
    serve TCP-LISTEN:0,bind=127.0.0.1,fork "$HERE/ami-server $1 $PBX/ami.log"
    make_settings
    make_configuration
    make_console
}

teardown() {
    local server
    for server in ${SERVERS[@]+"${SERVERS[@]}"}; do kill "$server" 2>/dev/null || true; done
}

# Fails when the command succeeds; a '!' before a command fails no test.
no() { if "$@"; then return 1; fi; }

without() { rm "$PBX/bin/$1"; }

set_line() { # FILE OLD NEW: a whole line of a file of etc/ or of the settings
    local file=$PBX/etc/$1
    [[ $1 != .env ]] || file=$PBX/.env
    grep -qxF -- "$2" "$file"
    OLD=$2 NEW=$3 perl -pi -e 's/^\Q$ENV{OLD}\E$/$ENV{NEW}/' "$file"
}

status() { # OPTIONS...
    cd "$PBX" || return
    env -i PATH="$PBX/bin" HOSTNAME=pbx PBX="$PBX" FAKES="$FAKES" REAL_DATE="$REAL_DATE" ASTERISK_ETC="$PBX/etc" \
        PROC_ROOT="$PBX/proc" "$BASH" "$STATUS" "$@"
}

# Runs it; its findings are then looked at with 'expect'.
report() { # OPTIONS...
    STATUS_CODE=0
    status --json "$@" >"$PBX/report.json" 2>"$PBX/errors.txt" || STATUS_CODE=$?
    # Whatever is wrong, there is something to do about it.
    jq -e 'all(.findings[] | select(.level == "warning" or .level == "error"); .fix != "")' "$PBX/report.json" >/dev/null
    if [[ -s $PBX/errors.txt && $* != *--live* ]]; then
        cat "$PBX/errors.txt"
        return 1
    fi
}

expect() { # ID LEVEL [PART...]: a finding with all of these parts in its texts
    local found part
    found=$(jq -r --arg id "$1" '.findings[] | select(.id == $id) | "\(.level): \(.text)\n\(.detail)\n\(.fix)"' "$PBX/report.json")
    if [[ $found != "$2: "* ]]; then
        printf 'expected %s for %s, found: %s\n' "$2" "$1" "${found:-nothing}"
        return 1
    fi
    for part in "${@:3}"; do
        if [[ $found != *"$part"* ]]; then
            printf 'no %s in: %s\n' "$part" "$found"
            return 1
        fi
    done
}

expect_none() { # ID
    no jq -e --arg id "$1" '.findings[] | select(.id == $id)' "$PBX/report.json"
}

# The output with what differs from run to run made equal, compared with a file.
golden() { # NAME OPTIONS...
    local file=$HERE/golden/$1 output
    shift
    output=$(status "$@" | sed -e "s|$PBX|/pbx|g" -e "s/127\.0\.0\.1:$PORT/127.0.0.1:5038/g" -e "s/port $PORT/port 5038/g")
    if [[ -n ${UPDATE_GOLDEN:-} ]]; then
        printf '%s\n' "$output" >"$file"
    else
        diff -u "$file" <(printf '%s\n' "$output")
    fi
}
