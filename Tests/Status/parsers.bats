# How settings and Asterisk's files are read: the functions of the script by themselves.

load helper

setup() {
    PBX=$BATS_TEST_TMPDIR ETC=$BATS_TEST_TMPDIR
    # All but the call of main.
    sed '/^main "\$@"/,$d' "$STATUS" >"$PBX/functions"
}

# The cases are those of the connector's own parser (ConfigurationEnvironmentFileTests).
@test "a line of the env-file gives the value that the connector sees" {
    source "$PBX/functions"
    set +u
    value_is() { # LINE VALUE
        NAME='' REPLY=''
        env_line "$1"
        [[ $NAME == A && $REPLY == "$2" ]] || { echo "$1: $NAME=<$REPLY>" && return 1; }
    }
    value_is 'A=1' 1
    value_is 'A=' ''
    value_is '  A = 1  ' 1
    value_is 'export A=1' 1
    value_is $'export\tA=1' 1
    value_is 'A=a b' 'a b'
    value_is 'A=a#b' 'a#b'
    value_is 'A=#b' '#b'
    value_is 'A= #b' ''
    value_is 'A=a #b' a
    value_is $'A=a\t# b' a
    value_is 'A=a#b c #d' 'a#b c'
    value_is 'A=b=c' 'b=c'
    value_is "A='a #b'" 'a #b'
    value_is "A='a\"b' # c" 'a"b'
    value_is "A='\\n\$B'" '\n$B'
    value_is 'A="a #b"' 'a #b'
    value_is 'A="a\n\t\"\\\$b\x"' $'a\n\t"\\$b\\x'
    value_is 'A=""' ''
    value_is $'A=1\r' 1
    value_is 'A="é"' é
    value_is "A=it's" "it's"
    value_is 'A=$B' '$B'
    value_is 'A=$(date)`date`' '$(date)`date`'
    value_is 'A="  x "' '  x '
}

@test "a wrong line of the env-file is told with its number, and shows nothing of it" {
    make_pbx
    printf '%s\n' 'SECRETWORD' "B='SECRETWORD" "C='b'SECRETWORD" '1D=SECRETWORD' >>"$PBX/.env"
    report
    expect settings.line error
    [ "$(jq -r '.findings[] | select(.id == "settings.line") | .text' "$PBX/report.json" | tr '\n' ' ')" = \
        '.env, line 9 is wrong .env, line 10 is wrong .env, line 11 is wrong .env, line 12 is wrong ' ]
    no grep SECRETWORD "$PBX/report.json"
}

conf() { # NAME LINES...
    printf '%s\n' "${@:2}" >"$ETC/$1"
}

value_of() { # SECTION KEY [FILE]
    source "$PBX/functions"
    ETC=$PBX
    set +u
    conf_load "${3:-main.conf}"
    conf_get "$1" "$2" || REPLY=none
    echo "$CONF_STATE $REPLY ${CONF_PROBLEMS[*]}"
}

@test "arrows, blanks, case and comments are read as Asterisk does" {
    conf main.conf '; [a]' '[A] ; comment' ' Key=>  value ; comment' 'semi = a\;b' 'other = x' 'other = y' 'crlf = 1'$'\r'
    [ "$(value_of a key)" = 'read value ' ]
    [ "$(value_of a semi)" = 'read a;b ' ]
    [ "$(value_of a OTHER)" = 'read y ' ]
    [ "$(value_of a crlf)" = 'read 1 ' ]
    [ "$(value_of b key)" = 'read none ' ]
}

@test "block comments hide lines, also nested, and what follows on the line counts" {
    conf main.conf '[a]' 'x = 1' ';-- x = 2' 'x = 3' ';-- inner --;' 'x = 4' '--; y = 5' ';--- z' 'z = 6 ;-- x = 7 --;'
    [ "$(value_of a x)" = 'read 1 ' ]
    [ "$(value_of a y)" = 'read 5 ' ]
    [ "$(value_of a z)" = 'read 6 ' ]
}

@test "templates are taken over, a section can be added to, and += appends" {
    conf main.conf '[base](!)' 'read = cdr' 'write = x' '[user](base)' 'read += ,call' '[user](+)' 'write = y'
    [ "$(value_of user read)" = 'read cdr,call ' ]
    [ "$(value_of user write)" = 'read y ' ]
    source "$PBX/functions"
    ETC=$PBX
    conf_load main.conf
    conf_has user
    no conf_has base
}

@test "includes are followed, also by pattern, quoted, and in other folders" {
    mkdir "$PBX/more"
    conf main.conf '[a]' '#include "one.conf"' '#include <two.conf>' '#tryinclude missing.conf' '#include more/*.conf'
    conf one.conf 'x = 1'
    conf two.conf 'y = 2' '[b]' 'x = 3'
    conf more/third.conf 'z = 4'
    [ "$(value_of a x)" = 'read 1 ' ]
    [ "$(value_of a y)" = 'read 2 ' ]
    [ "$(value_of b x)" = 'read 3 ' ]
    [ "$(value_of b z)" = 'read 4 ' ]
}

