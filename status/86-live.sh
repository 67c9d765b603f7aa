# ---- Live test ----

# What is safe to call: a context made for this, or an echo test. Each is looked at before it is called.
CANDIDATES=(s@connector-test '*43@from-internal' 600@from-internal 600@default)

check_live() {
    section live 'Live test'
    local target=''
    if [[ -z $CONSOLE ]]; then
        info live.cdr_submit 'No live test' "It needs Asterisk's console."
        return
    fi
    announce 'Asking Asterisk to write the CDRs that wait.'
    if cli 'cdr submit' && [[ $REPLY != *'batch mode not enabled'* ]]; then
        ok live.cdr_submit 'CDRs that waited were written'
    else
        info live.cdr_submit 'No CDR waits' 'They are written at once.'
    fi
    find_target && target=$REPLY
    if [[ -z $target ]]; then
        info live.call 'No test call: the dialplan has nothing that is safe to call' "Looked for: ${CANDIDATES[*]}." \
            "$(lines "# in $ETC/extensions${FREEPBX:+_custom}.conf:" '[connector-test]' 'exten => s,1,Answer()' ' same => n,Wait(1)' \
                ' same => n,Hangup()' "asterisk -rx 'dialplan reload'")"
        return
    fi
    make_call "$target"
}

# What is going to be done is said before; where findings are read by a program, beside them.
announce() { # TEXT
    if [[ $FORMAT == json || -n $QUIET ]]; then
        printf 'status.sh: %s\n' "$1" >&2
    else
        text_title
        printf '  %s%s%s\n' "$DIM" "$1" "$RESET"
    fi
}

find_target() { # sets REPLY to an extension that answers and calls nobody
    local candidate
    for candidate in "${CANDIDATES[@]}"; do
        cli "dialplan show $candidate" || continue
        [[ $REPLY =~ (Answer|Echo|Playback)\( && ! $REPLY =~ (Dial|Queue|Page|System|TrySystem|AGI|FollowMe|Originate|Record)\( ]] || continue
        REPLY=$candidate
        return 0
    done
    return 1
}

make_call() { # TARGET
    local line login='' failed='' cdr='' cel='' password='' AMI_ARGUMENTS=()
    announce "Calling Local/$1 for two seconds. It makes a CDR, which a connector that runs sends to the API."
    ami_arguments >/dev/null && ami_password && password=$REPLY
    if [[ -z $password ]]; then
        originate "$1" && ok live.call "The test call to $1 was made" 'Whether its CDR comes was not looked at: no login.'
        return
    fi
    exec 5< <(printf '%s\n' "$password" | isolated 40 ami_dialog "${AMI_ARGUMENTS[@]}" "Local/$1" 2>/dev/null)
    while IFS= read -r -t 45 line <&5; do
        case $line in
        login=ok) originate "$1" || break && login=yes ;;
        failed=*) failed=${line#*=} ;;
        cdr=*) cdr=${line#*=} ;;
        cel=*) cel=${line#*=} ;;
        esac
    done
    exec 5<&-
    [[ -z $failed ]] || info live.call 'No test call: the login fails' 'See the login above.'
    [[ -n $login ]] || return 0
    report_call "$1" "$cdr" "$cel"
}

originate() { # TARGET: reports and fails when it cannot
    if cli "channel originate Local/$1/n application Wait 2"; then return 0; fi
    [[ -n $REPLY ]] || return 0
    info live.call 'No test call: Asterisk has no command for it' "${REPLY%%$'\n'*}" \
        "asterisk -rx 'module load res_clioriginate.so'"
    return 1
}

report_call() { # TARGET CDR CEL
    local name missing=()
    if [[ -z $2 ]]; then
        fail live.cdr "The CDR of the test call to $1 did not come" 'Nothing within 15 s of the last event.' \
            "$(lines "asterisk -rx 'cdr show status'" "asterisk -rx 'manager show user $AMI_USER'")"
    else
        for name in LinkedID Sequence PeerAccount StartEpoch AnswerEpoch EndEpoch; do
            [[ $2 == *"|$name:"* ]] || missing+=("$name")
        done
        if ((${#missing[@]} == 0)); then
            ok live.cdr "The CDR of the test call to $1 came, with all recommended mappings"
        else
            warn live.cdr 'The CDR of the test call came without recommended mappings' "Missing: ${missing[*]}" "$RELOAD_CDR_MANAGER"
        fi
    fi
    if [[ -n $3 ]]; then
        ok live.cel 'CELs of the test call came'
    else
        warn live.cel 'No CEL of the test call came' '' "asterisk -rx 'cel show status'"
    fi
}
