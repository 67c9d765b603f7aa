# Whatever is in settings, files, answers of commands and of servers: none of it is executed, and the output stays whole.

load helper

setup() {
    make_pbx
    BAD='$(touch executed)`touch executed`"; touch executed; '"'"$'\e]0;title\a\xff\\'
}

untouched() {
    [ -z "$(find "$PBX" -name executed)" ]
    [ -n "$1" ]
}

@test "settings are data" {
    for name in API_KEY API_URL REGION AMI_HOST AMI_PORT AMI_USERNAME AMI_PASSWORD AMI_PASSWORD_FILE PUID PGID PBX_TZ \
        RECORDING_WATCH_PATHS MONITORING_PORT MONITORING_BIND MONITORING_ENABLED ASTERISK_CONFIG_FILE API_PROXY AMI_TLS \
        AMI_TLS_CA_FILE 'x[$(touch executed)]'; do
        make_settings
        printf "%s='%s'\n" "$name" "${BAD//\'/}" >>"$PBX/.env"
        status --json >"$PBX/report.json" 2>"$PBX/errors.txt" || true
        jq -e '.findings | length > 10' "$PBX/report.json"
        untouched "$name"
        [ ! -s "$PBX/errors.txt" ] || { echo "$name" && cat "$PBX/errors.txt" && return 1; }
    done
}

@test "values that bash could take for arithmetic are data" {
    for name in PUID PGID AMI_PORT MONITORING_PORT; do
        make_settings
        printf '%s=%s\n' MONITORING_ENABLED true "$name" 'a[$(touch${IFS}executed)]' >>"$PBX/.env"
        report
        untouched "$name"
    done
    sed -i 's/^writetimeout.*/writetimeout = a[$(touch executed)]/' "$PBX/etc/manager.conf"
    sed -i 's/^permit.*/permit = 127.0.0.1\/a[$(touch executed)]/' "$PBX/etc/manager.conf"
    printf 'Uid:\ta[$(touch executed)]\nGid:\t08\n' >"$PBX/proc/4242/status"
    echo '/dev/vda a[$(touch${IFS}executed)] 1 a[$(touch${IFS}executed)] 1% /' >"$FAKES/df.txt"
    report
    untouched all
}

@test "lines of Asterisk's files are data" {
    for file in manager cdr cdr_manager cel asterisk; do
        printf '%s\n' "[$BAD]" "$BAD = $BAD" "#include $BAD" >>"$PBX/etc/$file.conf"
    done
    sed -i "s/^read = .*/read = \$(touch executed)/; s/^write =.*/write = \`touch executed\`,all/" "$PBX/etc/manager.conf"
    report
    untouched files
    expect ami.refused error
}

@test "names of files are data" {
    mkdir -p "$PBX/spool/monitor/\$(touch executed)"
    echo x >"$PBX/spool/monitor/\$(touch executed)/"$'a\nb\e[2J.wav'
    report
    expect recordings.folder ok
    untouched names
}

@test "answers of commands are data" {
    for file in "$FAKES"/console/* "$FAKES"/*.txt; do
        [[ $file == *core\ show\ version || $file == *modes.txt ]] || printf '%s\n' "$BAD" "Logging: $BAD" >>"$file"
    done
    printf 'connector|%s|x|y|%s\n' "$BAD" "$BAD" >"$FAKES/docker.txt"
    report
    untouched answers
    no grep -q $'\e' "$PBX/report.json"
    iconv -f UTF-8 -t UTF-8 "$PBX/report.json" >/dev/null
    run status
    [[ $output != *$'\e'* && $output != *$'\a'* ]]
}

@test "a hostile AMI server gets nothing and breaks nothing" {
    serve_ami hostile
    report
    expect ami.login error 'no MD5 challenge'
    untouched server
    no grep -qi -e login -e "$SECRET" "$PBX/ami.log"
}

@test "an endless answer of the console is cut off" {
    rm "$PBX/bin/asterisk"
    cat >"$PBX/bin/asterisk" <<'END'
#!/bin/sh
[ "$1" = -V ] && echo 'Asterisk 22.10.1' && exit
[ "$2" = 'core show version' ] && echo 'Asterisk 22.10.1' && exit
exec yes 'cdr_manager (suspended)'
END
    chmod +x "$PBX/bin/asterisk"
    ln -s "$(command -v yes)" "$PBX/bin/yes"
    report
    expect cdr.manager error
}

@test "a console that hangs ends the wait" {
    rm "$PBX/bin/asterisk"
    cat >"$PBX/bin/asterisk" <<'END'
#!/bin/sh
[ "$1" = -V ] && echo 'Asterisk 22.10.1' && exit
exec sleep 60
END
    chmod +x "$PBX/bin/asterisk"
    report
    expect cdr.manager ok 'in cdr_manager.conf'
}
