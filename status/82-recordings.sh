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
