# manager.conf and what the running Asterisk has of it.

load helper

setup() { make_pbx; }

user() { # OLD NEW: a line of manager.conf
    set_line manager.conf "$@"
    report
}

@test "no manager.conf, and AMI that is off, are errors with the lines that turn it on" {
    rm "$PBX/etc/manager.conf" "$FAKES/console/manager show settings"
    report
    expect ami.enabled error 'There is no' '[general]' 'enabled = yes' "asterisk -rx 'manager reload'"
    make_configuration
    user 'enabled = yes' 'enabled = no'
    expect ami.enabled error 'AMI is off'
}

@test "AMI that is on in the file only has to be reloaded" {
    sed -i 's/(AMI): .*/(AMI): No/' "$FAKES/console/manager show settings"
    report
    expect ami.enabled error 'not in the running Asterisk'
}

@test "AMI that others reach is a warning, unless the connector is elsewhere" {
    sed -i 's/127.0.0.1/0.0.0.0/' "$FAKES/console/manager show settings"
    report
    expect ami.bind warning 'bindaddr = 127.0.0.1'
    set_line .env 'AMI_HOST=127.0.0.1' 'AMI_HOST=192.0.2.1'
    sed -i '/^AMI_PASSWORD/d' "$PBX/.env"
    report
    expect ami.bind info 'firewall'
    expect ami.tls warning 'without encryption'
}

@test "a wrong AMI_PORT is an error" {
    set_line .env "AMI_PORT=$PORT" 'AMI_PORT=1'
    report
    expect ami.port error "AMI_PORT=$PORT"
}

@test "an unknown user gets the whole section" {
    rm "$FAKES/console/manager show user connector"
    user '[connector]' '[conector]'
    expect ami.user error 'no AMI user connector' '[connector]' 'read = cdr,call' 'write =' 'writetimeout = 5000'
}

@test "a user in the file that Asterisk has not read has to be reloaded" {
    rm "$FAKES/console/manager show user connector"
    report
    expect ami.user error 'does not know the user connector yet' 'manager reload'
}

@test "a user in a file of its own is found" {
    sed -n '/\[connector\]/,$p' "$PBX/etc/manager.conf" >"$PBX/etc/manager_custom.conf"
    sed -i '/\[connector\]/,$d' "$PBX/etc/manager.conf"
    echo '#include manager_custom.conf' >>"$PBX/etc/manager.conf"
    report
    expect ami.user ok
    expect ami.read ok
    [ "$STATUS_CODE" = 0 ]
}

@test "an include that is not there is an error with the command that makes it" {
    echo '#include "manager_custom.conf"' >>"$PBX/etc/manager.conf"
    report
    expect ami.refused error 'refuses all of manager.conf' "touch $PBX/etc/manager_custom.conf"
}

@test "blanks in read are an error, because they drop classes silently" {
    sed -i 's/call,cdr/cdr/' "$FAKES/console/manager show user connector"
    user 'read = cdr,call' 'read = cdr, call'
    expect ami.read error 'blanks' 'read = cdr,call'
}

@test "missing classes are errors" {
    sed -i 's/call,cdr/cdr,reporting/' "$FAKES/console/manager show user connector"
    user 'read = cdr,call' 'read = cdr,reporting'
    expect ami.read error 'may not read call' 'CELs of the class call'
    user 'read = cdr,reporting' ''
    expect ami.read error
}

@test "an empty element in read or write grants everything" {
    user 'read = cdr,call' 'read = cdr,,call'
    expect ami.read warning 'grants every class'
    user 'write =' 'write = ,log'
    expect ami.write warning 'everything'
}

@test "read = all is enough, and more than enough" {
    user 'read = cdr,call' 'read = all'
    expect ami.read info 'cdr,call is enough'
}

@test "rights to write are warnings with their reasons" {
    user 'write =' 'write = command,originate,system'
    expect ami.write warning 'command: any command' 'originate: calls at your cost' 'system: loads modules' 'write ='
    user 'write = command,originate,system' 'write = all'
    expect ami.write warning 'all: everything'
    user 'write = all' 'write = reporting'
    expect ami.write info
}

@test "old rights in the running Asterisk are told" {
    sed -i 's/<none>/system,originate/' "$FAKES/console/manager show user connector"
    report
    expect ami.reload warning 'system,originate' 'restart the connector'
    sed -i -e 's/system,originate/<none>/' -e 's/call,cdr/cdr/' "$FAKES/console/manager show user connector"
    report
    expect ami.reload warning
}

@test "a user that only Asterisk knows is judged by what it says" {
    sed -i 's/<none>/command/' "$FAKES/console/manager show user connector"
    user '[connector]' '[another]'
    expect ami.user info 'users.conf'
    expect ami.read ok
    expect ami.write warning
}

@test "secrets that differ, are missing or easy are told, and never shown" {
    user "secret = $SECRET" 'secret = marked-other-secret'
    expect ami.secret error 'is not AMI_PASSWORD'
    user 'secret = marked-other-secret' ''
    expect ami.secret error 'no secret'
    set_line .env "AMI_PASSWORD=$SECRET" 'AMI_PASSWORD=marked'
    user '[connector]' $'[connector]\nsecret = marked'
    expect ami.secret warning 'easy to guess'
    no grep marked "$PBX/report.json"
}

