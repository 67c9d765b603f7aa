#!/usr/bin/env bash
# Generated from status/*.sh by scripts/join-status: edit those, not this file.
# Says whether a PBX is ready for asterisk-connector, and how to fix what is not. Needs bash 4 and coreutils, nothing
# of the connector. It only looks; --live makes a test call. Run it as root on the PBX:
#   sudo ./status.sh
#   curl -fsSL ADDRESS/status.sh | sudo bash -s -- --json
# Where it looks can be set by variables:
#   ASTERISK_ETC   Asterisk's configuration, when it is not where Asterisk says or /etc/asterisk
#   PROC_ROOT      the process table (/proc)

[ "${BASH_VERSINFO:-0}" -ge 4 ] || {
    echo 'status.sh: this needs bash 4 or newer: bash status.sh' >&2
    exit 64
}
set -u
export LC_ALL=C

usage() {
    cat <<'END'
status.sh: is this PBX ready for asterisk-connector, and what is to be fixed?

  status.sh [--env-file FILE] [--json] [--quiet] [--live]

  --env-file FILE  the connector's settings (./.env); they are read, never executed
  --json           one JSON object with all findings
  --quiet          problems only: nothing is shown when all is fine
  --live           also flushes waiting CDRs, makes a test call of two seconds, and sees whether its CDR and CELs come
  --help           this text

Run it as root on the PBX. It changes nothing; only --live makes a call, where the dialplan has something to call.
Colours are for terminals; NO_COLOR turns them off. ASTERISK_ETC names Asterisk's configuration (/etc/asterisk).
Exit status: 0 fine, 1 warnings, 2 errors, 64 wrong usage.
END
}

# ---- Findings ----

FORMAT=text QUIET='' LIVE='' ENV_FILE=.env
SECTION='' TITLE='' TITLE_SHOWN=''
OKS=0 INFOS=0 WARNINGS=0 ERRORS=0
JSON_FINDINGS=''
BOLD='' DIM='' RED='' GREEN='' YELLOW='' BLUE='' RESET=''

# Bytes that a terminal or a JSON parser must not get become U+FFFD: control characters, and what is not UTF-8.
UTF8=$'^([ -~\n\t]|\xc2[\xa0-\xbf]|[\xc3-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}'
UTF8+=$'|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+'
printable() { # TEXT: sets REPLY
    local rest=${1:0:4000}
    REPLY=
    while [[ -n $rest ]]; do
        if [[ $rest =~ $UTF8 ]]; then
            REPLY+=${BASH_REMATCH[0]} rest=${rest:${#BASH_REMATCH[0]}}
        else
            REPLY+=$'\xef\xbf\xbd' rest=${rest:1}
        fi
    done
}

json_string() { # TEXT: sets REPLY to it as a JSON string
    printable "$1"
    REPLY=${REPLY//\\/\\\\}
    REPLY=${REPLY//\"/\\\"}
    REPLY=${REPLY//$'\n'/\\n}
    REPLY=\"${REPLY//$'\t'/\\t}\"
}

lines() { printf '%s\n' "$@"; }

section() { # NAME TITLE
    SECTION=$1 TITLE=$2 TITLE_SHOWN=
}

# Report a finding. DETAIL is the reason; FIX has the commands and lines that fix it, with '#' lines as explanations.
ok() { finding ok "$1" "$2" "${3-}" ''; }                   # ID TEXT [DETAIL]
info() { finding info "$1" "$2" "${3-}" "${4-}"; }          # ID TEXT [DETAIL [FIX]]
warn() { finding warning "$1" "$2" "${3-}" "${4-}"; }       # ID TEXT DETAIL FIX
fail() { finding error "$1" "$2" "${3-}" "${4-}"; }         # ID TEXT DETAIL FIX

finding() { # LEVEL ID TEXT DETAIL FIX
    case $1 in
    ok) OKS=$((OKS + 1)) ;;
    info) INFOS=$((INFOS + 1)) ;;
    warning) WARNINGS=$((WARNINGS + 1)) ;;
    error) ERRORS=$((ERRORS + 1)) ;;
    esac
    [[ -z $QUIET || $1 == warning || $1 == error ]] || return 0
    if [[ $FORMAT == json ]]; then
        json_finding "$@"
    else
        text_finding "$@"
    fi
}

json_finding() {
    local item="\"section\":\"$SECTION\",\"id\":\"$2\",\"level\":\"$1\""
    json_string "$3" && item+=",\"text\":$REPLY"
    json_string "$4" && item+=",\"detail\":$REPLY"
    json_string "$5" && item+=",\"fix\":$REPLY"
    JSON_FINDINGS+="${JSON_FINDINGS:+,}"$'\n'"{$item}"
}

text_title() {
    [[ -n $TITLE_SHOWN ]] || rule "$TITLE"
    TITLE_SHOWN=yes
}

text_finding() {
    local sign colour line lead='→'
    case $1 in
    ok) sign='✓' colour=$GREEN ;;
    info) sign='ℹ' colour=$BLUE ;;
    warning) sign='⚠' colour=$YELLOW ;;
    *) sign='✗' colour=$RED ;;
    esac
    text_title
    printable "$3"
    printf '%s%s%s %s' "$colour" "$sign" "$RESET" "${REPLY//$'\n'/ }"
    printable "$4"
    if [[ $1 == ok ]]; then
        printf '%s%s%s\n' "$DIM" "${REPLY:+ (${REPLY//$'\n'/ })}" "$RESET"
        return
    fi
    printf '\n'
    while IFS= read -r line; do
        [[ -z $line ]] || printf '  %s%s %s%s\n' "$DIM" "$lead" "$line" "$RESET"
        lead=' '
    done <<<"$REPLY"
    printable "$5"
    while IFS= read -r line; do
        [[ -z $line ]] || printf '      %s%s%s\n' "$BOLD" "$line" "$RESET"
    done <<<"$REPLY"
}

