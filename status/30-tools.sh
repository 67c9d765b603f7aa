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
