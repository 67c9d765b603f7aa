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
