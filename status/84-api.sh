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
