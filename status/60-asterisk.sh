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
