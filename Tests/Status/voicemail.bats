# Voicemail mails: what Asterisk gives to the connector.

load helper

setup() {
    make_pbx
    mkdir "$PBX/usr"
    for name in asterisk-connector asterisk-connector-voicemail sendmail; do
        printf '#!/bin/sh\n' >"$PBX/usr/$name"
        chmod 755 "$PBX/usr/$name"
    done
    cat >"$PBX/etc/voicemail.conf" <<END
[general]
format = wav
attach = yes
charset = UTF-8
mailcmd = $PBX/usr/asterisk-connector voicemail mail
emailbody = p=\${VM_NAME}~\${VM_DATE}~\${VM_CALLERID}~\${VM_MAILBOX}~\${VM_MSGNUM}~\${VM_DUR}

[default]
100 => 1234,Ann Example,ann@example.com
END
    printf 'SENDMAIL_CMD=%s -t -i\n' "$PBX/usr/sendmail" >"$PBX/voicemail.env"
    export VOICEMAIL_ENV_FILE=$PBX/voicemail.env
}

# 'status' of the helper gives the script nothing of the environment but what it names.
status() {
    cd "$PBX" || return
    env -i PATH="$PBX/bin" HOSTNAME=pbx PBX="$PBX" FAKES="$FAKES" REAL_DATE="$REAL_DATE" ASTERISK_ETC="$PBX/etc" \
        PROC_ROOT="$PBX/proc" VOICEMAIL_ENV_FILE="$VOICEMAIL_ENV_FILE" "$BASH" "$STATUS" "$@"
}

line() { sed -i "s|^$1 = .*|${2:+$1 = $2}|" "$PBX/etc/voicemail.conf"; } # KEY [VALUE]

@test "a PBX that gives its mails to the connector as recommended has nothing to complain about" {
    report
    expect voicemail.mailcmd ok "$PBX/usr/asterisk-connector"
    expect voicemail.emailbody ok
    expect voicemail.sendmail ok "$PBX/usr/sendmail"
    no jq -e '.findings[] | select(.section == "voicemail" and .level != "ok")' "$PBX/report.json"
}

@test "a PBX that sends its mails in another way is left alone" {
    line mailcmd '/usr/sbin/sendmail -t'
    report
    no jq -e '.findings[] | select(.section == "voicemail")' "$PBX/report.json"
    line mailcmd
    report
    no jq -e '.findings[] | select(.section == "voicemail")' "$PBX/report.json"
    rm "$PBX/etc/voicemail.conf"
    report
    no jq -e '.findings[] | select(.section == "voicemail")' "$PBX/report.json"
}

@test "a command that is not there loses every mail" {
    rm "$PBX/usr/asterisk-connector"
    report
    expect voicemail.mailcmd error 'every voicemail mail is lost' 'mailcmd = /usr/bin/asterisk-connector voicemail mail'
}

@test "a command that Asterisk would cut loses every mail" {
    line mailcmd "$PBX/usr/asterisk-connector voicemail mail --env-file /$(printf '%0160d' 0)"
    report
    expect voicemail.mailcmd error 'cuts it at 159' 'voicemail reload'
}

@test "without the second program mails have no text" {
    rm "$PBX/usr/asterisk-connector-voicemail"
    report
    expect voicemail.program warning 'go out unchanged' 'apt-get install --reinstall asterisk-connector'
}

@test "without the library for mails they have no text" {
    printf '#!/bin/sh\necho "	libgmime-3.0.so.0 => not found"\n' >"$PBX/bin/ldd"
    chmod 755 "$PBX/bin/ldd"
    report
    expect voicemail.program warning 'go out unchanged' 'apt-get install libgmime-3.0-0'
}

@test "a body of another form is a warning with its line" {
    line emailbody 'Dear ${VM_NAME}'
    report
    expect voicemail.emailbody warning 'emailbody = p=${VM_NAME}~' 'voicemail.conf, line 6'
    line emailbody 'p=${VM_NAME}~${VM_DATE}~${VM_CALLERID}'
    report
    expect voicemail.emailbody warning 'six parts'
}

@test "a charset that breaks names and mails without their message are warnings" {
    line charset ISO-8859-1
    line attach no
    report
    expect voicemail.charset warning 'charset = UTF-8'
    expect voicemail.attach warning 'attach = yes'
    line charset
    report
    expect voicemail.charset warning 'charset is ISO-8859-1'
}

@test "without sendmail no mail goes out" {
    rm "$PBX/usr/sendmail"
    report
    expect voicemail.sendmail error "There is no $PBX/usr/sendmail" 'SENDMAIL_CMD=' 'wait on the disk'
}
