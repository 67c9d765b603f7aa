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
