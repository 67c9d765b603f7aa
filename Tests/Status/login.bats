# A login with AMI, against servers that do as they should and as they should not.

load helper

setup() { make_pbx; }

server_is() { # MODE
    serve_ami "$1"
    report
}

@test "a login answers the challenge, sends no secret, and logs off" {
    report
    expect ami.login ok 'as connector' 'Asterisk Call Manager/11.0.0'
    grep -qx 'AuthType: MD5' "$PBX/ami.log"
    grep -qx 'Events: off' "$PBX/ami.log"
    grep -qx 'Action: Logoff' "$PBX/ami.log"
    no grep -qi -e '^Secret' -e "$SECRET" "$PBX/ami.log"
}

@test "the secret may be in a file" {
    sed -i '/^AMI_PASSWORD/d' "$PBX/.env"
    echo "AMI_PASSWORD_FILE=$PBX/secret" >>"$PBX/.env"
    printf '%s\n' "$SECRET" >"$PBX/secret"
    report
    expect ami.login ok
    expect_none settings.required
    rm "$PBX/secret"
    report
    expect ami.login info 'No login was tried'
    expect ami.listening ok
    teardown
    report
    expect ami.listening error 'Nothing answers'
}

@test "a secret of any characters is taken as it is" {
    secret='p %s\n"$(x)`y` #é'
    echo "AMI_PASSWORD='$secret'" >>"$PBX/.env"
    report
    expect ami.login error 'refuses the login'
    key=$(printf %s "123456789$secret" | md5sum)
    grep -qx "Key: ${key%% *}" "$PBX/ami.log"
}

@test "a wrong secret is an error, and is not shown" {
    sed -i "s/$SECRET/marked-wrong-secret/" "$PBX/.env"
    report
    expect ami.login error 'refuses the login of connector' 'Authentication failed' 'manager show user connector'
    no grep -e marked -e "$SECRET" "$PBX/report.json"
}

@test "no secret is ever in an argument or in the environment of a command" {
    for tool in md5sum timeout; do
        rm "$PBX/bin/$tool"
        cat >"$PBX/bin/$tool" <<END
#!/bin/bash
{ printf '%s ' "\$0" "\$@"; env; } >>"$PBX/commands.txt"
exec $(command -v "$tool") "\$@"
END
        chmod +x "$PBX/bin/$tool"
    done
    report
    expect ami.login ok
    grep -q ami_dialog "$PBX/commands.txt"
    no grep -e "$SECRET" -e sk_0123456789abcdefghijABCDEFGHIJ02 "$PBX/commands.txt"
}

@test "a session that is open already is told from a wrong secret" {
    server_is used
    expect ami.login warning 'logged in already' 'allowmultiplelogin = yes'
}

@test "nothing that listens is an error" {
    teardown
    report
    expect ami.login error 'Nothing answers'
}

@test "a server that hangs after its greeting ends the wait" {
    server_is hanging
    expect ami.login error 'hangs'
}

@test "a server that says nothing ends the wait" {
    server_is silent
    expect ami.login error 'does not greet'
}

@test "another program on the port is told" {
    server_is stranger
    expect ami.login error 'is not AMI'
}

@test "without a challenge no login is tried" {
    server_is plain
    expect ami.login error 'no MD5 challenge'
    no grep -q Login "$PBX/ami.log"
}

@test "TLS is used, and its certificate has to be trusted" {
    command -v openssl >/dev/null
    tls=$HERE/../Fixtures/tls
    serve "OPENSSL-LISTEN:0,bind=127.0.0.1,fork,verify=0,cert=$tls/server.pem,key=$tls/server-key.pem" \
        "$HERE/ami-server right $PBX/ami.log"
    make_settings
    make_configuration
    make_console
    set_line manager.conf 'enabled = yes' $'enabled = yes\ntlsenable = yes'
    printf '%s\n' AMI_TLS=true "AMI_TLS_CA_FILE=$tls/authority.pem" >>"$PBX/.env"
    report
    expect ami.login ok
    echo "AMI_TLS_CA_FILE=$tls/unrelated-authority.pem" >>"$PBX/.env"
    report
    expect ami.login error 'a certificate that is not trusted'
    echo AMI_TLS_VERIFY=false >>"$PBX/.env"
    report
    expect ami.login ok
    without openssl
    report
    expect ami.login info 'needs openssl'
}

@test "wrong hosts and ports are not tried" {
    for line in 'AMI_HOST=127.0.0.1/../../etc' 'AMI_PORT=5038x' 'AMI_USERNAME="a\r\nAction: Command"'; do
        make_settings
        echo "$line" >>"$PBX/.env"
        report
        expect ami.login error 'No login was tried'
    done
}
