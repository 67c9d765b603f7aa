# How findings are shown, and how the script is called.

load helper

setup() { make_pbx; }

# Everything that can be wrong at once and still be looked at.
break_pbx() {
    set_line manager.conf 'bindaddr = 127.0.0.1' 'bindaddr = 0.0.0.0'
    set_line manager.conf 'read = cdr,call' 'read = cdr, call'
    set_line manager.conf 'write =' 'write = system,call,command,originate,reporting'
    set_line manager.conf 'writetimeout = 5000' 'allowmultiplelogin = no'
    set_line manager.conf 'deny = 0.0.0.0/0.0.0.0' ''
    set_line manager.conf "secret = $SECRET" 'secret = amp111'
    set_line cdr_manager.conf 'enabled = yes' 'enabled = no'
    set_line cdr_manager.conf 'start,u => StartEpoch' ''
    set_line cel.conf 'enable = yes' 'enable = no'
    sed -i 's/127.0.0.1/0.0.0.0/' "$FAKES/console/manager show settings"
    sed -i -e 's/call,cdr/cdr/' -e 's/<none>/system,call/' "$FAKES/console/manager show user connector"
    sed -i -e 's/cdr_manager/cdr_manager (suspended) /' -e 's/Simple/Batch/' "$FAKES/console/cdr show status"
    echo 'CEL Logging: Disabled' >"$FAKES/console/cel show status"
    echo 'Asterisk 13.38.3' >"$FAKES/version.txt"
    echo "$PBX/spool/monitor 33 700" >>"$FAKES/modes.txt"
    echo '/dev/vda 104857600 52428800 5242 99% /' >"$FAKES/df.txt"
    echo 'connector|sipstack/connector|asterisk-connector|exited|Exited (78) 3 minutes ago' >"$FAKES/docker.txt"
    rm "$FAKES/getent.txt"
    echo no >"$FAKES/synchronised.txt"
    set_line .env 'PUID=990' 'PBX_TZ=Europe/Atlantis'
}

@test "a healthy PBX looks like this" { golden healthy.txt; }

@test "a healthy PBX as JSON looks like this" { golden healthy.json --json; }

@test "a PBX with everything wrong looks like this" {
    break_pbx
    golden broken.txt
}

@test "a PBX with everything wrong as JSON looks like this" {
    break_pbx
    golden broken.json --json
    [ "$(status --json | jq .exit)" = 2 ]
}

@test "a healthy PBX ends with 0, and quietly says nothing" {
    run status --quiet
    [ "$status" = 0 ]
    [ "$output" = "" ]
}

@test "a warning ends with 1" {
    echo no >"$FAKES/synchronised.txt"
    run status
    [ "$status" = 1 ]
    [[ $output == *'1 warning, 0 errors'* ]]
}

@test "an error ends with 2, and quietly only problems are shown" {
    echo no >"$FAKES/synchronised.txt"
    set_line cdr.conf '[general]' $'[general]\nenable = no'
    sed -i 's/Enabled/Disabled/' "$FAKES/console/cdr show status"
    run status --quiet
    [ "$status" = 2 ]
    [[ $output == *'✗ Asterisk makes no CDRs'* && $output == *'⚠ The clock is not synchronised'* ]]
    [[ $output != *'✓'* && $output != *'ℹ'* && $output != *'╔'* ]]
}

@test "a wrong option ends with 64 and the usage" {
    run status --jsn
    [ "$status" = 64 ]
    [[ $output == *'there is no option --jsn'*'--env-file FILE'* ]]
    run status --env-file
    [ "$status" = 64 ]
}

@test "--help shows the usage and looks at nothing" {
    run status --help
    [ "$status" = 0 ]
    [[ $output == 'status.sh: is this PBX ready'* && $output != *'✓'* ]]
}

@test "it works when it comes through a pipe, and in another directory" {
    cd /
    run env -i PATH="$PBX/bin" HOSTNAME=pbx PBX="$PBX" FAKES="$FAKES" REAL_DATE="$REAL_DATE" ASTERISK_ETC="$PBX/etc" \
        PROC_ROOT="$PBX/proc" bash -c 'cat "$0" | bash -s -- --json --env-file "$1"' "$STATUS" "$PBX/.env"
    [ "$status" = 0 ]
    [ "$(jq -r .status <<<"$output")" = fine ]
}

@test "another shell than bash is told so" {
    run env -i PATH=/usr/bin:/bin dash "$STATUS" --json
    [ "$status" = 64 ]
    [[ $output == 'status.sh: this needs bash 4'* ]]
}

@test "a download that ends too early does nothing" {
    run bash -c 'head -c -100 "$0" | bash' "$STATUS"
    [ "$output" = "" ]
}

@test "colours are for terminals only, and NO_COLOR turns them off" {
    run status
    [[ $output != *$'\e'* ]]
    on_terminal() {
        timeout 30 socat -T 20 - "EXEC:$1,pty" </dev/null
    }
    cat >"$PBX/go" <<END
#!/bin/bash
cd "$PBX" && exec env -i TERM=xterm PATH="$PBX/bin" HOSTNAME=pbx PBX="$PBX" FAKES="$FAKES" REAL_DATE="$REAL_DATE" \
    ASTERISK_ETC="$PBX/etc" PROC_ROOT="$PBX/proc" "\$@" bash "$STATUS"
END
    chmod +x "$PBX/go"
    run on_terminal "$PBX/go"
    [[ $output == *$'\e[32m✓'* ]]
    run on_terminal "$PBX/go NO_COLOR=1"
    [[ $output == *'✓'* && $output != *$'\e'* ]]
}
