# ---- AMI: secret, addresses and session of the user ----

check_ami_secret() {
    local secret
    conf_get "$AMI_USER" secret '' && secret=$REPLY || secret=
    if [[ -z $secret ]]; then
        fail ami.secret "The user $AMI_USER has no secret" 'Nobody can log in.' \
            "$(ami_user_line 'secret = A-LONG-RANDOM-SECRET    ; make one: head -c 24 /dev/urandom | base64')"
        return
    fi
    ami_password
    if [[ -n $REPLY && $REPLY != "$secret" ]]; then
        fail ami.secret "The secret of $AMI_USER is not AMI_PASSWORD" 'manager.conf and the settings differ.' \
            "# write the same into both: $ETC/manager.conf and $ENV_FILE"
    elif ((${#secret} < 12)) || [[ ${secret,,} == a-long-random-secret ]]; then
        warn ami.secret "The secret of $AMI_USER is easy to guess" 'It is short, or an example.' \
            "$(ami_user_line 'secret = A-LONG-RANDOM-SECRET    ; make one: head -c 24 /dev/urandom | base64' \
                "# and the same as AMI_PASSWORD in $ENV_FILE, then:")"
    else
        ok ami.secret "The user has a secret${REPLY:+, the same as AMI_PASSWORD}"
    fi
}

# The secret of the settings; it only ever stays in this shell and in pipes.
ami_password() { # sets REPLY; fails when there is none that can be read
    setting AMI_PASSWORD_FILE
    if [[ -n $REPLY ]]; then
        local path=$REPLY
        REPLY=
        [[ -f $path && -r $path ]] || return 1
        IFS= read -r REPLY <"$path"
        REPLY=${REPLY%$'\r'}
    else
        setting AMI_PASSWORD
    fi
    [[ -n $REPLY ]]
}

ip_number() { # DOTTED: sets REPLY
    [[ $1 =~ ^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$ ]] || return 1
    REPLY=$((10#${BASH_REMATCH[1]} << 24 | 10#${BASH_REMATCH[2]} << 16 | 10#${BASH_REMATCH[3]} << 8 | 10#${BASH_REMATCH[4]}))
}

# Whether a rule such as 10.0.0.0/255.0.0.0 or 10.0.0.0/8 is about an address; 2 when it is no rule of IPv4.
rule_covers() { # RULE ADDRESS
    local base mask=4294967295 text=${1#*/}
    ip_number "${1%%/*}" && base=$REPLY || return 2
    if [[ $1 == */* ]]; then
        if ip_number "$text"; then
            mask=$REPLY
        elif [[ $text =~ ^[0-9]{1,2}$ ]] && ((10#$text <= 32)); then
            mask=$((10#$text == 0 ? 0 : (4294967295 << (32 - 10#$text)) & 4294967295))
        else
            return 2
        fi
    fi
    ip_number "$2" || return 2
    (((REPLY & mask) == (base & mask)))
}

# Access rules and event filters begin again with each section of a user: those of the last one count.
is_of_last_section() { # INDEX PATTERN-OF-KEYS
    [[ ${CONF_SECTION[$1]} == "${AMI_USER,,}" && ${CONF_PART[$1]} == "${CONF_PARTS[${AMI_USER,,}]:-1}" &&
        ${CONF_KEY[$1],,} =~ $2 ]]
}

# As Asterisk does: everybody may, until a later rule says otherwise; the last one that fits counts.
access_of() { # ADDRESS: sets REPLY to permit or deny
    local i result=permit rule rules
    for ((i = 0; i < ${#CONF_KEY[@]}; i++)); do
        is_of_last_section "$i" '^(permit|deny)$' || continue
        rules=${CONF_VALUE[i]}
        while [[ -n $rules ]]; do
            trim "${rules%%,*}" && rule=$REPLY
            [[ $rules == *,* ]] && rules=${rules#*,} || rules=
            ! rule_covers "$rule" "$1" || result=${CONF_KEY[i],,}
        done
    done
    REPLY=$result
}

check_ami_access() {
    local host fix
    setting AMI_HOST 127.0.0.1 && host=$REPLY
    fix=$(ami_user_line 'deny = 0.0.0.0/0.0.0.0' 'permit = 127.0.0.1/255.255.255.255')
    if conf_get "$AMI_USER" acl; then
        info ami.access 'Who may log in is in a named list' "acl = $REPLY in $ETC/acl.conf, which is not looked at."
        return
    fi
    access_of 127.0.0.1
    if [[ $REPLY == deny ]] && is_local "$host"; then
        fail ami.access 'The user may not log in from this machine' "No 'permit' covers 127.0.0.1." "$fix"
        return
    fi
    # An address of the documentation: nobody has a reason to permit it.
    access_of 203.0.113.1
    if [[ $REPLY == permit ]]; then
        warn ami.access 'The user may log in from everywhere' "'deny' and 'permit' do not keep others out." "$fix"
    else
        ok ami.access 'The user may log in from known addresses only'
    fi
}

check_ami_session() {
    local value note=''
    conf_get "$AMI_USER" writetimeout 100 && value=$REPLY || value=100
    ! conf_get general writetimeout || note=' In [general] it is ignored.'
    if is_number "$value" && ((10#$value >= 1000)); then
        ok ami.writetimeout "A slow reader has $value ms"
    else
        warn ami.writetimeout "Asterisk cuts the connection after $value ms of a full buffer" \
            "What it emits until the next login is missed.$note" "$(ami_user_line 'writetimeout = 5000')"
    fi
    conf_get "$AMI_USER" allowmultiplelogin || conf_get general allowmultiplelogin yes
    is_true "$REPLY" ||
        warn ami.multiple 'Only one session at a time is allowed' \
            'A dead connection that Asterisk has not noticed keeps the connector out.' \
            "$(ami_user_line 'allowmultiplelogin = yes')"
}
