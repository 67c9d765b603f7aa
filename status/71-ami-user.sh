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
