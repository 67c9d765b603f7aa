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
