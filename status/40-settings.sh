# ---- The connector's settings ----

declare -A SETTINGS=()
declare -a SETTING_ERRORS=()

setting() { # NAME [DEFAULT]: sets REPLY; empty counts as not set
    REPLY=${SETTINGS[$1]-}
    [[ -n $REPLY ]] || REPLY=${2-}
}

# The same rules as the connector's: 'export', quotes, escapes in double quotes, '#' behind a blank; '$' is only a '$'.
env_line() { # LINE: sets NAME and REPLY; 1 when there is nothing in it, 2 with the problem in REPLY
    local text rest
    trim "$1" && text=$REPLY
    [[ -n $text && $text != '#'* ]] || return 1
    if [[ $text =~ ^export[[:space:]] ]]; then trim "${text:6}" && text=$REPLY; fi
    REPLY="there is no '='; write NAME=value, or # before a comment"
    [[ $text == *=* ]] || return 2
    rest=${text#*=}
    trim "${text%%=*}" && NAME=$REPLY
    REPLY="what stands before '=' is not a name; use letters, digits and _"
    [[ $NAME =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] || return 2
    trim "$rest"
    case $REPLY in
    \'*) env_quoted "${REPLY:1}" "'" ;;
    \"*) env_quoted "${REPLY:1}" '"' ;;
    *) env_uncommented "$rest" ;;
    esac
}

env_uncommented() { # VALUE: sets REPLY to what is before the first '#' that follows a blank
    local value=$1 seen='' before
    while [[ $value == *'#'* ]]; do
        before=${value%%'#'*}
        if [[ $before =~ [[:space:]]$ ]]; then
            trim "$seen$before"
            return
        fi
        seen+="$before#" value=${value#*'#'}
    done
    trim "$seen$value"
}

env_quoted() { # TEXT QUOTE: sets REPLY; 2 when it does not end well
    local rest=$1 value='' character
    while [[ -n $rest && ${rest:0:1} != "$2" ]]; do
        character=${rest:0:1} rest=${rest:1}
        if [[ $2 == '"' && $character == \\ && -n $rest ]]; then
            character=${rest:0:1} rest=${rest:1}
            case $character in
            n) character=$'\n' ;;
            r) character=$'\r' ;;
            t) character=$'\t' ;;
            '"' | \\ | '$') ;;
            *) character=\\$character ;;
            esac
        fi
        value+=$character
    done
    REPLY="the quote of $NAME is not closed on this line; add the closing quote"
    [[ -n $rest ]] || return 2
    rest=${rest:1}
    REPLY="there is text behind the closing quote of $NAME; put all of the value in quotes"
    [[ $rest =~ ^[[:space:]]*$ || $rest =~ ^[[:space:]]+# ]] || return 2
    REPLY=$value
}

read_env_file() {
    local line number=0 NAME
    while IFS= read -r line || [[ -n $line ]]; do
        number=$((number + 1))
        ((number > 1)) || line=${line#$'\xef\xbb\xbf'}
        env_line "$line"
        case $? in
        0) SETTINGS[$NAME]=$REPLY ;;
        2) SETTING_ERRORS+=("line $number: $REPLY") ;;
        esac
    done <"$ENV_FILE"
}