rule() { # TITLE
    local bar='' i
    for ((i = ${#1}; i < 68; i++)); do bar+='─'; done
    printf '\n%s── %s %s%s\n' "$BOLD" "$1" "$bar" "$RESET"
}

header() {
    local text bar='' i
    text="asterisk-connector status   ${HOSTNAME:-}   $(date '+%Y-%m-%d %H:%M:%S %Z')"
    text=${text//[^ -~]/?}
    ((${#text} >= 66)) || printf -v text '%-66s' "$text"
    for ((i = 0; i < ${#text} + 4; i++)); do bar+='═'; done
    printf '%s╔%s╗\n║  %s  ║\n╚%s╝%s\n' "$BOLD" "$bar" "$text" "$bar" "$RESET"
}

colours() {
    [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]] || return 0
    BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' GREEN=$'\e[32m' YELLOW=$'\e[33m' BLUE=$'\e[36m' RESET=$'\e[0m'
}

plural() { (($1 == 1)) || printf s; }

# Prints what is left to print; the result is the exit status.
conclude() {
    local status=0 word=fine
    ((WARNINGS == 0)) || status=1 word=warnings
    ((ERRORS == 0)) || status=2 word=errors
    if [[ $FORMAT == json ]]; then
        json_string "${HOSTNAME:-}"
        printf '{"status":"%s","exit":%d,"host":%s,"fine":%d,"notes":%d,"warnings":%d,"errors":%d,"findings":[%s\n]}\n' \
            "$word" "$status" "$REPLY" "$OKS" "$INFOS" "$WARNINGS" "$ERRORS" "$JSON_FINDINGS"
    elif [[ -z $QUIET ]]; then
        rule Result
        printf '%d fine, %d to know, %d warning%s, %d error%s\n' "$OKS" "$INFOS" "$WARNINGS" "$(plural "$WARNINGS")" \
            "$ERRORS" "$(plural "$ERRORS")"
        case $status in
        0) printf '%s✓%s This PBX is ready.\n' "$GREEN" "$RESET" ;;
        1) printf '%s⚠%s It works, but something could be better: see ⚠ above.\n' "$YELLOW" "$RESET" ;;
        *) printf '%s✗%s Fix what is marked ✗, then run this again.\n' "$RED" "$RESET" ;;
        esac
    fi
    return "$status"
}

# ---- Tools ----

have() { command -v "$1" >/dev/null 2>&1; }

# Nothing that is asked here can hang this script, or read the script itself when that comes through a pipe.
limited() { # SECONDS COMMAND...
    local seconds=$1
    shift
    timeout -k 1 "$seconds" "$@" </dev/null
}

# A function of this script in a shell of its own, for what only a signal can end: a connection that hangs.
isolated() { # SECONDS FUNCTION ARGUMENTS...: standard input is passed on
    local seconds=$1 function=$2
    shift 2
    timeout -k 1 "$seconds" "$BASH" -c "$(declare -f "$function")"$'\n'"$function"' "$@"' status.sh "$@"
}

trim() { # TEXT: sets REPLY
    REPLY=${1#"${1%%[![:space:]]*}"}
    REPLY=${REPLY%"${REPLY##*[![:space:]]}"}
}

is_true() { [[ ${1,,} =~ ^(yes|true|y|t|1|on)$ ]]; }

is_number() { [[ $1 =~ ^[0-9]{1,9}$ ]]; }

in_list() { # WORD LIST-WITH-COMMAS, without case
    [[ ,${2,,}, == *,"${1,,}",* ]]
}

is_local() { # HOST
    [[ $1 =~ ^(127\.[0-9.]+|localhost|::1)$ ]]
}

is_host() { [[ $1 =~ ^[A-Za-z0-9._:-]+$ ]]; }

user_name() { # UID: its name, or the number
    local name
    name=$(limited 5 id -nu "$1" 2>/dev/null) && [[ -n $name ]] && printf '%s' "$name" || printf 'uid %s' "$1"
}

# shellcheck disable=SC2317 # runs isolated
tcp_connect() { # HOST PORT
    exec 3<>"/dev/tcp/$1/$2"
}

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

# ---- Asterisk's files ----

ETC=/etc/asterisk SPOOL=/var/spool/asterisk
declare -a CONF_SECTION=() CONF_PART=() CONF_KEY=() CONF_VALUE=() CONF_PLACE=() CONF_PROBLEMS=()
declare -A CONF_NAMES=() CONF_PARTS=()
CONF_PATH='' CONF_STATE='' CONF_CURRENT='' CONF_CURRENT_PART=1 CONF_DEPTH=0 CONF_LINES=0 CONF_AT=''

# Reads a file with all that it includes, as Asterisk does, into the lists above. CONF_STATE is then read, missing (no
# such file), unreadable, or invalid (Asterisk refuses all of it).
#
# When a file has several sections of one name, Asterisk 22.10.1 reads each in turn, and a value read later replaces an
# earlier one. CONF_PART is the number of the section among those of its name; '(+)' adds to the first. There are three
# exceptions: of [general] in manager.conf only the first counts, of [mappings] in cdr_manager.conf only the last, and
# of a manager's access rules and event filters only those of its last section.
conf_load() { # NAME
    CONF_SECTION=() CONF_PART=() CONF_KEY=() CONF_VALUE=() CONF_PLACE=() CONF_PROBLEMS=() CONF_NAMES=() CONF_PARTS=()
    CONF_PATH=$ETC/$1 CONF_STATE=read CONF_CURRENT='' CONF_CURRENT_PART=1 CONF_DEPTH=0 CONF_LINES=0
    if [[ ! -x $ETC ]]; then
        CONF_STATE=unreadable
    elif [[ ! -e $CONF_PATH ]]; then
        CONF_STATE=missing
    else
        conf_file "$CONF_PATH" || CONF_STATE=invalid
    fi
}

conf_file() { # PATH: fails when Asterisk would refuse it
    local line number=0 depth=0 # of block comments
    [[ -f $1 ]] || return 0
    if [[ ! -r $1 ]]; then
        [[ $CONF_STATE == invalid ]] || CONF_STATE=unreadable
        return 0
    fi
    while IFS= read -r line || [[ -n $line ]]; do
        number=$((number + 1)) CONF_LINES=$((CONF_LINES + 1))
        ((CONF_LINES <= 50000)) || return 0
        conf_uncommented "$line"
        trim "$REPLY"
        [[ -z $REPLY ]] || conf_line "$REPLY" "$1, line $number" || return 1
    done <"$1"
}

conf_uncommented() { # LINE: sets REPLY; 'depth' of the caller counts open ';--'
    local rest=$1 kept='' before
    while [[ $rest == *';'* ]]; do
        before=${rest%%;*} rest=${rest#*;}
        if [[ $before == *\\ ]]; then
            ((depth > 0)) || kept+=${before%\\}\;
        elif [[ $rest == --* && $rest != ---* ]]; then
            ((depth > 0)) || kept+=$before
            depth=$((depth + 1)) rest=${rest:2}
        elif ((depth > 0)); then
            [[ $before != *-- ]] || depth=$((depth - 1))
        else
            kept+=$before rest=
            break
        fi
    done
    ((depth > 0)) || kept+=$rest
    REPLY=$kept
}

conf_line() { # LINE PLACE
    local key value i
    case $1 in
    '['*) conf_section "$1" "$2" ;;
    '#'*) conf_directive "${1:1}" "$2" ;;
    *)
        [[ $1 == *=* && -n $CONF_CURRENT ]] || return 0
        key=${1%%=*} value=${1#*=}
        trim "${value#>}" && value=$REPLY
        if [[ $key == *+ ]]; then
            trim "${key%+}" && key=$REPLY
            for ((i = ${#CONF_KEY[@]} - 1; i >= 0; i--)); do
                if [[ ${CONF_SECTION[i]}/${CONF_PART[i]} == "$CONF_CURRENT/$CONF_CURRENT_PART" && ${CONF_KEY[i]} == "$key" ]]; then
                    CONF_VALUE[i]+=$value
                    return 0
                fi
            done
        fi
        trim "$key"
        conf_add "$REPLY" "$value" "$2"
        ;;
    esac
}

conf_add() { # KEY VALUE PLACE
    CONF_SECTION+=("$CONF_CURRENT") CONF_PART+=("$CONF_CURRENT_PART") CONF_KEY+=("$1") CONF_VALUE+=("$2") CONF_PLACE+=("$3")
}

conf_section() { # [NAME](OPTIONS) PLACE
    local name=${1#[} options='' option i count template=''
    if [[ $name != *']'* ]]; then
        CONF_PROBLEMS+=("$2: there is no ']'")
        return 1
    fi
    [[ ${name#*]} != '('* ]] || options=${name#*](} options=${options%%)*}
    name=${name%%]*} name=${name,,}
    CONF_CURRENT=$name
    conf_repeated "$name" "$options" "$2"
    while [[ -n $options ]]; do
        option=${options%%,*}
        [[ $options == *,* ]] && options=${options#*,} || options=
        case $option in
        '!') template=yes ;;
        +*)
            if [[ -z ${CONF_NAMES[$name]-} ]]; then
                CONF_PROBLEMS+=("$2: there is no section [$name] to add to")
                return 1
            fi
            template=${CONF_NAMES[$name]#section}
            ;;
        *)
            option=${option,,}
            if [[ -z ${CONF_NAMES[$option]-} ]]; then
                CONF_PROBLEMS+=("$2: there is no section [$option] to take lines from")
                return 1
            fi
            count=${#CONF_KEY[@]}
            for ((i = 0; i < count; i++)); do
                [[ ${CONF_SECTION[i]}/${CONF_PART[i]} == "$option/1" ]] || continue
                conf_add "${CONF_KEY[i]}" "${CONF_VALUE[i]}" "${CONF_PLACE[i]}"
            done
            ;;
        esac
    done
    CONF_NAMES[$CONF_CURRENT]=section$template
}

# Which of the sections of one name this is, and which of them do not count.
conf_repeated() { # NAME OPTIONS PLACE
    local i
    CONF_CURRENT_PART=1
    if [[ ,$2, == *,+* ]]; then
        [[ $1 != mappings || ${CONF_PARTS[$1]:-1} == 1 ]] || CONF_CURRENT='mappings before'
        return
    fi
    CONF_PARTS[$1]=$((${CONF_PARTS[$1]:-0} + 1))
    CONF_CURRENT_PART=${CONF_PARTS[$1]}
    ((CONF_CURRENT_PART > 1)) || return 0
    case ${CONF_PATH##*/}/$1 in
    manager.conf/general)
        CONF_PROBLEMS+=("$3: this [$1] is the second one and does not count; write [$1](+)")
        CONF_CURRENT="$1 again"
        ;;
    cdr_manager.conf/mappings)
        CONF_PROBLEMS+=("$3: the [$1] before this one does not count; only the last one does")
        for ((i = 0; i < ${#CONF_KEY[@]}; i++)); do
            [[ ${CONF_SECTION[i]} != "$1" ]] || CONF_SECTION[i]="$1 before"
        done
        ;;
    esac
}

conf_directive() { # DIRECTIVE PLACE
    local word=${1%%[[:space:]]*} target found='' path result=0
    word=${word,,}
    trim "${1:${#word}}" && target=$REPLY
    case $word in
    include | tryinclude) ;;
    exec)
        CONF_PROBLEMS+=("$2: what #exec makes is not looked at here")
        return 0
        ;;
    *) return 0 ;;
    esac
    [[ -n $target ]] || return 0
    [[ $target != \"*\" && $target != '<'*'>' ]] || target=${target:1:${#target}-2}
    [[ $target == /* ]] || target=$ETC/$target
    if ((CONF_DEPTH >= 10)); then
        CONF_PROBLEMS+=("$2: files include each other without end")
        return 1
    fi
    CONF_DEPTH=$((CONF_DEPTH + 1))
    while IFS= read -r path; do
        [[ -f $path ]] || continue
        found=yes
        conf_file "$path" || result=1
        ((result == 0)) || break
    done < <(compgen -G "$target")
    CONF_DEPTH=$((CONF_DEPTH - 1))
    if [[ -z $found && $word == include ]]; then
        CONF_PROBLEMS+=("$2: $target is not there")
        result=1
    fi
    return "$result"
}

conf_get() { # SECTION KEY [DEFAULT]: sets REPLY to the value read last, CONF_AT to its place; fails when there is none
    local i section=${1,,} key=${2,,} part=0
    REPLY=${3-} CONF_AT=
    for ((i = ${#CONF_KEY[@]} - 1; i >= 0; i--)); do
        if [[ ${CONF_SECTION[i]} == "$section" && ${CONF_KEY[i],,} == "$key" ]] && ((CONF_PART[i] > part)); then
            REPLY=${CONF_VALUE[i]} part=${CONF_PART[i]} CONF_AT=${CONF_PLACE[i]}
        fi
    done
    ((part > 0))
}

conf_list() { # SECTION KEY: sets REPLY to the elements of all its lines, which add up, with commas between them
    local i word words='' rest section=${1,,} key=${2,,}
    for ((i = 0; i < ${#CONF_KEY[@]}; i++)); do
        [[ ${CONF_SECTION[i]} == "$section" && ${CONF_KEY[i],,} == "$key" ]] || continue
        rest=${CONF_VALUE[i]}
        while [[ -n $rest ]]; do
            trim "${rest%%,*}" && word=$REPLY
            [[ $rest == *,* ]] && rest=${rest#*,} || rest=
            [[ -z $word ]] || words+=${words:+,}$word
        done
    done
    REPLY=$words
}

# What makes Asterisk refuse a whole file: a section that it does not know, or an option that is not among those of
# [general]. Each is a line "PLACE: what".
conf_unknown() { # SECTIONS OPTIONS, each with commas: sets REPLY
    local i name unknown=''
    for name in "${!CONF_PARTS[@]}"; do
        in_list "$name" "$1" || ! conf_has "$name" || unknown+="$CONF_PATH: Asterisk has no section [$name] here"$'\n'
    done
    for ((i = 0; i < ${#CONF_KEY[@]}; i++)); do
        [[ ${CONF_SECTION[i]} != general ]] || in_list "${CONF_KEY[i]}" "$2" ||
            unknown+="${CONF_PLACE[i]}: ${CONF_KEY[i]} is no option of this version"$'\n'
    done
    REPLY=$unknown
}

conf_is_on() { # SECTION KEY DEFAULT
    conf_get "$@"
    is_true "$REPLY"
}

conf_has() { [[ ${CONF_NAMES[${1,,}]-} == section ]]; }

# Reports what is wrong with the file as a whole; fails when there is no use in looking at its lines.
conf_report() { # NAME ID
    local problem fix
    for problem in ${CONF_PROBLEMS[@]+"${CONF_PROBLEMS[@]}"}; do
        case $problem in
        *'#exec'*) info "$2.exec" "$1 runs a program to make lines" "$problem" ;;
        *'before this one does not count'*)
            warn "$2.twice" "$1 has a section that does not count" "$problem" "# move its lines into the last one"
            ;;
        *'does not count'*) warn "$2.twice" "$1 has a section that does not count" "$problem" "# move its lines into the first one" ;;
        *)
            fix="# correct ${problem%%:*}, then: asterisk -rx 'core reload'"
            [[ $problem != *' is not there' ]] || fix=$(lines "touch ${problem#*: }")
            fix=${fix% is not there}
            fail "$2.refused" "Asterisk refuses all of $1" "$problem" "$fix"
            ;;
        esac
    done
    case $CONF_STATE in
    unreadable)
        # Said once, by check_directory.
        [[ -x $ETC ]] || return 1
        warn "$2.unreadable" "$1 cannot be read, so its lines are not checked" "$CONF_PATH needs root." \
            "sudo ./status.sh"
        return 1
        ;;
    invalid) return 1 ;;
    esac
}

# Prints where lines belong, as the head of a fix; the name of a section that does not exist yet is a line too. FreePBX
# rewrites its files, so lines go into those that it does not touch.
place() { # FILE SECTION
    local file=$1 in=", section [$2]"
    if ! conf_has "$2"; then in=; fi
    if [[ -n $FREEPBX ]]; then
        case $1/$2 in
        manager.conf/general)
            printf '# in FreePBX: Settings, Advanced Settings; what it does not have there, in %s:\n[general](+)\n' \
                "$ETC/manager_custom.conf"
            return
            ;;
        manager.conf/*) file=manager_custom.conf ;;
        cdr_manager.conf/general) file=cdr_manager_general_custom.conf in=', without [general]' ;;
        cdr_manager.conf/mappings) file=cdr_manager_mapping_custom.conf in=', without [mappings]' ;;
        cdr.conf/*)
            printf '# in FreePBX: Settings, Advanced Settings, or %s:\n' "$ETC/cdr.conf"
            return
            ;;
        cel.conf/general) file=cel_general_custom.conf in=', without [general]' ;;
        cel.conf/*) file=cel_custom_post.conf ;;
        esac
        # Old versions do not include all of these.
        if [[ $file != "$1" ]] && ! grep -qsF "$file" "$ETC/$1"; then file=$1 in=", section [$2]"; fi
    fi
    printf '# in %s%s:\n' "$ETC/$file" "$in"
    [[ -n $in ]] || printf '[%s]\n' "$2"
}

# ---- Asterisk itself ----

CONSOLE='' PROCESS='' PROCESS_UID='' PROCESS_GID='' MAJOR=0 MINOR=0 FREEPBX=''

COLOUR=$'\e\\[[0-9;]*[A-Za-z]'
cli() { # COMMAND: sets REPLY to what the console answers; fails when it does not
    REPLY=
    [[ -n $CONSOLE ]] || return 1
    { REPLY=$(limited 10 asterisk -rx "$1" | head -c 200000); } 2>/dev/null
    REPLY=${REPLY//$'\r'/}
    while [[ $REPLY =~ $COLOUR ]]; do REPLY=${REPLY//"${BASH_REMATCH[0]}"/}; done
    [[ -n $REPLY && $REPLY != *'No such command'* && $REPLY != *'Unable to connect'* ]]
}

field() { # NAME TEXT: sets REPLY to what follows 'NAME:' in the first such line
    local line
    REPLY=
    while IFS= read -r line; do
        trim "$line"
        if [[ $REPLY == "$1":* ]]; then
            trim "${REPLY#"$1":}"
            return 0
        fi
    done <<<"$2"
    REPLY=
    return 1
}

# The daemon, not a console (asterisk -r).
find_process() {
    local directory name argument console
    for directory in "${PROC_ROOT:-/proc}"/[0-9]*; do
        read -r name 2>/dev/null <"$directory/comm" || continue
        [[ $name == asterisk ]] || continue
        console=
        while IFS= read -r argument; do
            [[ $argument != -[!-]*[rRx]* && $argument != -[rRx]* ]] || console=yes
        done < <(tr '\0' '\n' 2>/dev/null <"$directory/cmdline")
        [[ -z $console ]] || continue
        PROCESS=${directory##*/}
        PROCESS_UID=$(sed -n 's/^Uid:[[:space:]]*[0-9]*[[:space:]]*\([0-9]*\).*/\1/p' "$directory/status" 2>/dev/null)
        PROCESS_GID=$(sed -n 's/^Gid:[[:space:]]*[0-9]*[[:space:]]*\([0-9]*\).*/\1/p' "$directory/status" 2>/dev/null)
        return 0
    done
    return 1
}

check_directory() {
    if [[ ! -d $ETC ]]; then
        warn asterisk.etc "Asterisk's configuration is not in $ETC: its files are not checked" \
            'It is elsewhere, or in a container.' 'sudo ASTERISK_ETC=/the/folder ./status.sh'
    elif [[ ! -x $ETC ]]; then
        warn asterisk.etc "You may not enter $ETC: its files are not checked" 'It belongs to Asterisk.' 'sudo ./status.sh'
    fi
}

# Fails when there is no PBX here to look at.
check_asterisk() {
    section asterisk Asterisk
    local version=''
    find_process
    if have asterisk; then
        version=$(limited 10 asterisk -V 2>/dev/null | head -n 1)
        if limited 10 asterisk -rx 'core show version' 2>/dev/null | grep -q '^Asterisk '; then CONSOLE=yes; fi
    elif [[ -n $PROCESS ]]; then
        warn asterisk.binary "Asterisk runs here (process $PROCESS), but there is no asterisk command" \
            'It seems to be in a container: only what is outside of it can be checked.' \
            "$(lines '# run this script inside, for example:' 'docker exec -i CONTAINER bash -s <status.sh')"
    else
        setting AMI_HOST
        if [[ -n $REPLY ]] && ! is_local "$REPLY"; then
            info asterisk.binary "Asterisk is on another machine: $REPLY" 'Run this script there too.'
        else
            fail asterisk.binary 'There is no Asterisk on this machine' "No command 'asterisk', no process of that name." \
                "$(lines '# run this on the PBX, or install one:' 'apt-get install asterisk')"
        fi
        [[ -e $ETC/manager.conf ]] || return 1
    fi
    ! have asterisk || check_version "$version"
    check_process
    find_directories
    check_directory
}

check_version() { # WHAT 'asterisk -V' SAYS
    if [[ $1 =~ (^|[^0-9])([0-9]{1,2})(\.([0-9]+)|-cert) ]]; then
        MAJOR=${BASH_REMATCH[2]} MINOR=${BASH_REMATCH[4]:-0}
    fi
    if ((MAJOR == 0)); then
        warn asterisk.version "The version of Asterisk is not known" "It says: $1" "asterisk -V"
    elif ((MAJOR < 16)); then
        fail asterisk.version "Asterisk $MAJOR is too old" "$1; the connector needs 16 or newer." \
            '# upgrade Asterisk, best to a version with long-term support (20 or 22)'
    else
        ok asterisk.version "$1"
    fi
}

# Whether this Asterisk has what came with these versions, one of each branch, and all newer branches.
since() { # MAJOR.MINOR...
    local version
    for version; do
        if [[ ${version%.*} == "$MAJOR" ]]; then
            ((MINOR >= ${version#*.}))
            return
        fi
    done
    ((MAJOR > ${version%.*}))
}

# The same; of a version that is not known it is assumed.
may_know() { ((MAJOR == 0)) || since "$@"; } # MAJOR.MINOR...

check_process() {
    if [[ -n $CONSOLE ]]; then
        ok asterisk.running "Asterisk runs${PROCESS:+ (process $PROCESS)}"
    elif ! have asterisk; then
        :
    elif [[ -z $PROCESS ]]; then
        local start='systemctl start asterisk'
        ! have fwconsole || start='fwconsole start'
        fail asterisk.running 'Asterisk does not run' 'There is no such process.' "$start"
    elif ((EUID == 0)); then
        fail asterisk.console "Asterisk runs (process $PROCESS), but its console does not answer" \
            'What is loaded cannot be checked. It may be starting, or hang.' "asterisk -rx 'core show uptime'"
    else
        warn asterisk.console "Asterisk's console does not answer you" \
            'Only root and the user of Asterisk may ask it: what is loaded is not checked.' 'sudo ./status.sh'
    fi
    [[ -n $PROCESS_UID && -n $PROCESS_GID ]] || return 0
    check_identity
}

check_identity() {
    local puid pgid name
    name=$(user_name "$PROCESS_UID")
    setting PUID 1000 && puid=$REPLY
    setting PGID 1000 && pgid=$REPLY
    if ((PROCESS_UID == 0)); then
        info asterisk.user 'Asterisk runs as root' \
            'Leave PUID and PGID at a user of your own; whether it can read the recordings is checked below.'
    elif [[ $puid:$pgid == "$PROCESS_UID:$PROCESS_GID" ]]; then
        ok asterisk.user "Asterisk runs as $name; PUID and PGID are the same" "PUID=$puid PGID=$pgid"
    else
        info asterisk.user "Asterisk runs as $name" \
            "A container that is to read its recordings takes the same user; now it is $puid:$pgid." \
            "$(lines "# in $ENV_FILE:" "PUID=$PROCESS_UID" "PGID=$PROCESS_GID")"
    fi
}

find_directories() {
    if cli 'core show settings'; then
        local answer=$REPLY
        [[ -n ${ASTERISK_ETC:-} ]] || ! field 'Configuration directory' "$answer" || ETC=$REPLY
        ! field 'Spool directory' "$answer" || SPOOL=$REPLY
    else
        conf_load asterisk.conf
        [[ -n ${ASTERISK_ETC:-} ]] || ! conf_get directories astetcdir || ETC=$REPLY
        ! conf_get directories astspooldir || SPOOL=$REPLY
    fi
    [[ ! -e $ETC/extensions_additional.conf && ! -e $ETC/manager_additional.conf ]] || FREEPBX=yes
}

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

# ---- AMI: the user and its rights ----

check_ami_user() {
    local user=$AMI_USER known='' read='' write=''
    if [[ ! $user =~ ^[A-Za-z0-9_.@-]+$ ]]; then
        info ami.user "Asterisk is not asked about the user $user" 'Its name has unusual characters.'
    elif cli "manager show user $user" && field username "$REPLY"; then
        cli "manager show user $user"
        known=$REPLY
        field 'read perm' "$known" && read=$REPLY
        field 'write perm' "$known" && write=${REPLY#<none>}
    fi
    if ! conf_has "$user"; then
        if [[ -n $known ]]; then
            if [[ $CONF_STATE == read ]]; then
                info ami.user "The user $user is not in manager.conf, but Asterisk knows it" 'From users.conf or a database.'
            else
                ok ami.user "Asterisk knows the AMI user $user"
            fi
            check_ami_read "$read" "$read"
            check_ami_write "$write"
        elif [[ $CONF_STATE == read ]]; then
            fail ami.user "There is no AMI user $user" "$ETC/manager.conf and what it includes have no section of this name." \
                "$(ami_user_lines)"
        fi
        return
    fi
    if [[ -n $CONSOLE && -z $known && $user =~ ^[A-Za-z0-9_.@-]+$ ]]; then
        fail ami.user "Asterisk does not know the user $user yet" 'It is in the file, which was not read since.' "$RELOAD_MANAGER"
    else
        ok ami.user "The AMI user $user is there"
    fi
    conf_get "$user" read ''
    check_ami_read "$REPLY" "$read"
    conf_get "$user" write ''
    check_ami_write "$REPLY"
    if [[ -n $known ]]; then check_ami_reload "$read" "$write"; fi
    check_ami_secret
    check_ami_access
    check_ami_session
    check_ami_filters
}

ami_user_lines() {
    place manager.conf "$AMI_USER"
    lines 'secret = A-LONG-RANDOM-SECRET    ; make one: head -c 24 /dev/urandom | base64' \
        'deny = 0.0.0.0/0.0.0.0' 'permit = 127.0.0.1/255.255.255.255' 'read = cdr,call' 'write =' 'writetimeout = 5000' \
        "# then:" "$RELOAD_MANAGER"
}

ami_user_line() { # LINES...: the fix of one line
    place manager.conf "$AMI_USER"
    lines "$@" "$RELOAD_MANAGER"
}

# An empty element grants every class; of elements with a blank before them, none counts.
has_empty_element() { [[ -n $1 && ,$1, == *,,* ]]; }

check_ami_read() { # AS WRITTEN, AS ASTERISK HAS IT
    local class missing=() counted=$1 fix
    fix=$(ami_user_line 'read = cdr,call')
    if has_empty_element "$1"; then
        warn ami.read "The user reads everything" "read = $1: the empty element between commas grants every class." "$fix"
        return
    fi
    counted=${counted%%[[:space:]]*}
    [[ $counted != "$1" ]] || counted=${2:-$1}
    if in_list all "${1%%[[:space:]]*}"; then
        info ami.read 'The user reads all classes' 'cdr,call is enough, and less work for the PBX.' "$fix"
        return
    fi
    for class in cdr call; do
        in_list "$class" "$counted" || in_list "$class" "${1%%[[:space:]]*}" || missing+=("$class")
    done
    if ((${#missing[@]} == 0)); then
        ok ami.read 'The user reads the classes cdr and call'
    elif [[ $1 == *,[[:space:]]* || $1 == *[[:space:]],* ]]; then
        fail ami.read "The user does not get ${missing[*]}: there are blanks in 'read'" \
            "read = $1: Asterisk takes only what stands before the first blank." "$fix"
    else
        fail ami.read "The user may not read ${missing[*]}" \
            "read = $1: CDRs are of the class cdr, CELs of the class call." "$fix"
    fi
}

check_ami_write() { # AS WRITTEN
    local class reasons='' harmless='' list
    if has_empty_element "$1"; then
        warn ami.write 'The user may do everything' "write = $1: the empty element between commas grants every class." \
            "$(ami_user_line 'write =')"
        return
    fi
    list=${1%%[[:space:]]*}
    while [[ -n $list ]]; do
        class=${list%%,*}
        [[ $list == *,* ]] && list=${list#*,} || list=
        case ${class,,} in
        all) reasons+=$'all: everything below, and more\n' ;;
        command) reasons+=$'command: any command of the console, also stopping Asterisk\n' ;;
        originate) reasons+=$'originate: calls at your cost; before 18.24.2, 20.9.2 and 21.4.2 also programs on this machine\n' ;;
        system) reasons+=$'system: loads modules, restarts Asterisk, runs programs after recordings\n' ;;
        config) reasons+=$'config: changes the configuration files\n' ;;
        call) reasons+=$'call: hangs up and redirects calls\n' ;;
        agent) reasons+=$'agent: changes the queues\n' ;;
        *) harmless+="${harmless:+,}$class" ;;
        esac
    done
    if [[ -n $reasons ]]; then
        warn ami.write 'The user may do more than it needs, which is nothing' "$reasons" "$(ami_user_line 'write =')"
    elif [[ -n $harmless ]]; then
        info ami.write 'The user has rights to write that the connector does not use' "write = $harmless" \
            "$(ami_user_line 'write =')"
    else
        ok ami.write 'The user can only read'
    fi
}

check_ami_reload() { # READ AND WRITE RIGHTS AS ASTERISK HAS THEM
    local class stale=''
    conf_get "$AMI_USER" read ''
    if ! has_empty_element "$REPLY" && ! in_list all "$REPLY"; then
        for class in cdr call; do
            if in_list "$class" "${REPLY%%[[:space:]]*}" && ! in_list "$class" "$1" && ! in_list all "$1"; then stale=yes; fi
        done
    fi
    conf_get "$AMI_USER" write ''
    [[ -n $REPLY || -z $2 ]] || stale=yes
    [[ -z $stale ]] ||
        warn ami.reload "Asterisk still has the user's old rights" "read: $1; write: ${2:-none}. The file says otherwise." \
            "$(lines "$RELOAD_MANAGER" '# rights are copied at the login: restart the connector too')"
}

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

# ---- Recordings ----

check_recordings() {
    section recordings Recordings
    local paths path
    if [[ -n ${SETTINGS[RECORDING_WATCH_PATHS]+set} && -z ${SETTINGS[RECORDING_WATCH_PATHS]} ]]; then
        info recordings.off 'Recordings are turned off' 'RECORDING_WATCH_PATHS is empty.'
        return
    fi
    setting RECORDING_WATCH_PATHS "$SPOOL/monitor" && paths=$REPLY
    choose_reader
    while [[ -n $paths ]]; do
        trim "${paths%%,*}" && path=$REPLY
        [[ $paths == *,* ]] && paths=${paths#*,} || paths=
        [[ -z $path ]] || check_folder "$path"
    done
}

READER='' READER_UID='' READER_GIDS=''

# Whose rights count: those of the service, or of the container; nobody's as long as there are no settings.
choose_reader() {
    local groups
    if [[ -z ${SETTINGS[PUID]-} ]] && READER_UID=$(limited 5 id -u asterisk-connector 2>/dev/null); then
        READER=asterisk-connector
        groups=$(limited 5 id -G asterisk-connector 2>/dev/null)
        READER_GIDS=" $groups "
    elif [[ -e $ENV_FILE ]]; then
        setting PUID 1000 && READER_UID=$REPLY
        setting PGID 1000 && READER_GIDS=" $REPLY "
        READER="PUID $READER_UID, PGID${READER_GIDS% }"
    fi
}

reader_may() { # BITS(4 read, 1 enter) PATH: 2 when its rights cannot be seen
    local uid gid mode
    read -r uid gid mode < <(stat -Lc '%u %g %a' -- "$2" 2>/dev/null) || return 2
    [[ $READER_UID != 0 ]] || return 0
    mode=$((8#$mode))
    if [[ $uid == "$READER_UID" ]]; then
        mode=$((mode >> 6))
    elif [[ $READER_GIDS == *" $gid "* ]]; then
        mode=$((mode >> 3))
    fi
    (((mode & $1) == $1))
}

check_folder() { # PATH
    local path=$1 part='' rest sample
    if [[ ! -d $path ]]; then
        if [[ -e ${path%/*} && ! -x ${path%/*} ]]; then
            info recordings.folder "$path cannot be seen by you" '' 'sudo ./status.sh'
        else
            warn recordings.folder "There is no folder $path" 'No recording is found there.' \
                "$(lines "# when Asterisk records elsewhere, in $ENV_FILE:" 'RECORDING_WATCH_PATHS=/the/folder' \
                    '# else:' "install -d -o ${PROCESS_UID:-asterisk} -g ${PROCESS_GID:-asterisk} '$path'")"
        fi
        return
    fi
    check_space "$path"
    if [[ -z $READER ]]; then
        info recordings.folder "$path is there" 'Who is to read it is in PUID and PGID of the settings.'
        return
    fi
    rest=${path#/}
    while [[ -n $rest ]]; do
        part+=/${rest%%/*}
        [[ $rest == */* ]] && rest=${rest#*/} || rest=
        reader_may 1 "$part" || {
            folder_closed "$part"
            return
        }
    done
    reader_may 5 "$path" || {
        folder_closed "$path"
        return
    }
    sample=$(limited 5 find "$path" -xdev -type f -size +0 -print -quit 2>/dev/null)
    if [[ -n $sample ]] && ! reader_may 4 "$sample"; then
        folder_closed "$sample"
    else
        ok recordings.folder "The connector ($READER) can read $path" "${sample:+tried on $sample}"
    fi
}

folder_closed() { # PATH
    local owner fix
    owner=$(stat -Lc '%u:%g, mode %a' -- "$1" 2>/dev/null) || owner='not to be seen by you'
    if [[ $READER == asterisk-connector ]]; then
        fix=$(lines "usermod -aG $(stat -Lc %G -- "$1" 2>/dev/null || echo asterisk) asterisk-connector" \
            'systemctl restart asterisk-connector')
    elif [[ $owner == *:*,* && ${owner%%:*} != 0 ]]; then
        owner=${owner%%,*}
        fix=$(lines "# in $ENV_FILE:" "PUID=${owner%:*}" "PGID=${owner#*:}" '# then:' 'docker compose up -d')
        owner=$(stat -Lc '%u:%g, mode %a' -- "$1")
    else
        fix="setfacl -m u:$READER_UID:rX '$1'"
    fi
    fail recordings.folder "The connector ($READER) cannot read $1" "It belongs to $owner." "$fix"
}

check_space() { # PATH
    local size free percent
    { read -r _ && read -r _ size _ free _; } < <(limited 10 df -Pk -- "$1" 2>/dev/null) || return 0
    [[ $size =~ ^[1-9][0-9]{0,14}$ && $free =~ ^[0-9]{1,15}$ ]] || return 0
    percent=$((free * 100 / size))
    local text="$((free / 1048576)) GiB free ($percent %) where $1 is"
    if ((free < 1048576)); then
        fail recordings.space "The disk is nearly full: $((free / 1024)) MiB free where $1 is" \
            'Asterisk cannot record, and perhaps not write CDRs either.' "du -xsh '$1'/* | sort -h | tail"
    elif ((free < 4194304 || percent < 5)); then
        warn recordings.space "The disk becomes full: $text" 'See what can go.' "du -xsh '$1'/* | sort -h | tail"
    else
        ok recordings.space "$text"
    fi
}

# ---- Docker, and the connector ----

check_connector() {
    section connector 'Docker and the connector'
    local service=''
    if have systemctl && [[ $(limited 5 systemctl is-enabled asterisk-connector.service 2>/dev/null) =~ ^(enabled|disabled|linked|static) ]]; then
        service=yes
        check_service
    fi
    if ! have docker; then
        [[ -n $service ]] || have asterisk-connector ||
            warn connector.docker 'There is no Docker, and no service asterisk-connector' 'One of them runs the connector.' \
                "$(lines 'apt-get install docker.io docker-compose' '# or install the package asterisk-connector')"
    elif ! limited 10 docker info >/dev/null 2>&1; then
        if [[ -n $service ]]; then
            info connector.docker 'Docker does not answer' 'The service does not need it.'
        elif ((EUID == 0)); then
            fail connector.docker 'Docker does not answer' 'Its daemon does not run.' 'systemctl enable --now docker'
        else
            warn connector.docker 'Docker does not answer you' 'It needs root or the group docker.' 'sudo ./status.sh'
        fi
    else
        ok connector.docker 'Docker works' "$(limited 10 docker --version 2>/dev/null)"
        check_compose
        check_container "$service"
    fi
    check_ready
}

check_service() {
    local state
    state=$(limited 5 systemctl is-active asterisk-connector.service 2>/dev/null)
    if [[ $state == active ]]; then
        ok connector.service 'The service asterisk-connector is active'
    else
        fail connector.service "The service asterisk-connector is ${state:-not active}" '' \
            "$(lines 'systemctl enable --now asterisk-connector' 'journalctl -u asterisk-connector -n 50')"
    fi
}

check_compose() {
    local version
    if version=$(limited 10 docker compose version --short 2>/dev/null); then
        ok connector.compose 'Compose is there' "docker compose $version"
    elif have docker-compose; then
        ok connector.compose 'Compose is there' "$(limited 10 docker-compose --version 2>/dev/null | head -n 1)"
    else
        warn connector.compose 'Docker has no Compose' 'docker-compose.yml cannot be used without.' 'apt-get install docker-compose'
    fi
}

# Any container with the connector's name in its own, its image's or its service's.
check_container() { # SERVICE
    local list name rest state found=''
    list=$(limited 10 docker ps -a --format '{{.Names}}|{{.Image}}|{{.Label "com.docker.compose.service"}}|{{.State}}|{{.Status}}' 2>/dev/null)
    while IFS='|' read -r name rest; do
        [[ "$name $rest" =~ (asterisk|sipstack)-connector ]] || continue
        found=yes
        state=${rest##*|}
        check_container_state "$name" "$state"
    done <<<"$list"
    [[ -n $found || -n $1 ]] ||
        info connector.container 'There is no container of the connector yet' '' 'docker compose up -d'
}

check_container_state() { # NAME STATUS
    local logs="docker logs --tail 50 $1"
    case ${2,,} in
    *unhealthy*) fail connector.container "The container $1 is unhealthy" "$2" "$logs" ;;
    up*starting*) info connector.container "The container $1 is starting" "$2" "$logs" ;;
    up*paused*) warn connector.container "The container $1 is paused" "$2" "docker unpause $1" ;;
    up*healthy*) ok connector.container "The container $1 is healthy" "$2" ;;
    up*) ok connector.container "The container $1 is running" "$2" ;;
    restarting*) fail connector.container "The container $1 ends and starts again and again" "$2" "$logs" ;;
    *) fail connector.container "The container $1 does not run" "$2" "$(lines "$logs" 'docker compose up -d')" ;;
    esac
}

# A plain GET: prints the status line, then the body.
# shellcheck disable=SC2317 # runs isolated
http_get() { # HOST PORT PATH
    local line body=''
    exec 3<>"/dev/tcp/$1/$2" || return 1
    printf 'GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: status.sh\r\nConnection: close\r\n\r\n' "$3" "$1" >&3
    while IFS= read -r -t 8 line || [[ -n $line ]]; do
        line=${line%$'\r'}
        if [[ $line == HTTP/1.* || -n $body ]]; then printf '%s\n' "$line"; fi
        [[ -n $line ]] || body=yes
    done <&3 | head -c 2000
}

# Whether a connector that runs says that it is ready.
check_ready() {
    local port host answer
    setting MONITORING_ENABLED true
    is_true "$REPLY" || return 0
    setting MONITORING_PORT 8000 && port=$REPLY
    setting MONITORING_BIND 127.0.0.1 && host=$REPLY
    [[ $host != 0.0.0.0 && $host != :: ]] || host=127.0.0.1
    is_number "$port" && is_host "$host" || return 0
    answer=$(isolated 10 http_get "$host" "$port" /readyz 2>/dev/null </dev/null)
    case $answer in
    'HTTP/1.1 200'*) ok connector.ready "The connector at port $port is ready" ;;
    'HTTP/1.1 503'*)
        warn connector.ready 'The connector runs, and is not ready' "${answer#*$'\n'}" "curl http://$host:$port/status"
        ;;
    HTTP/*) info connector.ready "Something else answers at port $port" "${answer%%$'\n'*}" ;;
    *) info connector.ready 'The connector does not run, or has no monitoring port' "No answer at $host:$port." ;;
    esac
}

# ---- API ----

check_api() {
    section api API
    local region url host port=443 answer
    setting REGION us1 && region=${REPLY,,}
    setting API_URL "https://api-$region.sipstack.com/v1" && url=${REPLY%/}
    if [[ -z ${SETTINGS[API_URL]-} && ! $region =~ ^(ca1|us1|us2)$ ]]; then
        fail api.region "There is no region $region" '' "$(lines "# in $ENV_FILE, one of ca1, us1, us2:" 'REGION=us1')"
        return
    fi
    if [[ ! $url =~ ^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:([0-9]{1,5}))?(/[A-Za-z0-9._~%/-]*)?$ ]]; then
        fail api.url 'API_URL is not an address' 'It begins with https:// and has no user name, query or fragment.' \
            "$(lines "# in $ENV_FILE:" 'API_URL=https://receiver.example.com/v1')"
        return
    fi
    host=${BASH_REMATCH[1]} port=${BASH_REMATCH[3]}
    host=${host#[} host=${host%]}
    if [[ -z $port ]]; then
        [[ $url == https:* ]] && port=443 || port=80
    fi
    [[ $url != http:* ]] || is_local "$host" ||
        warn api.plain 'Calls and the key cross the network without encryption' "API_URL is $url" \
            "$(lines "# in $ENV_FILE:" "API_URL=https:${url#http:}")"
    check_dns "$host" || return 0
    if have curl; then
        check_api_curl "$url/health"
    elif [[ -n ${SETTINGS[API_PROXY]-} ]]; then
        info api.health 'The API was not tried' 'Through API_PROXY this needs curl, which is not installed.' 'apt-get install curl'
    elif [[ $url == http:* ]]; then
        answer=$(isolated 15 http_get "$host" "$port" "/${url#*://*/}/health" 2>/dev/null </dev/null)
        api_answer "$url/health" "${answer%%$'\n'*}"
    elif have openssl; then
        answer=$(api_openssl "$host" "$port" "/${url#https://*/}/health")
        if [[ $answer == HTTP/* ]]; then ok api.tls 'TLS works, and the certificate is trusted'; fi
        api_answer "$url/health" "$answer"
    elif isolated 10 tcp_connect "$host" "$port" 2>/dev/null </dev/null; then
        info api.health "$host takes connections; TLS and its answer were not checked" \
            'That needs curl or openssl, which are not installed.' 'apt-get install curl'
    else
        api_answer "$url/health" ''
    fi
}

check_dns() { # HOST: fails when there is no use in going on
    local address
    [[ -z ${SETTINGS[API_PROXY]-} && ! $1 =~ ^[0-9.]+$ && $1 != *:* && $1 != localhost ]] || return 0
    have getent || return 0
    if address=$(limited 10 getent ahosts "$1" 2>/dev/null) && [[ -n $address ]]; then
        ok api.dns "$1 has an address" "${address%% *}"
    else
        fail api.dns "The name $1 has no address" 'This machine cannot ask a name server, or the name is wrong.' \
            "$(lines "getent ahosts $1" 'cat /etc/resolv.conf')"
        return 1
    fi
}

api_openssl() { # HOST PORT PATH: prints the status line
    local request
    request=$(printf 'GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: status.sh\r\nConnection: close\r\n\r\nx' "$3" "$1")
    local options=(-quiet -connect "$1:$2" -servername "$1" -verify_return_error -verify_hostname "$1")
    setting API_TLS_CA_FILE
    [[ -z $REPLY ]] || options+=(-CAfile "$REPLY")
    { printf '%s' "${request%x}" && sleep 5; } | timeout -k 1 15 openssl s_client "${options[@]}" 2>/dev/null |
        head -n 1 | tr -d '\r'
}

# Settings go to curl over standard input: a proxy's address may hold a password.
check_api_curl() { # URL
    local config status answer
    curl_line() { # NAME VALUE
        local value=${2//\\/\\\\}
        printf '%s = "%s"\n' "$1" "${value//\"/\\\"}"
    }
    config=$(
        setting API_PROXY
        if [[ -n $REPLY && $REPLY != *[$'\r\n']* ]]; then curl_line proxy "$REPLY"; else curl_line noproxy '*'; fi
        setting API_TLS_CA_FILE
        [[ -z $REPLY || $REPLY == *[$'\r\n']* ]] || curl_line cacert "$REPLY"
    )
    answer=$(printf '%s\n' "$config" | timeout -k 1 25 curl -q -sS -o /dev/null -D - --connect-timeout 10 --max-time 20 \
        -A status.sh --config - "$1" 2>&1)
    status=$?
    case $status in
    0)
        [[ $1 != https:* ]] || ok api.tls 'TLS works, and the certificate is trusted'
        api_answer "$1" "$(grep '^HTTP/' <<<"$answer" | tail -n 1)"
        check_skew "$(sed -n 's/^[Dd]ate: *//p' <<<"$answer" | tail -n 1)"
        ;;
    35 | 51 | 58 | 60 | 77 | 83 | 91)
        fail api.tls 'TLS to the API fails' "$answer" \
            "$(lines 'date    # is the clock right?' 'apt-get install --reinstall ca-certificates' \
                '# a proxy that looks into TLS: API_TLS_CA_FILE names its authority')"
        ;;
    *) fail api.health "$1 does not answer" "$answer" "$(lines "curl -v $1" '# a firewall has to let HTTPS out; or set API_PROXY')" ;;
    esac
}

api_answer() { # URL STATUS-LINE
    if [[ $2 =~ ^HTTP/[0-9.]+\ ([0-9]{3}) ]]; then
        local code=${BASH_REMATCH[1]}
        if ((code < 500)); then
            ok api.health "$1 answers" "HTTP $code"
        else
            warn api.health "The API has trouble: HTTP $code" "$1 answers, so the way to it works. Nothing is lost meanwhile." \
                '# wait; ask its operator when it lasts'
        fi
    else
        fail api.health "$1 does not answer" 'No connection, no trusted certificate, or no answer in time.' \
            "$(lines "curl -v $1" '# a firewall has to let HTTPS out; or set API_PROXY')"
    fi
}

# ---- Clock ----

check_skew() { # THE DATE HEADER OF THE API
    local there here difference
    there=$(date -d "${1%$'\r'}" +%s 2>/dev/null) && here=$(date +%s) && [[ -n $1 ]] || return 0
    difference=$((here > there ? here - there : there - here))
    ((difference <= 30)) || warn clock.skew "The clock is $difference s off that of the API" 'Times of calls are wrong by as much.' \
        'timedatectl set-ntp true'
}

check_clock() {
    section clock 'Clock and time zone'
    check_synchronised
    check_zone
}

check_synchronised() {
    local state=''
    if have timedatectl; then
        state=$(limited 5 timedatectl show -p NTPSynchronized --value 2>/dev/null)
        [[ -n $state ]] || state=$(limited 5 timedatectl 2>/dev/null | sed -n 's/.*synchronized: *//p')
    fi
    if [[ -z $state ]] && have chronyc; then
        state=$(limited 5 chronyc -n tracking 2>/dev/null | sed -n 's/^Leap status *: *//p')
        [[ $state != Normal ]] || state=yes
    fi
    case $state in
    yes) ok clock.synchronised 'The clock is synchronised' ;;
    '') info clock.synchronised 'Whether the clock is synchronised is not known' 'Neither timedatectl nor chronyc tells.' ;;
    *)
        warn clock.synchronised 'The clock is not synchronised' 'Times of calls become wrong, and TLS may fail.' \
            "$(lines 'timedatectl set-ntp true' '# or:' 'apt-get install chrony')"
        ;;
    esac
}

check_zone() {
    local zone='' configured
    ! have timedatectl || zone=$(limited 5 timedatectl show -p Timezone --value 2>/dev/null)
    if [[ -z $zone && -L /etc/localtime ]]; then
        zone=$(readlink -f /etc/localtime)
        [[ $zone == */zoneinfo/* ]] && zone=${zone#*/zoneinfo/} || zone=
    fi
    setting PBX_TZ && configured=$REPLY
    if [[ -z $configured ]]; then
        ok clock.zone "The time zone is ${zone:-that of /etc/localtime}" 'PBX_TZ is needed only when nothing in the events tells it.'
    elif [[ ! $configured =~ ^[A-Za-z0-9_+/-]+$ || (-d /usr/share/zoneinfo && ! -f /usr/share/zoneinfo/$configured) ]]; then
        fail clock.zone "PBX_TZ is no time zone: $configured" 'It has a name such as America/Toronto.' \
            "$(lines "# in $ENV_FILE:" "PBX_TZ=${zone:-America/Toronto}")"
    elif [[ -n $zone && $zone != "$configured" ]]; then
        warn clock.zone "PBX_TZ is $configured, but this machine is in $zone" \
            'Asterisk writes the local time of /etc/localtime, whatever TZ says.' \
            "$(lines "# if Asterisk runs here, in $ENV_FILE:" "PBX_TZ=$zone")"
    else
        ok clock.zone "The time zone is $configured, as PBX_TZ says"
    fi
}

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

# ---- Caller IDs ----

# Only where systemd starts the service: for others this is not their subject.
check_callerid() {
    section callerid 'Caller IDs'
    local unit=asterisk-connector-callerid state host=127.0.0.1 port=8000 percent=10 answer
    have systemctl && [[ $(limited 5 systemctl is-enabled "$unit.service" 2>/dev/null) == enabled ]] || return 0
    state=$(limited 5 systemctl is-active "$unit.service" 2>/dev/null)
    if [[ $state != active ]]; then
        fail callerid.service "The service $unit is ${state:-not active}" 'Calls keep the caller ID that they have.' \
            "$(lines 'asterisk-connector callerid check' "systemctl restart $unit" "journalctl -u $unit -n 50")"
        return
    fi
    ok callerid.service "The service $unit is active"
    callerid_settings || return 0
    [[ $host != 0.0.0.0 && $host != :: ]] || host=127.0.0.1
    is_number "$port" && is_number "$percent" && is_host "$host" && [[ $port != 0 ]] || return 0
    answer=$(isolated 10 http_get "$host" "$port" /status 2>/dev/null </dev/null)
    if [[ $answer == 'HTTP/1.1 200'* && $answer == *'"service":"callerid"'* ]]; then
        check_callerid_status "$answer" "$percent"
    else
        fail callerid.answers "The service of caller IDs does not answer at $host:$port" \
            "${answer%%$'\n'*}" "$(lines "journalctl -u $unit -n 50" "systemctl restart $unit")"
    fi
}

# Sets host, port and percent from the file of the service; 1 when it cannot be read.
callerid_settings() {
    local file=${CALLERID_ENV_FILE:-/etc/asterisk-connector/callerid.env} line NAME
    if [[ ! -r $file ]]; then
        info callerid.settings "$file cannot be read" 'The service was not asked for its state.'
        return 1
    fi
    while IFS= read -r line || [[ -n $line ]]; do
        if ! env_line "$line" || [[ -z $REPLY ]]; then continue; fi
        case $NAME in
        API_HOST) host=$REPLY ;;
        API_PORT) port=$REPLY ;;
        LOW_WATER_PERCENT) percent=$REPLY ;;
        esac
    done <"$file"
}

check_callerid_status() { # ANSWER PERCENT
    local active=0 free=0
    [[ ! $1 =~ '"active":'([0-9]{1,9}) ]] || active=${BASH_REMATCH[1]}
    [[ ! $1 =~ '"free":'([0-9]{1,9}) ]] || free=${BASH_REMATCH[1]}
    if [[ $1 =~ '"problem":"'([^\"]*) ]]; then
        fail callerid.store 'Caller IDs are not stored as they should be' "${BASH_REMATCH[1]}" \
            "$(lines 'df -h /var/lib/asterisk-connector' 'journalctl -u asterisk-connector-callerid -n 50')"
    fi
    if [[ $1 =~ '"redis":"'([^\"]*) ]]; then
        warn callerid.redis 'Caller IDs are decided without Redis' "${BASH_REMATCH[1]}" \
            'asterisk-connector callerid check'
    elif [[ $1 == *'"redis":null'* ]]; then
        ok callerid.redis 'Redis decides about caller IDs'
    fi
    if ((active == 0)); then
        warn callerid.numbers 'There are no caller IDs in use' 'Every call keeps the caller ID that it has.' \
            'asterisk-connector callerid add NUMBER'
    elif ((free * 100 < active * $2)); then
        warn callerid.numbers "Few caller IDs are free: $free of $active" \
            "Less than $2 % are; without any, calls keep the caller ID that they have." \
            "$(lines 'asterisk-connector callerid stats' 'asterisk-connector callerid add NUMBER')"
    else
        ok callerid.numbers "Caller IDs are free: $free of $active"
    fi
}

# ---- Calls ----

# Only where systemd starts the service: for others this is not their subject.
check_calls() {
    section calls 'Live calls'
    local unit=asterisk-connector-calls state host=127.0.0.1 port=8004 tls='' answer
    have systemctl && [[ $(limited 5 systemctl is-enabled "$unit.service" 2>/dev/null) == enabled ]] || return 0
    state=$(limited 5 systemctl is-active "$unit.service" 2>/dev/null)
    if [[ $state != active ]]; then
        fail calls.service "The service $unit is ${state:-not active}" 'Nobody sees live calls.' \
            "$(lines 'asterisk-connector calls check' "systemctl restart $unit" "journalctl -u $unit -n 50")"
        return
    fi
    ok calls.service "The service $unit is active"
    calls_settings || return 0
    [[ $host != 0.0.0.0 && $host != :: ]] || host=127.0.0.1
    is_number "$port" && is_host "$host" && [[ $port != 0 ]] || return 0
    if [[ -n $tls ]]; then
        info calls.answers "The service of calls speaks TLS at $host:$port" \
            "It was not asked for its state; 'asterisk-connector calls check' does."
        return
    fi
    answer=$(isolated 10 http_get "$host" "$port" /status 2>/dev/null </dev/null)
    if [[ $answer == 'HTTP/1.1 200'* && $answer == *'"service":"calls"'* ]]; then
        check_calls_status "$answer"
    elif [[ $answer == 'HTTP/1.1 401'* ]]; then
        info calls.answers "The service of calls answers at $host:$port" \
            'It tells its state from 127.0.0.1 only, or to an administrator who is logged in.'
    else
        fail calls.answers "The service of calls does not answer at $host:$port" \
            "${answer%%$'\n'*}" "$(lines "journalctl -u $unit -n 50" "systemctl restart $unit")"
    fi
}

# Sets host, port and tls from the file of the service; 1 when it cannot be read.
calls_settings() {
    local file=${CALLS_ENV_FILE:-/etc/asterisk-connector/calls.env} line NAME
    if [[ ! -r $file ]]; then
        info calls.settings "$file cannot be read" 'The service was not asked for its state.'
        return 1
    fi
    while IFS= read -r line || [[ -n $line ]]; do
        if ! env_line "$line" || [[ -z $REPLY ]]; then continue; fi
        case $NAME in
        CALLS_BIND) host=$REPLY ;;
        CALLS_PORT) port=$REPLY ;;
        CALLS_TLS_CERT_FILE) tls=$REPLY ;;
        esac
    done <"$file"
}

check_calls_status() { # ANSWER
    local calls=0 agents=0 sync=unknown
    [[ ! $1 =~ '"calls":'([0-9]{1,9}) ]] || calls=${BASH_REMATCH[1]}
    [[ ! $1 =~ '"agents":'([0-9]{1,9}) ]] || agents=${BASH_REMATCH[1]}
    [[ ! $1 =~ '"sync":"'([a-z_]{1,40})'"' ]] || sync=${BASH_REMATCH[1]}
    if [[ $1 == *'"problems":[]'* ]]; then
        ok calls.state "Live calls are those of the PBX: $calls calls, $agents agents"
    elif [[ $1 == *'the database of calls fails'* ]]; then
        fail calls.database 'The users and logins of calls cannot be stored' '' \
            "$(lines 'df -h /var/lib/asterisk-connector' 'journalctl -u asterisk-connector-calls -n 50')"
    else
        warn calls.state "Live calls may not be those of the PBX: $sync" \
            'Asterisk is away, or its lists are being read.' \
            "$(lines 'asterisk-connector calls check' 'journalctl -u asterisk-connector-calls -n 50')"
    fi
}

# ---- All of it ----

wrong_usage() {
    printf 'status.sh: %s\n\n' "$1" >&2
    usage >&2
    exit 64
}

main() {
    local here=''
    while (($# > 0)); do
        case $1 in
        --json) FORMAT=json ;;
        --quiet) QUIET=yes ;;
        --live) LIVE=yes ;;
        --env-file)
            (($# > 1)) || wrong_usage '--env-file needs a file'
            ENV_FILE=$2
            shift
            ;;
        --env-file=*) ENV_FILE=${1#*=} ;;
        --help | -h)
            usage
            exit 0
            ;;
        *) wrong_usage "there is no option $1" ;;
        esac
        shift
    done
    have timeout || wrong_usage "there is no command 'timeout'; install coreutils"
    ETC=${ASTERISK_ETC:-$ETC}
    colours
    [[ $FORMAT == json || -n $QUIET ]] || header
    check_settings
    check_asterisk && here=yes
    check_ami "$here"
    if [[ -n $here ]]; then
        check_cdr
        check_cel
        check_recordings
        check_voicemail
    fi
    check_connector
    check_callerid
    check_calls
    check_api
    check_clock
    [[ -z $LIVE || -z $here ]] || check_live
    conclude
}

# The last line: a download that ends too early does nothing, and what runs here cannot read the rest of the script.
main "$@" </dev/null
exit $?
