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
