# ---- CEL ----

CEL_EVENTS=(CHAN_START CHAN_END ANSWER HANGUP BRIDGE_ENTER BRIDGE_EXIT BLINDTRANSFER ATTENDEDTRANSFER LINKEDID_END)
RELOAD_CEL=("asterisk -rx 'module reload cel'" "asterisk -rx 'module reload cel_manager.so'")
# All names that Asterisk 16 has; cel_event_known has what came later.
CEL_KNOWN=ALL,CHAN_START,CHAN_END,HANGUP,ANSWER,APP_START,APP_END,BRIDGE_ENTER,BRIDGE_EXIT,PARK_START,PARK_END
CEL_KNOWN+=,BLINDTRANSFER,ATTENDEDTRANSFER,USER_DEFINED,LINKEDID_END,PICKUP,FORWARD,LOCAL_OPTIMIZE

check_cel() {
    section cel 'Channel events (CEL)'
    local live='' on='' manager='' events='' apps='' line word
    if cli 'cel show status'; then live=$REPLY; fi
    conf_load cel.conf
    conf_report cel.conf cel || [[ -n $live ]] || return 0
    conf_list general events && events=$REPLY
    conf_list general apps && apps=$REPLY
    check_cel_names "$live" || [[ $live == *'CEL Logging: Enabled'* ]] || return 0
    check_cel_apps "$events" "$apps" || return 0
    if [[ $live == *'CEL Logging: Enabled'* ]]; then
        on=yes events='' apps=''
        while IFS= read -r line; do
            word=${line##*: }
            case $line in
            'CEL Tracking Event: '*) events+="${events:+,}$word" ;;
            'CEL Tracking Application: '*) apps+="${apps:+,}$word" ;;
            'CEL Event Subscriber: Manager Event Logging'*) manager=yes ;;
            esac
        done <<<"$live"
    elif [[ -z $live ]]; then
        ! conf_is_on general enable no || on=yes
        ! conf_is_on manager enabled no || manager=yes
    fi
    if [[ -z $on ]]; then
        warn cel.engine 'Asterisk makes no CELs' 'CDRs are still sent; how a call went from one to the next is not.' \
            "$(cel_lines "$events" "$apps"; place cel.conf manager; lines 'enabled = yes' "${RELOAD_CEL[@]}")"
        return
    fi
    if [[ -n $live && $CONF_STATE == read ]] && ! conf_is_on general enable no; then
        warn cel.engine 'Asterisk makes CELs now, but not after its next reload or start' \
            "The value of 'enable' that $CONF_PATH has last is not 'yes'." \
            "$(cel_lines "$events" "$apps"; lines "${RELOAD_CEL[0]}")"
    else
        ok cel.engine 'Asterisk makes CELs'
    fi
    check_cel_manager "$live" "$manager"
    check_cel_events "$events" "$apps"
}

cel_lines() { # EVENTS APPS
    local event all=$1
    if ! in_list ALL "$1"; then
        for event in "${CEL_EVENTS[@]}"; do in_list "$event" "$all" || all+=${all:+,}$event; done
        [[ -z $2 ]] || in_list APP_START "$all" || all+=,APP_START,APP_END
    fi
    place cel.conf general
    lines 'enable = yes' "events = $all"
}

cel_event_known() { # NAME
    case ${1^^} in
    LOCAL_OPTIMIZE_BEGIN) may_know 18.18 20.3 ;;
    STREAM_BEGIN | STREAM_END | DTMF) may_know 20.16 21.11 22.6 ;;
    *) in_list "$1" "$CEL_KNOWN" ;;
    esac
}

# One name that it does not know makes Asterisk refuse the file. A reload then changes nothing; after a start CEL is off.
check_cel_names() { # LIVE STATUS
    local i word rest unknown
    conf_unknown general,manager,radius enable,apps,events,dateformat
    unknown=$REPLY
    for ((i = 0; i < ${#CONF_KEY[@]}; i++)); do
        [[ ${CONF_SECTION[i]} == general && ${CONF_KEY[i],,} == events ]] || continue
        rest=${CONF_VALUE[i]}
        while [[ -n $rest ]]; do
            trim "${rest%%,*}" && word=$REPLY
            [[ $rest == *,* ]] && rest=${rest#*,} || rest=
            [[ -z $word ]] || cel_event_known "$word" || [[ $'\n'$1$'\n' == *$'\n'"CEL Tracking Event: ${word^^}"$'\n'* ]] ||
                unknown+="${CONF_PLACE[i]}: $word is no event of this version"$'\n'
        done
    done
    [[ -n $unknown ]] || return 0
    fail cel.refused 'Asterisk refuses all of cel.conf: CELs are off after its next start' \
        "$unknown" "$(lines '# remove what is named above, then:' "${RELOAD_CEL[@]}")"
    return 1
}

# Fails when Asterisk refuses the file for its applications.
check_cel_apps() { # EVENTS APPS
    [[ -z $2 ]] || in_list APP_START "$1" || in_list APP_END "$1" || in_list ALL "$1" || {
        fail cel.apps 'Asterisk refuses all of cel.conf' "apps = $2, but 'events' has neither APP_START nor APP_END." \
            "$(place cel.conf general; lines "events = ${1:+$1,}APP_START,APP_END" "${RELOAD_CEL[@]}")"
        return 1
    }
    [[ ,${2,,}, != *,all,* ]] ||
        warn cel.apps "'apps = all' stands for no application" 'Asterisk does not implement it; name them.' \
            "$(place cel.conf general; lines 'apps = dial,queue,voicemail' "${RELOAD_CEL[@]}")"
}

check_cel_manager() { # LIVE STATUS, WHETHER THE BACKEND IS ON
    if [[ -n $2 ]]; then
        ok cel.manager 'CELs go over AMI'
    elif conf_is_on manager enabled no; then
        fail cel.manager 'CELs do not go over AMI' 'cel.conf turns it on, but cel_manager is not loaded, or was not read since.' \
            "$(lines "asterisk -rx 'module load cel_manager.so'" "${RELOAD_CEL[1]}")"
    else
        fail cel.manager 'CELs do not go over AMI' "[manager] has no 'enabled = yes' (with a d); the default is off." \
            "$(place cel.conf manager; lines 'enabled = yes' "${RELOAD_CEL[1]}")"
    fi
}

check_cel_events() { # EVENTS APPS
    local event missing=() all
    for event in "${CEL_EVENTS[@]}"; do
        in_list "$event" "$1" || in_list ALL "$1" || missing+=("$event")
    done
    if ((${#missing[@]} > 0)); then
        all="${1:+$1,}$(IFS=, && printf '%s' "${missing[*]}")"
        warn cel.events "${#missing[@]} useful CEL events are off: ${missing[*]}" \
            'CHAN_START tells the context of a call, which decides its direction; the others how it went on.' \
            "$(place cel.conf general; lines "events = $all" "${RELOAD_CEL[@]}")"
    elif in_list ALL "$1"; then
        info cel.events 'All CEL events are on' 'On new versions also DTMF: the digits that callers press.'
    else
        ok cel.events 'All useful CEL events are on'
    fi
    if { in_list APP_START "$1" || in_list ALL "$1"; } && [[ -z $2 ]]; then
        info cel.apps 'No applications are watched' "APP_START and APP_END come only for those in 'apps'." \
            "$(place cel.conf general; lines 'apps = dial,queue,voicemail' "${RELOAD_CEL[@]}")"
    fi
}