@test "who may log in is worked out" {
    user 'deny = 0.0.0.0/0.0.0.0' ''
    expect ami.access warning 'from everywhere' 'deny = 0.0.0.0/0.0.0.0'
    make_configuration
    user 'permit = 127.0.0.1/255.255.255.255' 'permit = 10.0.0.1/255.255.255.255'
    expect ami.access error 'from this machine'
    make_configuration
    user 'permit = 127.0.0.1/255.255.255.255' 'acl = office'
    expect ami.access info 'acl = office'
}

@test "writetimeout belongs to the user, and 100 ms are too little" {
    user 'writetimeout = 5000' ''
    expect ami.writetimeout warning '100 ms' 'writetimeout = 5000'
    user 'timestampevents = yes' $'timestampevents = yes\nwritetimeout = 5000'
    expect ami.writetimeout warning 'In [general] it is ignored'
}

@test "one session at a time is a warning" {
    user 'enabled = yes' $'enabled = yes\nallowmultiplelogin = no'
    expect ami.multiple warning
}

@test "filters and switches that keep events back are told" {
    user 'eventfilter(name(CEL)) =' ''
    expect ami.filter warning 'keep back all CELs' 'eventfilter(name(CEL)) ='
    user 'eventfilter(name(Cdr)) =' ''
    expect ami.filter info 'eventfilter(name(Cdr)) ='
    echo 'Asterisk 20.9.1' >"$FAKES/version.txt"
    report
    expect_none ami.filter
    user 'enabled = yes' $'enabled = yes\ndisabledevents = Newexten, Cdr'
    expect ami.disabled error 'no Cdr events'
}

@test "event filters that exclude are named" {
    only() { # FILTER TEXT: with this filter alone
        make_configuration
        sed -i -e '/^eventfilter(name(Cdr))/d' -e '/^eventfilter(name(CEL))/d' "$PBX/etc/manager.conf"
        echo "$1" >>"$PBX/etc/manager.conf"
        report
        expect ami.filter warning "$2" "# remove: $1" "asterisk -rx 'manager reload'"
    }
    only 'eventfilter = !Event: Cdr' 'keep back all CDRs'
    only 'eventfilter = !Event: C.*' 'keep back all CDRs and CELs'
    only 'eventfilter(action(exclude),name(CEL)) = ' 'keep back all CELs'
    only 'eventfilter = !Channel: Local/' 'keep back some CDRs and CELs'
    only 'eventfilter = !Event: CEL.*HANGUP' 'keep back some CELs'
    make_configuration
    echo 'eventfilter = !Event: RTCP' >>"$PBX/etc/manager.conf"
    report
    expect ami.filter ok
}

@test "event filters that Asterisk ignores are named" {
    echo 'eventfilter(action(exclude),name(CEL)) = x' >>"$PBX/etc/manager.conf"
    report
    expect ami.filter ok
    expect ami.filter_ignored info "$PBX/etc/manager.conf, line 16" 'method(...)'
}

@test "only filters and access rules of the last section of a user count" {
    sed -i '/^eventfilter/d' "$PBX/etc/manager.conf"
    printf '%s\n' 'eventfilter = !Event: Cdr' '[connector]' 'writetimeout = 6000' >>"$PBX/etc/manager.conf"
    report
    expect ami.filter info
    expect ami.access warning 'from everywhere'
    expect ami.secret ok
}

@test "events without time stamps are mentioned, and time stamps recommended" {
    user 'timestampevents = yes' ''
    expect ami.timestamps info 'is recommended' 'makes times certain' '[general]' 'timestampevents = yes'
    echo '  Timestamp events:          Yes            ' >>"$FAKES/console/manager show settings"
    report
    expect_none ami.timestamps
    touch "$PBX/etc/manager_additional.conf"
    sed -i 's/Yes            $/No/' "$FAKES/console/manager show settings"
    report
    expect ami.timestamps info "$PBX/etc/manager_custom.conf" '[general](+)' 'timestampevents = yes'
}

@test "TLS at one side only is an error" {
    echo AMI_TLS=true >>"$PBX/.env"
    report
    expect ami.tls error 'tlsenable = yes'
}

@test "AMI's certificate is looked at" {
    openssl req -x509 -newkey rsa:2048 -nodes -days 3 -subj /CN=pbx -keyout "$PBX/key.pem" -out "$PBX/cert.pem" 2>/dev/null
    user 'enabled = yes' $'enabled = yes\ntlsenable = yes\ntlscertfile = '"$PBX/cert.pem"
    expect ami.tls warning 'within two weeks'
    echo nonsense >"$PBX/cert.pem"
    report
    expect ami.tls error
    without openssl
    report
    expect ami.tls info 'openssl is missing'
}

@test "on FreePBX lines go into the files that it leaves alone" {
    touch "$PBX/etc/manager_additional.conf" "$PBX/etc/manager_custom.conf"
    echo '#include manager_custom.conf' >>"$PBX/etc/manager.conf"
    rm "$FAKES/console/manager show user connector"
    user '[connector]' '[another]'
    expect ami.user error "$PBX/etc/manager_custom.conf" '[connector]'
    set_line cdr_manager.conf '[mappings]' $'#include cdr_manager_mapping_custom.conf\n[mappings]'
    set_line cdr_manager.conf 'sequence => Sequence' ''
    touch "$PBX/etc/cdr_manager_mapping_custom.conf"
    report
    expect cdr.mappings warning "cdr_manager_mapping_custom.conf, without [mappings]"
}
