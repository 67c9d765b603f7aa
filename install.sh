#!/bin/sh
# Installs asterisk-connector as a service of systemd, or brings it up to date. On Debian 12, as root:
#   ./install.sh [BINARY]      BINARY is the built program; without it, the one that scripts/release built
#   ./install.sh --uninstall   removes the program; settings, spool and user stay
# PREFIX is where the program goes (/usr/local). With DESTDIR only files below it are touched: for packages.
# What is in /etc/asterisk-connector is never overwritten, and drop-ins of the unit are not touched.
set -eu
binary=$(realpath -m -- "${1:-/}")
cd "$(dirname "$0")"

prefix=${PREFIX:-/usr/local}
destination=${DESTDIR:-}
etc=/etc/asterisk-connector
documents=$prefix/share/doc/asterisk-connector
units=$prefix/lib/systemd/system
shared=$prefix/share/asterisk-connector

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

# What goes where: mode, source, target.
files() {
    zsh=$prefix/share/zsh/site-functions
    [ "$prefix" != /usr ] || zsh=$prefix/share/zsh/vendor-completions
    cat <<END
755 $binary $prefix/bin/asterisk-connector
755 $binary-voicemail $prefix/bin/asterisk-connector-voicemail
755 scripts/voicemail/mailcmd.sh $shared/voicemail/mailcmd.sh
644 scripts/voicemail/email.template.default $shared/voicemail/email.template.default
644 packaging/asterisk-connector.service $units/asterisk-connector.service
644 packaging/asterisk-connector-callerid.service $units/asterisk-connector-callerid.service
644 packaging/asterisk-connector-calls.service $units/asterisk-connector-calls.service
644 packaging/asterisk-connector-voicemail-flush.service $units/asterisk-connector-voicemail-flush.service
644 packaging/asterisk-connector-voicemail-flush.timer $units/asterisk-connector-voicemail-flush.timer
644 packaging/asterisk-connector.sysusers.conf $prefix/lib/sysusers.d/asterisk-connector.conf
644 packaging/asterisk-connector.1 $prefix/share/man/man1/asterisk-connector.1
644 packaging/completions/asterisk-connector.bash $prefix/share/bash-completion/completions/asterisk-connector
644 packaging/completions/asterisk-connector.zsh $zsh/_asterisk-connector
644 packaging/completions/asterisk-connector.fish $prefix/share/fish/vendor_completions.d/asterisk-connector.fish
644 .env.example $documents/env.example
644 config.example.json $documents/config.example.json
644 README.md $documents/README.md
644 LICENSE $documents/LICENSE
END
    for document in docs/*.md docs/*.yaml docs/images/*; do echo "644 $document $documents/$document"; done
}

check() {
    [ -f "$binary" ] || fail "there is no program at $binary; build it with scripts/release, or name it: ./install.sh BINARY"
    "$binary" version >/dev/null 2>&1 || {
        ldd "$binary" 2>&1 | grep 'not found' >&2 || true
        fail "$binary does not run on this machine; install what it lacks:" \
            "apt-get install libcurl4 zlib1g libsqlite3-0 libmicrohttpd12 libhiredis0.14 libwslay1 libssl3 libstdc++6 tzdata ca-certificates"
    }
    [ -f "$binary-voicemail" ] || fail "there is no program at $binary-voicemail; build it with scripts/release"
    ! ldd "$binary" | grep -q libswift ||
        fail "$binary needs Swift's libraries, which this machine may lose; take the one that scripts/release builds"
    [ -f .env.example ] || fail "there is no .env.example; run this in the folder of the project"
}

check_system() {
    [ "$(id -u)" = 0 ] || fail "this needs root: sudo ./install.sh"
    if dpkg-query --show --showformat='${db:Status-Status}\n' asterisk-connector 2>/dev/null | grep -qx installed; then
        fail "asterisk-connector is here as a package; use apt for it, or remove it first: apt-get remove asterisk-connector"
    fi
    command -v systemctl >/dev/null || fail "there is no systemd here; docs/installation-by-hand.md tells what to do"
}

install_files() {
    files | while read -r mode source target; do
        install -D -m "$mode" "$source" "$destination$target"
    done
    for file in "$units/asterisk-connector.service" "$units/asterisk-connector-callerid.service" \
        "$units/asterisk-connector-calls.service" "$units/asterisk-connector-voicemail-flush.service" "$shared/voicemail/mailcmd.sh"; do
        sed -i "s|/usr/bin/asterisk-connector|$prefix/bin/asterisk-connector|" "$destination$file"
    done
    for settings in env voicemail.env callerid.env calls.env; do
        [ -e "$destination$etc/$settings" ] || install -D -m 640 "packaging/$settings" "$destination$etc/$settings"
    done
}

uninstall() {
    if [ -z "$destination" ]; then
        check_system
        systemctl disable --now asterisk-connector.service asterisk-connector-callerid.service \
            asterisk-connector-calls.service asterisk-connector-voicemail-flush.timer 2>/dev/null || true
    fi
    files | while read -r _ _ target; do rm -f "$destination$target"; done
    rm -df "$destination$documents/docs/images" "$destination$documents/docs" "$destination$documents"
    rm -df "$destination$shared/voicemail" "$destination$shared"
    [ -z "$destination" ] || return 0
    systemctl daemon-reload 2>/dev/null || true
    cat <<END
asterisk-connector is removed. What stays, and how to remove it too:
  settings and secrets                     rm -r $etc
  the spool, with what the API has not,
  the caller IDs with their history,
  and the users of calls                   rm -r /var/lib/asterisk-connector
  mails of voicemail that wait             rm -r /var/spool/asterisk-connector
  the user                                 userdel asterisk-connector
END
}

case "${1:-}" in
--uninstall) uninstall ;;
-*)
    sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
    exit 64
    ;;
*)
    [ $# != 0 ] || binary=.build/static/release/asterisk-connector
    check
    if [ -n "$destination" ]; then
        install_files
        exit
    fi
    check_system
    known=
    [ ! -e "$etc/api_key" ] || known=$("$binary" version)
    install_files
    packaging/deb/postinst configure "$known"
    ;;
esac
