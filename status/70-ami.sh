# ---- AMI ----

AMI_USER=connector
RELOAD_MANAGER="asterisk -rx 'manager reload'"

check_ami() { # HERE: yes, or empty when the PBX is elsewhere
    section ami 'Manager interface (AMI)'
    setting AMI_USERNAME connector && AMI_USER=$REPLY
    [[ -z $1 ]] || check_ami_files
    check_login
}

check_ami_files() {
    local live='' # what 'manager show settings' says
    if cli 'manager show settings'; then live=$REPLY; fi
    conf_load manager.conf
    if [[ $CONF_STATE == missing && -z $live ]]; then
        fail ami.enabled "There is no $ETC/manager.conf" 'AMI is off without it.' "$(ami_general_lines)"
        return
    fi
    if conf_report manager.conf ami; then check_ami_general "$live"; fi
    check_ami_user
}

ami_general_lines() {
    place manager.conf general
    lines 'enabled = yes' 'bindaddr = 127.0.0.1' 'port = 5038' 'timestampevents = yes' "$RELOAD_MANAGER"
}

check_ami_general() { # LIVE SETTINGS
    local host where port tls=''
    setting AMI_HOST 127.0.0.1 && host=$REPLY
    if conf_is_on general enabled no; then
        if field 'Manager (AMI)' "$1" && [[ $REPLY == No* ]]; then
            fail ami.enabled 'AMI is on in manager.conf, but not in the running Asterisk' \
                'The file was changed and not read since.' "$RELOAD_MANAGER"
        else
            ok ami.enabled 'AMI is on'
        fi
    else
        fail ami.enabled 'AMI is off' "[general] has no 'enabled = yes'; the default is off." "$(ami_general_lines)"
    fi
    conf_get general port 5038 && port=$REPLY || port=5038
    conf_get general bindaddr '' && where=$REPLY || where='all addresses'
    if field 'TCP Bindaddress' "$1" && [[ $REPLY == *:* ]]; then port=${REPLY##*:} where=${REPLY%:*}; fi
    case $where in
    127.* | ::1 | '[::1]' | localhost) ok ami.bind "AMI listens on $where only, port $port" ;;
    *)
        if is_local "$host"; then
            warn ami.bind "AMI can be reached from other machines" "It listens on $where, port $port, without need." \
                "$(place manager.conf general; lines 'bindaddr = 127.0.0.1' "$RELOAD_MANAGER")"
        else
            info ami.bind "AMI listens on $where, port $port" 'Let a firewall pass only the machine of the connector.'
        fi
        ;;
    esac
    setting AMI_PORT
    if [[ -n $REPLY && $REPLY != "$port" ]] && is_local "$host" && ! is_true "${SETTINGS[AMI_TLS]-}"; then
        fail ami.port "AMI_PORT is $REPLY, but AMI listens on port $port" '' "$(lines "# in $ENV_FILE:" "AMI_PORT=$port")"
    fi
    conf_is_on general tlsenable no && tls=yes
    check_ami_tls "$host" "$tls"
    check_ami_events "$1"
}

check_ami_tls() { # HOST ENABLED
    local certificate
    if is_true "${SETTINGS[AMI_TLS]-}" && [[ -z $2 ]]; then
        fail ami.tls 'AMI_TLS is on, but AMI has no TLS' "[general] has no 'tlsenable = yes'." \
            "$(place manager.conf general
                lines 'tlsenable = yes' 'tlsbindaddr = 0.0.0.0:5039' "tlscertfile = $ETC/keys/asterisk.crt" \
                    "tlsprivatekey = $ETC/keys/asterisk.key" "$RELOAD_MANAGER" \
                    "# or, on one machine, in $ENV_FILE:" 'AMI_TLS=false')"
        return
    fi
    if [[ -z $2 ]]; then
        is_local "$1" || warn ami.tls 'Calls cross the network without encryption' "AMI_HOST is $1, and AMI has no TLS." \
            "# see TLS in docs/asterisk-setup.md, then in $ENV_FILE: AMI_TLS=true"
        return
    fi
    conf_get general tlscertfile && certificate=$REPLY || return 0
    if [[ ! -r $certificate ]] || ! have openssl; then
        info ami.tls 'AMI has TLS; its certificate could not be looked at' \
            "$certificate: not readable here, or openssl is missing."
    elif ! limited 5 openssl x509 -noout -checkend 0 -in "$certificate" >/dev/null 2>&1; then
        fail ami.tls "AMI's certificate has expired, or is none" "$certificate" \
            "openssl x509 -noout -enddate -subject -in $certificate"
    elif ! limited 5 openssl x509 -noout -checkend 1209600 -in "$certificate" >/dev/null 2>&1; then
        warn ami.tls "AMI's certificate expires within two weeks" "$certificate" \
            "openssl x509 -noout -enddate -subject -in $certificate"
    else
        ok ami.tls 'AMI has TLS with a valid certificate'
    fi
}

check_ami_events() { # LIVE SETTINGS
    local name on=''
    if field 'Timestamp events' "$1"; then
        [[ $REPLY != Yes* ]] || on=yes
    else
        ! conf_is_on general timestampevents no || on=yes
    fi
    [[ -n $on ]] ||
        info ami.timestamps 'Events carry no Timestamp; turning it on is recommended' \
            'It makes times certain. Without it the zone is worked out from CDRs, or taken from PBX_TZ.' \
            "$(place manager.conf general; lines 'timestampevents = yes' "$RELOAD_MANAGER")"
    conf_get general disabledevents || return 0
    for name in Cdr CEL; do
        [[ ,${REPLY//[[:space:]]/}, != *,"$name",* ]] ||
            fail ami.disabled "Asterisk emits no $name events" "disabledevents = $REPLY" \
                "$(place manager.conf general; lines "# take $name out of disabledevents, then:" "$RELOAD_MANAGER")"
    done
}
