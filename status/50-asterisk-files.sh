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