check_settings() {
    section settings Settings
    local mode error
    if [[ ! -e $ENV_FILE ]]; then
        info settings.file "There is no $ENV_FILE, so neither the login nor the key can be tried" \
            'Run this where the settings are, or name them with --env-file.' \
            "$(lines '# copy .env.example, fill in the first lines, then:' 'chmod 600 .env')"
        return
    fi
    if [[ ! -f $ENV_FILE || ! -r $ENV_FILE ]]; then
        fail settings.file "$ENV_FILE cannot be read" 'It has to be a file that you may read.' "sudo ls -l $ENV_FILE"
        return
    fi
    read_env_file
    for error in ${SETTING_ERRORS[@]+"${SETTING_ERRORS[@]}"}; do
        fail settings.line "$ENV_FILE, ${error%%:*} is wrong" "${error#*: }" "nano +${error//[!0-9]/} $ENV_FILE"
    done
    ((${#SETTING_ERRORS[@]} > 0)) || ok settings.file "$ENV_FILE is read" "${#SETTINGS[@]} settings"
    mode=$(stat -Lc %a -- "$ENV_FILE" 2>/dev/null)
    [[ $mode != *[4567] ]] ||
        warn settings.mode "Everybody on this machine can read the secrets in $ENV_FILE" "Its mode is $mode." \
            "chmod 600 $ENV_FILE"
    setting ASTERISK_CONFIG_FILE
    [[ -z $REPLY ]] || info settings.json "Settings in $REPLY are not looked at" 'Only the env-file is read here.'
    check_required
    check_old_settings
}

# Settings of the 0.13 connector that an env-file may still have: their names, and what takes their place. The program has
# the same list (FormerSettings).
FORMER_SETTINGS=(
    'BATCH_SIZE|set CDR_BATCH_SIZE'
    'BATCH_TIMEOUT|set CDR_BATCH_TIMEOUT'
    'RECORDINGS_ENABLED|RECORDING_WATCH_PATHS names the folders; set to nothing it turns recordings off'
    'CEL_MODE|CELs come over AMI; give its user the class call, and load cel_manager'
    'DB_TYPE DB_HOST DB_PORT DB_NAME DB_USER DB_PASSWORD DB_DSN DB_TABLE_CDR DB_TABLE_CEL DB_LOOKBACK_HOURS CDR_LOOKBACK_MINUTES|no database is read: CDRs and CELs come over AMI, by AMI_HOST, AMI_USERNAME and AMI_PASSWORD'
    'CDR_CSV_PATH CEL_CSV_PATH|no file of Asterisk is read: CDRs and CELs come over AMI, by AMI_HOST, AMI_USERNAME and AMI_PASSWORD'
    'TENANT KNOWN_TRUNKS DID_TENANT_MAP ACCOUNTCODE_TENANT_MAP TRUNK_TENANT_MAP CONTEXT_TENANT_MAP EXTENSION_TENANT_MAP DID_TENANT_CONFIG|a record has the tenant that the PBX tells: map it to the header Tenant in cdr_manager.conf'
    'CALL_SHIPPING_MODE CALL_SETTLE_SECONDS CALL_MAX_HOURS LONG_CALL_UPDATE_INTERVAL|each CDR and CEL is sent by itself, joined by linkedid'
)

check_old_settings() {
    local name entry found='' drop=()
    for entry in "${FORMER_SETTINGS[@]}"; do
        for name in ${entry%%|*}; do
            [[ -n ${SETTINGS[$name]-} ]] || continue
            found+="$name: ${entry#*|}"$'\n'
            drop+=("# remove $name")
        done
    done
    [[ -z $found ]] ||
        warn settings.old "$ENV_FILE has settings of the 0.13 connector that have no effect here" "$found" \
            "$(lines "# in $ENV_FILE:" "${drop[@]}")"
}

check_required() {
    local name missing=()
    for name in API_KEY AMI_HOST AMI_USERNAME AMI_PASSWORD; do
        [[ -n ${SETTINGS[$name]-} || -n ${SETTINGS[${name}_FILE]-} ]] || missing+=("$name=")
    done
    ((${#missing[@]} == 0)) || [[ -n ${SETTINGS[ASTERISK_CONFIG_FILE]-} ]] ||
        fail settings.required "$ENV_FILE does not have all that is required" 'The connector does not start without.' \
            "$(lines "# in $ENV_FILE:" "${missing[@]}")"
    setting API_KEY
    if [[ $REPLY == sk_0123456789abcdefghijABCDEFGHIJ01 ]]; then
        fail settings.key 'API_KEY is still the example' 'The API refuses it.' \
            "$(lines "# in $ENV_FILE:" 'API_KEY=the key of your account')"
    elif [[ -n $REPLY && ! $REPLY =~ ^sk_[A-Za-z0-9]{32}$ ]]; then
        warn settings.key 'API_KEY does not have the standard form' 'That is sk_ and 32 letters or digits.' \
            "# see whether it was copied whole, in $ENV_FILE"
    fi
}