@test "a missing include makes Asterisk refuse the file" {
    conf main.conf '[a]' '#include missing.conf' 'x = 1'
    [ "$(value_of a x)" = "invalid none $PBX/main.conf, line 2: $PBX/missing.conf is not there" ]
}

@test "files that include each other come to an end" {
    conf main.conf '[a]' 'x = 1' '#include main.conf'
    [[ "$(value_of a x)" == "invalid 1 "*"without end" ]]
}

@test "what #exec would run is not run" {
    conf main.conf '[a]' "#exec touch $PBX/executed" 'x = 1'
    [[ "$(value_of a x)" == 'read 1 '*'#exec'* ]]
    [ ! -e "$PBX/executed" ]
}

@test "a second [general] of manager.conf does not count" {
    conf manager.conf '[general]' 'x = 1' '[general]' 'x = 2' '[general](+)' 'y = 3'
    [[ "$(value_of general x manager.conf)" == 'read 1 '*'does not count'* ]]
    [[ "$(value_of general y manager.conf)" == 'read 3 '* ]]
}

# As Asterisk 22.10.1 does it; Tests/Status/lab.bats asks one.
@test "sections of one name are read in turn, and the value read last counts" {
    for name in cdr.conf cel.conf cdr_manager.conf; do
        conf $name '[general]' 'x = 1' 'y = 1' '[other]' 'x = 9' '[general]' 'x = 2' '[general](+)' 'x = 3' 'z = 4'
        [ "$(value_of general x $name)" = 'read 2 ' ]
        [ "$(value_of general y $name)" = 'read 1 ' ]
        [ "$(value_of general z $name)" = 'read 4 ' ]
    done
}

@test "+= appends to a value of its own section, and a template is the first section of its name" {
    conf main.conf '[a]' 'x = 1' '[a]' 'x += 2' '[b](a)' 'y = 3'
    [ "$(value_of a x)" = 'read 2 ' ]
    [ "$(value_of b x)" = 'read 1 ' ]
}

@test "of several [mappings] only the last counts, and (+) adds to the first" {
    conf cdr_manager.conf '[mappings]' 'x => 1' '[mappings]' 'y => 2' '[mappings](+)' 'z => 3'
    [[ "$(value_of mappings x cdr_manager.conf)" == 'read none '*'does not count'* ]]
    [[ "$(value_of mappings y cdr_manager.conf)" == 'read 2 '* ]]
    [[ "$(value_of mappings z cdr_manager.conf)" == 'read none '* ]]
}

@test "lines of events add up over all sections" {
    conf cel.conf '[general]' 'events = A,, B' '[general]' 'EVENTS = C , D' 'events =' '[general](+)' 'events => E'
    source "$PBX/functions"
    ETC=$PBX
    conf_load cel.conf
    conf_list general events
    [ "$REPLY" = A,B,C,D,E ]
}

@test "what a version has is known by its branch" {
    source "$PBX/functions"
    has() { # MAJOR MINOR
        MAJOR=$1 MINOR=$2
        since 18.18 20.3
    }
    has 18 18
    has 18 26
    has 20 3
    has 21 0
    has 23 0
    no has 18 17
    no has 19 8
    no has 20 2
    no has 16 30
}

# What 22.10.1 did with each of these while a call was made: the events that came.
@test "event filters do what they do in Asterisk" {
    source "$PBX/functions"
    MAJOR=22 MINOR=10
    hits() { # KEY VALUE WHAT-IT-DOES-TO-CDRS-AND-CELS
        local result=ignored
        if filter_parse "${1#eventfilter}" "$2"; then
            filter_hits Cdr && result=$ACTION:$REPLY
            filter_hits CEL && result+=,$REPLY
        fi
        [[ $result == "$3" ]] || { echo "$1 = $2: $result" && return 1; }
    }
    hits eventfilter '!Event: Cdr' exclude:every,none
    hits eventfilter '!Event: C.*' exclude:every,every
    hits eventfilter '!Event: (Cdr|CEL)[^A-Za-z]' exclude:every,every
    hits eventfilter 'Event: Cdr' include:every,none
    hits eventfilter '!Event: Hangup' exclude:none,none
    hits eventfilter '!Event: (RTCP|VarSet)' exclude:none,none
    hits eventfilter '!event: cdr' exclude:none,none
    hits eventfilter '!^Event: Cdr$' exclude:none,none
    hits eventfilter '!Channel: Local/' exclude:some,some
    hits eventfilter '!Disposition: BUSY' exclude:some,none
    hits eventfilter '!Variable: SIP' exclude:none,none
    hits eventfilter '!Event: CEL.*HANGUP' exclude:none,some
    hits eventfilter '!Privilege: cdr' exclude:every,none
    hits eventfilter '!Event: [Cdr' ignored
    hits eventfilter '' ignored
    hits eventfilter '!' ignored
    hits eventfilterx '!Event: Cdr' exclude:every,none
    hits 'eventfilter(name(Cdr))' '' include:every,none
    hits 'eventfilter(action(exclude),name(CEL))' '' exclude:none,every
    hits 'eventfilter(name(CEL), action(exclude))' '' exclude:none,every
    hits 'eventfilter(action(exclude),name(cel))' '' exclude:none,none
    hits 'eventfilter(action(exclude),header(Disposition))' '' exclude:every,none
    hits 'eventfilter(action(exclude),header(disposition),method(regex))' . exclude:none,none
    hits 'eventfilter(action(exclude),header(Channel),method(contains))' Local/ exclude:some,some
    hits 'eventfilter(action(exclude),method(regex))' 'Event: Cdr' exclude:every,none
    hits 'eventfilter(action(exclude),method(starts_with))' 'Event: Cdr' exclude:every,none
    hits 'eventfilter(action(exclude),name(CEL),method(contains))' 'EventName: HANGUP' exclude:none,some
    hits 'eventfilter(name(Cdr),method(regex))' 'Disposition: BUSY' include:some,none
    hits 'eventfilter(action(exclude),name(Cdr))' x ignored
    hits 'eventfilter(action(exclude),name(Cdr),method(regex))' '' ignored
    hits 'eventfilter(bogus(1),action(exclude),name(Cdr))' '' ignored
    hits 'eventfilter(Action(Exclude),Name(Cdr))' '' ignored
    hits 'eventfilter(action(exclude))' '' ignored
    hits 'eventfilter(action(exclude),name(Cdr)' '' ignored
    hits 'eventfilter()' '!Event: Cdr' ignored
    # shellcheck disable=SC2034 # read by the functions
    MAJOR=20 MINOR=10
    hits 'eventfilter(action(exclude),name(Cdr))' '' ignored
}

