# The settings, and Asterisk itself: there or not, running or not, which version, which user.

load helper

setup() { make_pbx; }

@test "without an env-file most things are still checked" {
    rm "$PBX/.env"
    report
    expect settings.file info 'There is no .env'
    expect ami.login info 'No login was tried'
    expect ami.user ok
    expect cdr.mappings ok
    [ "$STATUS_CODE" = 0 ]
}

@test "an env-file elsewhere can be named" {
    mv "$PBX/.env" "$PBX/elsewhere"
    report --env-file=elsewhere
    expect settings.file ok 'elsewhere is read'
}

@test "an env-file that is a folder is an error" {
    report --env-file etc
    expect settings.file error 'etc cannot be read'
}

@test "an env-file that everybody can read is a warning" {
    echo '.env 0 644' >>"$FAKES/modes.txt"
    report
    expect settings.mode warning 'chmod 600 .env'
}

@test "missing settings and the example key are errors" {
    sed -i -e '/AMI_HOST/d' -e 's/^API_KEY=.*/API_KEY=sk_0123456789abcdefghijABCDEFGHIJ01/' "$PBX/.env"
    report
    expect settings.required error 'AMI_HOST='
    expect settings.key error 'still the example'
}

@test "settings of the 0.13 connector are named with what replaces them, and their values are not shown" {
    printf '%s\n' CEL_MODE=db DB_HOST=marked DB_PASSWORD=marked TENANT=marked CALL_SHIPPING_MODE=complete \
        RECORDINGS_ENABLED=true DID_TENANT_MAP=marked CDR_BATCH_SIZE=10 >>"$PBX/.env"
    report
    expect settings.old warning 'CEL_MODE: CELs come over AMI' 'DB_HOST: no database is read' 'DB_PASSWORD: ' 'TENANT: ' \
        'CALL_SHIPPING_MODE: each CDR and CEL' 'RECORDINGS_ENABLED: RECORDING_WATCH_PATHS' 'DID_TENANT_MAP: ' '# remove DB_HOST'
    no grep -e marked -e CDR_BATCH_SIZE: "$PBX/report.json"
}

@test "a key of another form is a warning, and is not shown" {
    sed -i 's/^API_KEY=.*/API_KEY=marked-key/' "$PBX/.env"
    report
    expect settings.key warning
    no grep marked-key "$PBX/report.json"
}

@test "Asterisk that is not installed is an error" {
    without asterisk
    rm -r "$PBX/proc/4242" "${PBX:?}/etc"
    report
    expect asterisk.binary error 'no Asterisk on this machine' 'apt-get install asterisk'
    expect_none cdr.engine
    [ "$STATUS_CODE" = 2 ]
}

@test "Asterisk on another machine is no error here" {
    without asterisk
    rm -r "$PBX/proc/4242" "${PBX:?}/etc"
    set_line .env 'AMI_HOST=127.0.0.1' 'AMI_HOST=pbx.invalid'
    report
    expect asterisk.binary info 'another machine: pbx.invalid'
}

@test "Asterisk in a container is told from one that is not there" {
    without asterisk
    report
    expect asterisk.binary warning 'process 4242' 'docker exec -i CONTAINER bash -s <status.sh'
    expect asterisk.user ok
    expect cdr.mappings ok
}

@test "Asterisk that is stopped is an error, and its files are checked even so" {
    rm -r "$FAKES/console" "$PBX/proc/4242"
    report
    expect asterisk.running error 'does not run' 'systemctl start asterisk'
    expect asterisk.version ok
    expect ami.enabled ok
    expect ami.read ok
    expect cdr.manager ok 'in cdr_manager.conf'
    expect cel.manager ok
}

@test "the files of a stopped Asterisk are where asterisk.conf says" {
    rm -r "$FAKES/console" "$PBX/proc/4242"
    mkdir -p "$PBX/elsewhere/monitor"
    printf '[directories](!)\nastspooldir => %s ; here\n' "$PBX/elsewhere" >"$PBX/etc/asterisk.conf"
    report
    expect recordings.folder ok "$PBX/elsewhere/monitor"
}

@test "somebody's console is not taken for Asterisk" {
    rm -r "$FAKES/console"
    printf 'asterisk\0-rvvv\0' >"$PBX/proc/4242/cmdline"
    report
    expect asterisk.running error
}

@test "Asterisk whose console does not answer is reported" {
    rm -r "$FAKES/console"
    report
    if ((EUID == 0)); then expect asterisk.console error; else expect asterisk.console warning 'sudo'; fi
    expect_none asterisk.running
}

@test "versions are told apart" {
    version_is() { # LEVEL VERSION
        echo "$2" >"$FAKES/version.txt"
        report
        expect asterisk.version "$1"
    }
    version_is ok 'Asterisk 16.30.1'
    version_is ok 'Asterisk certified/18.9-cert4'
    version_is ok 'Asterisk 22.10.1+dfsg+~cs6.17.60671434-1'
    version_is error 'Asterisk 13.38.3'
    version_is warning 'Asterisk GIT-master-abcdef'
    version_is warning ''
}

@test "the user of Asterisk is what belongs into PUID and PGID" {
    set_line .env 'PUID=990' 'PUID=1000'
    report
    expect asterisk.user info 'PUID=990' 'PGID=990'
}

@test "Asterisk that runs as root is mentioned" {
    sed -i 's/990/0/g' "$PBX/proc/4242/status"
    report
    expect asterisk.user info 'runs as root'
}

@test "of files that are elsewhere nothing is claimed, and the console is asked even so" {
    rm -r "${PBX:?}/etc"
    report
    expect asterisk.etc warning "$PBX/etc" 'ASTERISK_ETC=/the/folder'
    expect ami.user ok 'knows'
    expect ami.read ok
    expect ami.write ok
    expect ami.login ok
    expect cdr.engine ok
    expect cdr.manager ok
    expect cel.manager ok
    expect cel.events ok
    expect_none cdr.mappings
    expect_none ami.enabled
    rm -r "$FAKES/console"
    report
    expect_none cdr.engine
    expect_none cdr.manager
    expect_none cel.engine
    expect_none ami.user
}

@test "a file that only root may read is a warning" {
    ((EUID != 0)) || skip 'root may read everything'
    chmod 0 "$PBX/etc/cel.conf"
    report
    expect cel.unreadable warning 'sudo ./status.sh'
}
