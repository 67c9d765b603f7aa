# Recordings, Docker, the connector itself, the API, the clock.

load helper

setup() { make_pbx; }

answer() { printf '%s\r\n' "$@" >"$FAKES/curl.txt"; }

@test "recordings that are turned off are no problem" {
    echo RECORDING_WATCH_PATHS= >>"$PBX/.env"
    report
    expect recordings.off info
}

@test "a folder that is not there is a warning" {
    echo "RECORDING_WATCH_PATHS=$PBX/spool/monitor, $PBX/nothing" >>"$PBX/.env"
    report
    expect recordings.folder 'ok' || true
    jq -e '[.findings[] | select(.id == "recordings.folder") | .level] == ["ok", "warning"]' "$PBX/report.json"
}

@test "folders and files that the connector cannot read are errors with the owner" {
    closed() { # PATH MODE
        echo "$1 990 $2" >"$FAKES/modes.txt"
        report
        expect recordings.folder error "cannot read $1" 'PUID=990' 'PGID=990'
    }
    set_line .env 'PUID=990' 'PUID=1000'
    set_line .env 'PGID=990' 'PGID=1000'
    touch "$PBX/spool/monitor/a.wav"
    echo x >"$PBX/spool/monitor/a.wav"
    closed "$PBX" 700
    echo "$PBX 990 711" >"$FAKES/modes.txt"
    echo "$PBX/spool 990 755" >>"$FAKES/modes.txt"
    echo "$PBX/spool/monitor 990 755" >>"$FAKES/modes.txt"
    report
    expect recordings.folder error "cannot read $PBX/spool/monitor/a.wav"
    echo "$PBX/spool/monitor/a.wav 990 644" >>"$FAKES/modes.txt"
    report
    expect recordings.folder ok 'a.wav'
    echo "$PBX/spool/monitor 990 711" >>"$FAKES/modes.txt"
    report
    expect recordings.folder error "cannot read $PBX/spool/monitor"
}

@test "what belongs to root is opened with setfacl, not by running as root" {
    echo "$PBX/spool 0 700" >>"$FAKES/modes.txt"
    report
    expect recordings.folder error 'setfacl -m u:990:rX'
}

@test "the user of the service counts when there is one" {
    sed -i '/^P[UG]ID/d' "$PBX/.env"
    echo 995 >"$FAKES/id.txt"
    report
    expect recordings.folder error 'asterisk-connector' 'usermod -aG asterisk asterisk-connector'
}

@test "a disk that is nearly full is an error, one that fills a warning" {
    echo '/dev/vda 104857600 104000000 857600 99% /' >"$FAKES/df.txt"
    report
    expect recordings.space error '837 MiB'
    echo '/dev/vda 104857600 101000000 3857600 97% /' >"$FAKES/df.txt"
    report
    expect recordings.space warning
    echo 'nonsense' >"$FAKES/df.txt"
    report
    expect_none recordings.space
}

@test "containers are told apart by their state" {
    state_is() { # LEVEL STATE PART
        echo "sipstack-connector|img|svc|x|$2" >"$FAKES/docker.txt"
        report
        expect connector.container "$1" "$3"
    }
    state_is ok 'Up 3 hours (healthy)' healthy
    state_is ok 'Up 3 hours' running
    state_is error 'Up 3 hours (unhealthy)' 'docker logs --tail 50 sipstack-connector'
    state_is info 'Up 3 seconds (health: starting)' starting
    state_is error 'Restarting (78) 4 seconds ago' 'again and again'
    state_is error 'Exited (0) 2 days ago' 'docker compose up -d'
    state_is warning 'Up 3 hours (Paused)' 'docker unpause'
    state_is error 'Created' 'does not run'
}

@test "containers of others do not count" {
    echo 'web|nginx|web|running|Up 3 hours' >"$FAKES/docker.txt"
    report
    expect connector.container info 'no container of the connector yet'
}

@test "no Docker and no service is a warning, a service alone is fine" {
    without docker
    report
    expect connector.docker warning 'apt-get install docker.io'
    echo active >"$FAKES/service.txt"
    report
    expect connector.service ok
    expect_none connector.docker
    echo failed >"$FAKES/service.txt"
    report
    expect connector.service error 'is failed' 'journalctl -u asterisk-connector'
}

@test "Docker that does not answer is reported, and is no problem beside a service" {
    rm "$FAKES/docker.txt"
    report
    if ((EUID == 0)); then expect connector.docker error; else expect connector.docker warning; fi
    echo active >"$FAKES/service.txt"
    report
    expect connector.docker info
}

@test "whether a running connector is ready is asked" {
    ready() { # ANSWER
        printf '%s' "$1" >"$PBX/answer"
        serve TCP-LISTEN:0,bind=127.0.0.1,fork "$HERE/http-server $PBX/answer"
        printf '%s\n' MONITORING_ENABLED=true "MONITORING_PORT=$PORT" >>"$PBX/.env"
        report
    }
    ready $'HTTP/1.1 200 OK\r\n\r\nok\r\n'
    expect connector.ready ok
    ready $'HTTP/1.1 503 Service Unavailable\r\n\r\nnot logged in to Asterisk\r\n'
    expect connector.ready warning 'not logged in to Asterisk'
    ready $'HTTP/1.1 404 Not Found\r\n\r\n'
    expect connector.ready info 'Something else'
    kill "${SERVERS[@]}"
    report
    expect connector.ready info 'does not run'
}