@test "an unknown template makes Asterisk refuse the file" {
    conf main.conf '[a](nothing)' 'x = 1'
    [[ "$(value_of a x)" == 'invalid none '*'no section [nothing]'* ]]
}

@test "folders, devices and endless pipes among the includes are left alone" {
    mkfifo "$PBX/pipe.conf"
    mkdir "$PBX/folder.conf"
    conf main.conf '[a]' '#tryinclude pipe.conf' '#tryinclude folder.conf' '#tryinclude /dev/zero' 'x = 1'
    [ "$(value_of a x)" = 'read 1 ' ]
}

@test "text is made safe for terminals and JSON, whatever its bytes" {
    source "$PBX/functions"
    replaced=$'\xef\xbf\xbd'
    safe() { # BYTES TEXT
        printable "$1"
        [[ $REPLY == "$2" ]] || { printf '%q\n' "$REPLY" && return 1; }
    }
    safe 'a"b\c' 'a"b\c'
    safe 'Zoë 李 😀' 'Zoë 李 😀'
    safe $'a\e[2Jb' "a${replaced}[2Jb"
    safe $'a\xffb\xc3' "a${replaced}b$replaced"
    safe $'\xc0\xaf' "$replaced$replaced"
    safe $'\xed\xa0\x80' "$replaced$replaced$replaced"
    safe $'\xc2\x9b31m' "${replaced}${replaced}31m"
    json_string $'a"b\\c\nd\te\e'
    [ "$REPLY" = "\"a\\\"b\\\\c\\nd\\te$replaced\"" ]
}

@test "rules of access are read as Asterisk does: the last one that fits counts" {
    access() { # ADDRESS LINES...
        (
            source "$PBX/functions"
            ETC=$PBX
            conf main.conf '[connector]' "${@:2}"
            conf_load main.conf
            access_of "$1"
            echo "$REPLY"
        )
    }
    [ "$(access 10.1.2.3)" = permit ]
    [ "$(access 10.1.2.3 'deny = 0.0.0.0/0.0.0.0')" = deny ]
    [ "$(access 10.1.2.3 'deny = 0.0.0.0/0' 'permit = 10.0.0.0/8')" = permit ]
    [ "$(access 11.1.2.3 'deny = 0.0.0.0/0' 'permit = 10.0.0.0/8')" = deny ]
    [ "$(access 10.1.2.3 'deny=0.0.0.0/0.0.0.0' 'permit=127.0.0.1/255.255.255.255, 10.1.2.3')" = permit ]
    [ "$(access 10.1.2.4 'deny=0.0.0.0/0.0.0.0' 'permit=127.0.0.1/255.255.255.255, 10.1.2.3')" = deny ]
    [ "$(access 127.0.0.1 'permit = 127.0.0.1' 'deny = 0.0.0.0/0.0.0.0')" = deny ]
    [ "$(access 127.0.0.9 'deny = 0.0.0.0/0' 'permit = 127.0.0.1/255.255.255.0')" = permit ]
    [ "$(access 10.1.2.3 'deny = ::/0' 'deny = nonsense/99')" = permit ]
    [ "$(access 10.1.2.3 'deny = 0.0.0.0/0' '[connector]' 'read = cdr')" = permit ]
    [ "$(access 10.1.2.3 'deny = 0.0.0.0/0' '[connector](+)' 'read = cdr')" = deny ]
}
