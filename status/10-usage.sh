#!/usr/bin/env bash
# Says whether a PBX is ready for asterisk-connector, and how to fix what is not. Needs bash 4 and coreutils, nothing
# of the connector. It only looks; --live makes a test call. Run it as root on the PBX:
#   sudo ./status.sh
#   curl -fsSL ADDRESS/status.sh | sudo bash -s -- --json
# Where it looks can be set by variables:
#   ASTERISK_ETC   Asterisk's configuration, when it is not where Asterisk says or /etc/asterisk
#   PROC_ROOT      the process table (/proc)

[ "${BASH_VERSINFO:-0}" -ge 4 ] || {
    echo 'status.sh: this needs bash 4 or newer: bash status.sh' >&2
    exit 64
}
set -u
export LC_ALL=C

usage() {
    cat <<'END'
status.sh: is this PBX ready for asterisk-connector, and what is to be fixed?

  status.sh [--env-file FILE] [--json] [--quiet] [--live]

  --env-file FILE  the connector's settings (./.env); they are read, never executed
  --json           one JSON object with all findings
  --quiet          problems only: nothing is shown when all is fine
  --live           also flushes waiting CDRs, makes a test call of two seconds, and sees whether its CDR and CELs come
  --help           this text

Run it as root on the PBX. It changes nothing; only --live makes a call, where the dialplan has something to call.
Colours are for terminals; NO_COLOR turns them off. ASTERISK_ETC names Asterisk's configuration (/etc/asterisk).
Exit status: 0 fine, 1 warnings, 2 errors, 64 wrong usage.
END
}
