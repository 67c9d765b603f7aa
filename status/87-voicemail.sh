# ---- Voicemail mails ----

# shellcheck disable=SC2016 # Asterisk puts the values in
VOICEMAIL_BODY='p=${VM_NAME}~${VM_DATE}~${VM_CALLERID}~${VM_MAILBOX}~${VM_MSGNUM}~${VM_DUR}'
RELOAD_VOICEMAIL="asterisk -rx 'voicemail reload'"

# Only where Asterisk gives its mails to the connector: for others this is not their subject.
check_voicemail() {
    section voicemail 'Voicemail mails'
    local command program
    conf_load voicemail.conf
    [[ $CONF_STATE == read ]] && conf_get general mailcmd || return 0
    command=$REPLY
    [[ $command == *asterisk-connector* || $command == *mailcmd.sh* ]] || return 0
    program=${command%%[[:space:]]*}
    [[ $program == */* ]] || program=$(type -P "$program") || program=${command%%[[:space:]]*}
    if ((${#command} > 159)); then
        fail voicemail.mailcmd 'The mailcmd is too long: every voicemail mail is lost' \
            "$CONF_AT: ${#command} characters; Asterisk cuts it at 159." \
            "$(voicemail_lines 'mailcmd = /usr/bin/asterisk-connector voicemail mail')"
    elif [[ ! -x $program ]]; then
        fail voicemail.mailcmd "There is no program $program: every voicemail mail is lost" \
            "$CONF_AT: Asterisk removes the mail when its mailcmd ends, however it ends." \
            "$(voicemail_lines 'mailcmd = /usr/bin/asterisk-connector voicemail mail')"
    else
        ok voicemail.mailcmd "Asterisk gives its mails to $program"
        check_voicemail_program "$program"
    fi
    check_voicemail_body
    check_voicemail_sendmail
}

voicemail_lines() { # LINE...
    place voicemail.conf general
    lines "$@" "$RELOAD_VOICEMAIL"
}

# The part that reads mails is a second program, which needs a library that the package only recommends.
check_voicemail_program() { # PROGRAM
    local second=${1%/*}/asterisk-connector-voicemail
    [[ $1 == */asterisk-connector ]] || return 0
    if [[ ! -x $second ]]; then
        warn voicemail.program 'Voicemail mails go out unchanged, without the text of the message' \
            "There is no $second, which reads and writes them." 'apt-get install --reinstall asterisk-connector'
    elif have ldd && [[ $(limited 10 ldd "$second" 2>/dev/null) == *'libgmime-3.0.so.0 => not found'* ]]; then
        warn voicemail.program 'Voicemail mails go out unchanged, without the text of the message' \
            "The library libgmime-3.0 is missing, which $second needs." 'apt-get install libgmime-3.0-0'
    fi
}

check_voicemail_body() {
    local parts
    conf_get general emailbody || true
    parts=${REPLY//[!~]/}
    if [[ $REPLY != p=* || ${#parts} -lt 5 ]]; then
        warn voicemail.emailbody 'The mails do not say all that is known of a message' \
            "${CONF_AT:-$CONF_PATH}: emailbody needs 'p=' and six parts with '~' between." \
            "$(voicemail_lines "emailbody = $VOICEMAIL_BODY")"
    else
        ok voicemail.emailbody 'The mails say what is known of a message'
    fi
    conf_get general charset ISO-8859-1 || true
    if [[ ${REPLY^^} != UTF-8 && ${REPLY^^} != UTF8 ]]; then
        warn voicemail.charset 'Names with accents may be wrong in mails' \
            "${CONF_AT:-$CONF_PATH}: charset is $REPLY." "$(voicemail_lines 'charset = UTF-8')"
    fi
    conf_get general attach yes || true
    if ! is_true "$REPLY"; then
        warn voicemail.attach 'There is no text of messages, because mails do not have them' \
            "$CONF_AT: attach = $REPLY; boxes may have their own." "$(voicemail_lines 'attach = yes')"
    fi
}

# SENDMAIL_CMD counts where voicemail.env can be read.
check_voicemail_sendmail() {
    local file=${VOICEMAIL_ENV_FILE:-/etc/asterisk-connector/voicemail.env} program=${SENDMAIL:-/usr/sbin/sendmail}
    if [[ -r $file ]]; then
        REPLY=$(sed -n 's/^SENDMAIL_CMD=//p' "$file" 2>/dev/null | tail -n 1)
        trim "$REPLY" && REPLY=${REPLY//[\"\']/}
        [[ -z $REPLY ]] || program=${REPLY%%[[:space:]]*}
    fi
    if [[ -x $program ]]; then
        ok voicemail.sendmail "Mails are sent by $program"
    else
        fail voicemail.sendmail "There is no $program: no voicemail mail goes out" \
            'They wait on the disk until there is one.' \
            "$(lines '# install a mail server that has it, for example:' 'apt-get install postfix' \
                "# or name another one in $file:" 'SENDMAIL_CMD=/usr/bin/msmtp -t -i')"
    fi
}