@test "the API's region decides on its address, and API_URL replaces it" {
    echo REGION=CA1 >>"$PBX/.env"
    report
    expect api.health ok 'https://api-ca1.sipstack.com/v1/health'
    echo API_URL=https://receiver.example.com:8443/v1/ >>"$PBX/.env"
    report
    expect api.health ok 'https://receiver.example.com:8443/v1/health'
    grep -qx 'https://receiver.example.com:8443/v1/health' "$FAKES/curl.arguments"
    grep -qx 'noproxy = "\*"' "$FAKES/curl.config"
}

@test "wrong regions and addresses are errors" {
    echo REGION=eu1 >>"$PBX/.env"
    report
    expect api.region error 'ca1, us1, us2'
    echo API_URL=https://user:marked@host/v1 >>"$PBX/.env"
    report
    expect api.url error
    no grep marked "$PBX/report.json"
}

@test "a name without an address is an error" {
    rm "$FAKES/getent.txt"
    report
    expect api.dns error 'getent ahosts api-us1.sipstack.com'
    expect_none api.health
}

@test "any answer below 500 means that the API is there" {
    answer 'HTTP/1.1 401 Unauthorized'
    report
    expect api.health ok 'HTTP 401'
    answer 'HTTP/1.1 200 Connection established' '' 'HTTP/1.1 503 Service Unavailable'
    report
    expect api.health warning 'HTTP 503'
}

@test "TLS that fails and no answer are told apart" {
    echo 'curl: (60) SSL certificate problem' >"$FAKES/curl.txt"
    echo 60 >"$FAKES/curl.status"
    report
    expect api.tls error 'certificate problem' 'ca-certificates'
    echo 28 >"$FAKES/curl.status"
    report
    expect api.health error 'firewall'
}

@test "a proxy and an authority reach curl over standard input, escaped" {
    printf '%s\n' 'API_PROXY=http://u:mark"ed\@proxy:3128' "API_TLS_CA_FILE=/etc/ca.pem" >>"$PBX/.env"
    report
    grep -qxF 'proxy = "http://u:mark\"ed\\@proxy:3128"' "$FAKES/curl.config"
    grep -qxF 'cacert = "/etc/ca.pem"' "$FAKES/curl.config"
    no grep -q mark "$FAKES/curl.arguments" "$PBX/report.json"
}

@test "without curl a plain API is asked by bash, and TLS by openssl" {
    without curl
    printf 'HTTP/1.1 204 No Content\r\n\r\n' >"$PBX/answer"
    serve TCP-LISTEN:0,bind=127.0.0.1,fork "$HERE/http-server $PBX/answer"
    echo "API_URL=http://127.0.0.1:$PORT/v1" >>"$PBX/.env"
    report
    expect api.health ok 'HTTP 204'
    tls=$HERE/../Fixtures/tls
    serve "OPENSSL-LISTEN:0,bind=127.0.0.1,fork,verify=0,cert=$tls/server.pem,key=$tls/server-key.pem" "$HERE/http-server $PBX/answer"
    printf '%s\n' "API_URL=https://localhost:$PORT" "API_TLS_CA_FILE=$tls/authority.pem" >>"$PBX/.env"
    report
    expect api.tls ok
    expect api.health ok 'HTTP 204'
    echo "API_TLS_CA_FILE=$tls/unrelated-authority.pem" >>"$PBX/.env"
    report
    expect api.health error
    without openssl
    report
    expect api.health info 'apt-get install curl'
}

@test "an API without encryption is a warning" {
    echo API_URL=http://receiver.example.com/v1 >>"$PBX/.env"
    report
    expect api.plain warning 'API_URL=https://receiver.example.com/v1'
}

@test "a clock that is wrong or alone is a warning" {
    answer 'HTTP/1.1 200 OK' 'Date: Sat, 21 Nov 2026 13:50:00 GMT'
    echo no >"$FAKES/synchronised.txt"
    report
    expect clock.skew warning '600 s'
    expect clock.synchronised warning 'timedatectl set-ntp true'
    : >"$FAKES/synchronised.txt"
    without timedatectl
    report
    expect clock.synchronised info
}

@test "PBX_TZ has to be a zone, and that of the machine" {
    echo PBX_TZ=America/Toronto >>"$PBX/.env"
    report
    expect clock.zone ok
    echo PBX_TZ=Asia/Kathmandu >>"$PBX/.env"
    report
    expect clock.zone warning 'PBX_TZ=America/Toronto'
    echo PBX_TZ=../../etc/passwd >>"$PBX/.env"
    report
    expect clock.zone error
}

@test "without all the tools that may be missing, it still runs to its end" {
    for tool in curl openssl docker systemctl timedatectl getent md5sum find; do without "$tool"; done
    echo "API_URL=https://127.0.0.1:$PORT" >>"$PBX/.env"
    report
    expect ami.login info 'md5sum'
    expect api.health info 'TLS and its answer were not checked'
    expect cdr.mappings ok
}
