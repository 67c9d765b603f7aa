# ---- CDR ----

CDR_REFUSED=''
RELOAD_CDR_MANAGER="asterisk -rx 'module reload cdr_manager.so'"
MAPPINGS=('linkedid => LinkedID' 'sequence => Sequence' 'peeraccount => PeerAccount' 'start,u => StartEpoch'
    'answer,u => AnswerEpoch' 'end,u => EndEpoch')

check_cdr() {
    section cdr 'Call detail records (CDR)'
    local live=''
    if cli 'cdr show status'; then live=$REPLY; fi
    conf_load cdr.conf
    if conf_report cdr.conf cdr || [[ -n $live ]]; then
        check_cdr_options
        check_cdr_engine "$live"
    fi
    conf_load cdr_manager.conf
    if conf_report cdr_manager.conf cdr.manager; then
        check_cdr_manager "$live"
        check_mappings
    elif [[ -n $live ]]; then
        check_cdr_manager "$live"
    fi
}

# An option that cdr.conf does not have makes Asterisk refuse the file; its defaults apply from the next start on.
check_cdr_options() {
    local i key value most known=enable,debug,unanswered,congestion,endbeforehexten,initiatedseconds,batch,size,time
    known+=,scheduleronly,safeshutdown
    ! may_know 16.24 18.10 20.0 || known+=,channeldefaultenabled
    ! may_know 16.30 18.16 20.1 || known+=,ignorestatechanges,ignoredialchanges
    ! may_know 20.16 21.11 22.6 || known+=,canceldispositionenabled
    conf_unknown general,csv,custom,manager,odbc,pgsql,radius,sqlite,tds,mysql "$known"
    CDR_REFUSED=$REPLY
    for ((i = 0; i < ${#CONF_KEY[@]}; i++)); do
        key=${CONF_KEY[i],,} value=${CONF_VALUE[i]}
        [[ ${CONF_SECTION[i]} == general && $key =~ ^(size|time)$ ]] || continue
        [[ $key == size ]] && most=1000 || most=86400
        is_number "$value" && ((10#$value <= most)) ||
            CDR_REFUSED+="${CONF_PLACE[i]}: $key is a number of at most $most"$'\n'
    done
    [[ -z $CDR_REFUSED ]] ||
        warn cdr.options 'Asterisk refuses all of cdr.conf and uses its defaults from the next start on' \
            "$CDR_REFUSED" "$(lines '# correct or remove what is named above, then:' "asterisk -rx 'module reload cdr'")"
}

# A file that Asterisk refuses counts as one without lines.
cdr_file_says() { # KEY DEFAULT
    if [[ -n $CDR_REFUSED ]]; then is_true "$2"; else conf_is_on general "$1" "$2"; fi
}

check_cdr_engine() { # LIVE STATUS
    local on='' batch='' detail
    if field Logging "$1"; then
        [[ $REPLY != Enabled* ]] || on=yes
        ! field Mode "$1" || [[ $REPLY != Batch* ]] || batch=yes
    else
        ! cdr_file_says enable yes || on=yes
        ! cdr_file_says batch no || batch=yes
    fi
    if [[ -n $on && -n $1 && $CONF_STATE == read ]] && ! cdr_file_says enable yes; then
        warn cdr.engine 'Asterisk makes CDRs now, but not after its next reload or start' \
            "The value of 'enable' that $CONF_PATH has last is not 'yes'." \
            "$(place cdr.conf general; lines 'enable = yes' "asterisk -rx 'module reload cdr'")"
    elif [[ -n $on ]]; then
        ok cdr.engine 'Asterisk makes CDRs'
    else
        detail='The engine is off.'
        if [[ -z $CDR_REFUSED ]] && conf_get general enable; then
            detail="The engine is off: enable = $REPLY in $CONF_AT. Of several sections [general] the last one counts."
        fi
        fail cdr.engine 'Asterisk makes no CDRs' "$detail" \
            "$(place cdr.conf general; lines 'enable = yes' "asterisk -rx 'module reload cdr'")"
    fi
    if [[ -n $batch ]]; then
        warn cdr.batch 'Asterisk keeps CDRs back and writes them in batches' \
            'They come up to 300 s later (cdr.conf: time), and those in memory are lost when it crashes.' \
            "$(place cdr.conf general
                lines 'batch = no' "asterisk -rx 'module reload cdr'" '# what waits now:' "asterisk -rx 'cdr submit'")"
    else
        ok cdr.batch 'CDRs are written at once'
    fi
}

check_cdr_manager() { # LIVE STATUS
    local enabled='' line backend=''
    ! conf_is_on general enabled no || enabled=yes
    # Of a file that is not seen, nothing is claimed.
    [[ $CONF_STATE != unreadable ]] || enabled=unknown
    while IFS= read -r line; do
        trim "$line"
        [[ $REPLY != cdr_manager* ]] || backend=$REPLY
    done <<<"$1"
    if [[ -z $1 ]]; then
        if [[ -n $enabled ]]; then
            ok cdr.manager 'CDRs over AMI are on in cdr_manager.conf'
        else
            fail cdr.manager 'CDRs over AMI are off' "$CONF_PATH has no 'enabled = yes'; the default is off." "$(cdr_manager_lines)"
        fi
    elif [[ -z $backend ]]; then
        fail cdr.manager 'cdr_manager is not loaded' 'No CDR reaches AMI without it.' \
            "$(lines "# see that $ETC/modules.conf has no 'noload => cdr_manager.so', and"
                [[ -n $enabled ]] || cdr_manager_lines | sed '$d'
                lines "asterisk -rx 'module load cdr_manager.so'")"
    elif [[ $backend == *suspended* && $enabled == yes ]]; then
        fail cdr.manager 'cdr_manager is suspended' 'cdr_manager.conf turns it on, but was not read since.' "$RELOAD_CDR_MANAGER"
    elif [[ $backend == *suspended* ]]; then
        fail cdr.manager 'cdr_manager is suspended' "It needs 'enabled = yes' in $CONF_PATH; the default is off." "$(cdr_manager_lines)"
    elif [[ -z $enabled ]]; then
        warn cdr.manager 'cdr_manager works now, but not after its next reload' "$CONF_PATH has no 'enabled = yes'." \
            "$(cdr_manager_lines)"
    else
        ok cdr.manager 'cdr_manager is loaded and not suspended'
    fi
}

cdr_manager_lines() {
    place cdr_manager.conf general
    lines 'enabled = yes' "$RELOAD_CDR_MANAGER"
}

check_mappings() {
    local mapping missing=()
    for mapping in "${MAPPINGS[@]}"; do
        conf_get mappings "${mapping%% =>*}" && [[ ${REPLY,,} == "${mapping##*=> }" || $REPLY == "${mapping##*=> }" ]] ||
            missing+=("$mapping")
    done
    if ((${#missing[@]} == 0)); then
        ok cdr.mappings 'All recommended mappings are there'
        return
    fi
    warn cdr.mappings "Recommended mappings are missing: ${#missing[@]} of ${#MAPPINGS[@]}" \
        'Without them calls cannot be tied together, and times are whole seconds whose zone is worked out.' \
        "$(place cdr_manager.conf mappings; lines "${missing[@]}" "$RELOAD_CDR_MANAGER")"
}
