# ---- AMI: event filters of the user ----

# The headers that these events have; Asterisk compares names of headers with their case.
CDR_HEADERS=AccountCode,Source,Destination,DestinationContext,CallerID,Channel,DestinationChannel,LastApplication,LastData
CDR_HEADERS+=,StartTime,AnswerTime,EndTime,Duration,BillableSeconds,Disposition,AMAFlags,UniqueID,UserField
CEL_HEADERS=EventName,AccountCode,CallerIDnum,CallerIDname,CallerIDani,CallerIDrdnis,CallerIDdnid,Exten,Context,Channel
CEL_HEADERS+=,Application,AppData,EventTime,AMAFlags,UniqueID,LinkedID,Userfield,Peer,PeerAccount,Extra

# shellcheck disable=SC2317 # runs isolated
regex_matches() { # REGEX TEXT: 2 when it is none
    [[ $2 =~ $1 ]]
}

# Takes a filter apart: sets ACTION, NAME, HEADER, METHOD and PATTERN; fails when Asterisk ignores it.
filter_parse() { # WHAT FOLLOWS 'eventfilter' IN THE KEY, VALUE
    local rest=$1 word any=''
    ACTION=include NAME='' HEADER='' METHOD='' PATTERN=$2
    if [[ $PATTERN == '!'* ]]; then ACTION=exclude PATTERN=${PATTERN#!}; fi
    if [[ $rest == '('* ]]; then
        may_know 18.26 20.11 21.6 22.1 && [[ $rest == *')' ]] || return 1
        rest=${rest#'('} rest=${rest%')'}
        while [[ $rest =~ ^[[:space:]]*([a-z]+)\(([^\)]*)\)[[:space:]]*,?(.*)$ ]]; do
            word=${BASH_REMATCH[2]} any=yes rest=${BASH_REMATCH[3]}
            case ${BASH_REMATCH[1]} in
            action) ACTION=$word ;;
            name) NAME=$word ;;
            header) HEADER=$word ;;
            method) METHOD=${word#none} ;;
            *) return 1 ;;
            esac
        done
        [[ -n $any && -z ${rest//[[:space:]]/} && $ACTION =~ ^(include|exclude)$ ]] || return 1
        [[ $METHOD =~ ^(|regex|exact|starts_with|ends_with|contains)$ && -n $NAME$HEADER$PATTERN ]] || return 1
        [[ (-n $METHOD && -n $PATTERN) || (-z $METHOD && -z $PATTERN) ]] || return 1
    else
        METHOD=regex
        [[ -n $PATTERN ]] || return 1
    fi
    [[ $METHOD == regex ]] || return 0
    isolated 5 regex_matches "$PATTERN" '' 2>/dev/null </dev/null
    (($? != 2))
}

filter_hits() { # EVENT: sets REPLY to which of these the filter taken apart matches: every, some or none
    local headers=CDR_HEADERS text='Privilege: cdr,all' header rest name
    if [[ $1 == CEL ]]; then headers=CEL_HEADERS text='Privilege: call,all'; fi
    headers=,${!headers},
    REPLY=none
    [[ -z $NAME || $NAME == "$1" ]] || return 0
    if [[ -n $HEADER ]]; then
        [[ $headers != *",$HEADER,"* ]] || REPLY=some
        [[ $REPLY == none || -n $METHOD ]] || REPLY=every
        return 0
    fi
    # An event without values: what matches this matches every one.
    text="Event: $1"$'\r\n'$text
    rest=${headers#,}
    while [[ -n $rest ]]; do
        text+=$'\r\n'"${rest%%,*}: " rest=${rest#*,}
    done
    text+=$'\r\n'
    REPLY=every
    case $METHOD in
    '') return ;;
    regex) ! isolated 5 regex_matches "$PATTERN" "$text" 2>/dev/null </dev/null || return 0 ;;
    starts_with) [[ $text != "$PATTERN"* ]] || return 0 ;;
    contains) [[ $text != *"$PATTERN"* ]] || return 0 ;;
    esac
    # Whether a value can make it match. Of a pattern about the line of the event's name that is known already.
    REPLY=some rest=${PATTERN#^}
    if [[ $rest =~ ^Event:\ ?([A-Za-z]*) ]]; then
        name=${BASH_REMATCH[1]}
        if [[ (-n $name && $1 != "$name"*) || ${rest#Event:} != *[:*+]* ]]; then REPLY=none; fi
    elif [[ $rest =~ ^([A-Za-z]+): ]]; then
        header=${BASH_REMATCH[1]}
        [[ $headers == *",$header,"* ]] || REPLY=none
    fi
}

more() { # NONE, SOME OR EVERY; ANOTHER: sets REPLY to the one that is more
    case $1,$2 in
    *every*) REPLY=every ;;
    *some*) REPLY=some ;;
    *) REPLY=none ;;
    esac
}

check_ami_filters() {
    local i line event key reply any='' ignored='' whole='' partly='' excluding='' including='' fix=() ACTION NAME HEADER METHOD PATTERN
    local -A included=() excluded=()
    for ((i = 0; i < ${#CONF_KEY[@]}; i++)); do
        is_of_last_section "$i" '^eventfilter' || continue
        line="${CONF_KEY[i]} = ${CONF_VALUE[i]}"
        trim "${CONF_KEY[i]:11}" && key=$REPLY
        if ! filter_parse "$key" "${CONF_VALUE[i]}"; then
            ignored+="${CONF_PLACE[i]}: $line"$'\n'
            continue
        fi
        any=yes
        [[ $ACTION == exclude ]] || including+="$line"$'\n'
        reply=
        for event in Cdr CEL; do
            filter_hits "$event"
            [[ $REPLY == none ]] || reply=$REPLY
            if [[ $ACTION == exclude ]]; then
                more "$REPLY" "${excluded[$event]-none}" && excluded[$event]=$REPLY
            else
                more "$REPLY" "${included[$event]-none}" && included[$event]=$REPLY
            fi
        done
        [[ $ACTION == include || -z $reply ]] || excluding+="$line"$'\n'
    done
    for event in Cdr CEL; do
        if [[ ${excluded[$event]-} == every || ${included[$event]-} == none ]]; then
            whole+="${whole:+ and }${event}s"
        elif [[ ${excluded[$event]-} == some || ${included[$event]-} == some ]]; then
            partly+="${partly:+ and }${event}s"
        fi
    done
    whole=${whole/Cdrs/CDRs} partly=${partly/Cdrs/CDRs}
    if [[ -n $whole$partly ]]; then
        if [[ -n $excluding ]]; then
            while IFS= read -r line; do fix+=("# remove: $line"); done <<<"${excluding%$'\n'}"
        fi
        if [[ ${included[Cdr]-every}${included[CEL]-every} != everyevery ]]; then
            excluding=$including$excluding
            if may_know 18.26 20.11 21.6 22.1; then
                fix+=('eventfilter(name(Cdr)) =' 'eventfilter(name(CEL)) =')
            else
                fix+=('# this version has no filters by name: remove the filters')
            fi
        fi
        warn ami.filter "The event filters of the user keep back ${whole:+all }$whole${whole:+${partly:+, and }}${partly:+some }$partly" \
            "$excluding" "$(ami_user_line "${fix[@]}")"
    elif [[ -n $any ]]; then
        ok ami.filter 'Event filters let CDRs and CELs through'
    elif [[ -z $ignored ]] && knows_filters_by_name; then
        info ami.filter 'Asterisk sends events that the connector drops' 'Two lines save both sides the work.' \
            "$(ami_user_line 'eventfilter(name(Cdr)) =' 'eventfilter(name(CEL)) =')"
    fi
    [[ -z $ignored ]] ||
        info ami.filter_ignored 'Asterisk ignores event filters of the user' "${ignored%$'\n'}" \
            "# filters by name need Asterisk 18.26, 20.11, 21.6, 22.1 or newer; a pattern needs method(...)"
}

knows_filters_by_name() { since 18.26 20.11 21.6 22.1; }
