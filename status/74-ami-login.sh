# ---- AMI: login ----

# One conversation with AMI, in a shell of its own. Prints what happened as 'word=text'. The secret is the first line of
# standard input, and never leaves as it is: no challenge, no login. With a CHANNEL it then waits for that call's events
# until its CDR and a CEL are there.
# shellcheck disable=SC2317 # runs isolated
ami_dialog() { # HOST PORT USER TLS(yes or empty) CA-FILE VERIFY(yes or empty) CHANNEL
    local host=$1 port=$2 user=$3 secret line answer challenge key mask=off cdr='' cel=0
    IFS= read -r secret
    trap '' PIPE
    send() { printf '%s\r\n' "$@" '' >&4; } 2>/dev/null
    receive() { # SECONDS: sets answer to the next stanza, lines with '|' between them
        answer=
        while IFS= read -r -t "$1" line <&3; do
            line=${line%$'\r'}
            if [[ -z $line && -n $answer ]]; then return 0; fi
            [[ -z $line || ${#answer} -gt 20000 ]] || answer+="|$line"
        done
        return 1
    }
    response() { while receive 5; do [[ $answer != '|Response:'* ]] || return 0; done && return 1; }
    value() { # NAME: of the stanza
        local rest=${answer#*|"$1": }
        [[ $rest != "$answer" ]] || return 1
        printf '%s\n' "${rest%%|*}"
    }
    if [[ -n $4 ]]; then
        local options=(-quiet -connect "$host:$port")
        [[ -z $5 ]] || options+=(-CAfile "$5")
        if [[ $host =~ ^[0-9.]+$|: ]]; then
            [[ -z $6 ]] || options+=(-verify_return_error -verify_ip "$host")
        else
            options+=(-servername "$host")
            [[ -z $6 ]] || options+=(-verify_return_error -verify_hostname "$host")
        fi
        coproc TLS { exec openssl s_client "${options[@]}" 2>/dev/null; }
        exec 3<&"${TLS[0]}" 4>&"${TLS[1]}"
    elif ! { exec 3<>"/dev/tcp/$host/$port"; } 2>/dev/null; then
        echo failed=connect
        return
    else
        exec 4>&3
    fi
    if ! IFS= read -r -t 5 line <&3; then
        echo failed=silent
        return
    fi
    line=${line%$'\r'}
    if [[ $line != 'Asterisk Call Manager/'* ]]; then
        echo failed=stranger
        return
    fi
    printf 'greeting=%s\n' "$line"
    send 'Action: Challenge' 'AuthType: MD5'
    if ! response; then
        echo failed=hang
        return
    fi
    challenge=$(value Challenge)
    if [[ ! $challenge =~ ^[A-Za-z0-9]+$ ]]; then
        send 'Action: Logoff'
        echo failed=challenge
        return
    fi
    key=$(printf '%s%s' "$challenge" "$secret" | md5sum)
    [[ -z $7 ]] || mask=on
    send 'Action: Login' 'AuthType: MD5' "Username: $user" "Key: ${key%% *}" "Events: $mask"
    if ! response; then
        echo failed=hang
        return
    fi
    if [[ $answer != '|Response: Success'* ]]; then
        printf 'failed=login\nmessage=%s\n' "$(value Message)"
        send 'Action: Logoff'
        return
    fi
    echo login=ok
    if [[ -n $7 ]]; then
        while [[ -z $cdr || $cel == 0 ]] && receive 15; do
            [[ $answer == *"|Channel: $7"* ]] || continue
            case $answer in
            '|Event: Cdr|'*) cdr=yes && printf 'cdr=%s\n' "$answer" ;;
            '|Event: CEL|'*) cel=$((cel + 1)) && printf 'cel=%s\n' "$answer" ;;
            esac
        done
    fi
    send 'Action: Logoff'
    response
    echo 'done=yes'
}

# Sets the arguments for ami_dialog; reports and fails when a login cannot be tried.
ami_arguments() {
    local host port user ca='' tls='' verify=yes
    setting AMI_HOST && host=$REPLY
    setting AMI_USERNAME && user=$REPLY
    if [[ -z $host || -z $user ]] || ! ami_password; then
        info ami.login 'No login was tried' "It needs AMI_HOST, AMI_USERNAME and a password that can be read, from $ENV_FILE."
        check_listening "${host:-127.0.0.1}"
        return 1
    fi
    if ! is_true "${SETTINGS[AMI_TLS]-}"; then
        setting AMI_PORT 5038
    elif have openssl; then
        tls=yes
        setting AMI_PORT 5039
    else
        info ami.login 'No login was tried' 'AMI_TLS needs openssl, which is not installed here.' 'apt-get install openssl'
        return 1
    fi
    port=$REPLY
    setting AMI_TLS_CA_FILE && ca=$REPLY
    [[ -z ${SETTINGS[AMI_TLS_VERIFY]-} ]] || is_true "${SETTINGS[AMI_TLS_VERIFY]}" || verify=
    if ! is_host "$host" || ! is_number "$port" || [[ $user == *[$'\r\n']* ]]; then
        fail ami.login 'No login was tried: AMI_HOST, AMI_PORT or AMI_USERNAME is wrong' \
            'A host without a port, a number, and one line of text.' "nano $ENV_FILE"
        return 1
    fi
    if ! have md5sum; then
        info ami.login 'No login was tried' 'It needs md5sum, which is not installed here.'
        return 1
    fi
    AMI_ARGUMENTS=("$host" "$port" "$user" "$tls" "$ca" "$verify")
}

# The least that can be said without a login.
check_listening() { # HOST
    local port
    conf_get general port 5038 && port=$REPLY || port=5038
    setting AMI_PORT "$port" && port=$REPLY
    is_host "$1" && is_number "$port" || return 0
    if isolated 5 tcp_connect "$1" "$port" 2>/dev/null </dev/null; then
        ok ami.listening "Something listens at $1:$port"
    elif [[ -n $PROCESS$CONSOLE ]] || ! is_local "$1"; then
        fail ami.listening "Nothing answers at $1:$port" 'AMI is off, on another port, or behind a firewall.' \
            "$(lines "asterisk -rx 'manager show settings'" 'ss -ltn')"
    fi
}

check_login() {
    local answer line greeting='' failed=hang message='' where fix
    ami_arguments || return 0
    ami_password
    answer=$(printf '%s\n' "$REPLY" | isolated 20 ami_dialog "${AMI_ARGUMENTS[@]}" '' 2>/dev/null)
    while IFS= read -r line; do
        case $line in
        greeting=*) greeting=${line#*=} ;;
        login=ok) failed= ;;
        failed=*) failed=${line#*=} ;;
        message=*) message=${line#*=} ;;
        esac
    done <<<"$answer"
    where="${AMI_ARGUMENTS[0]}:${AMI_ARGUMENTS[1]}"
    case $failed in
    '') ok ami.login "Logged in to $where as $AMI_USER" "$greeting" ;;
    connect)
        fail ami.login "Nothing answers at $where" 'Not listening, or a firewall.' \
            "$(lines "asterisk -rx 'manager show settings'" 'ss -ltn')"
        ;;
    silent)
        fix=$(lines "asterisk -rx 'manager show connected'" 'ss -ltn')
        [[ -z ${AMI_ARGUMENTS[3]} ]] || fix=$(lines "openssl s_client -connect $where${AMI_ARGUMENTS[4]:+ -CAfile ${AMI_ARGUMENTS[4]}}" \
            "# see 'Verify return code'; AMI_TLS_CA_FILE names the authority or the certificate itself")
        fail ami.login "$where does not greet" \
            'Too many sessions without a login, TLS on one side only, or a certificate that is not trusted.' "$fix"
        ;;
    stranger)
        fail ami.login "$where is not AMI" 'Another program has this port, or TLS is on one side only.' \
            "$(lines 'ss -ltnp' "# then correct AMI_PORT in $ENV_FILE")"
        ;;
    challenge)
        fail ami.login "$where gives no MD5 challenge" 'A password is never sent as it is, so no login was tried.' \
            "# is something between here and Asterisk? Asterisk itself always has a challenge"
        ;;
    login) login_refused "$where" "$message" ;;
    *)
        fail ami.login "$where hangs" 'It took the connection, and does not answer.' \
            "$(lines "asterisk -rx 'core show uptime'" "asterisk -rx 'manager show connected'")"
        ;;
    esac
}

login_refused() { # WHERE MESSAGE
    if [[ $2 == *'Already In Use'* ]]; then
        warn ami.login "$AMI_USER is logged in already, and only one session is allowed" \
            'That is the connector when it runs; else a dead session.' \
            "$(lines "asterisk -rx 'manager show connected'" "# in $ETC/manager.conf, section [$AMI_USER]:" 'allowmultiplelogin = yes')"
    else
        fail ami.login "$1 refuses the login of $AMI_USER" \
            "It says '$2', and on purpose not why: no such user, another secret, or this machine is not within 'permit'." \
            "$(lines "asterisk -rx 'manager show user $AMI_USER'" "# write the same secret into $ETC/manager.conf and $ENV_FILE, then:" "$RELOAD_MANAGER")"
    fi
}
