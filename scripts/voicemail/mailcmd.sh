#!/bin/sh
# The mailcmd of installations whose voicemail.conf names this script; its arguments are ignored.
exec /usr/bin/asterisk-connector voicemail mail "$@"
