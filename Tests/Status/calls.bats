# CDR and CEL: the engines, their way to AMI, what they tell.

load helper

setup() { make_pbx; }

cdr_says() { sed -i "$1" "$FAKES/console/cdr show status"; } # SED
cel_says() { sed -i "$1" "$FAKES/console/cel show status"; }

@test "a CDR engine that is off is an error" {
    cdr_says 's/Enabled/Disabled/'
    report
    expect cdr.engine error "asterisk -rx 'module reload cdr'"
}

@test "batch mode is a warning" {
    cdr_says 's/Simple/Batch/'
    report
    expect cdr.batch warning '300 s' 'batch = no' "asterisk -rx 'cdr submit'"
}

@test "cdr_manager that is suspended is an error with the line or the reload that wakes it" {
    cdr_says 's/cdr_manager/cdr_manager (suspended) /'
    report
    expect cdr.manager error 'was not read since' "module reload cdr_manager.so"
    set_line cdr_manager.conf 'enabled = yes' ''
    report
    expect cdr.manager error "needs 'enabled = yes'" 'the default is off'
}

@test "cdr_manager that is not loaded is an error" {
    cdr_says '/cdr_manager/d'
    report
    expect cdr.manager error 'not loaded' "asterisk -rx 'module load cdr_manager.so'"
}

@test "cdr_manager that will be off after a reload is a warning" {
    set_line cdr_manager.conf 'enabled = yes' 'enabled = no'
    report
    expect cdr.manager warning 'not after its next reload'
}

@test "cdr_manager without its file is an error with all lines" {
    rm "$PBX/etc/cdr_manager.conf"
    cdr_says 's/cdr_manager/cdr_manager (suspended) /'
    report
    expect cdr.manager error '[general]' 'enabled = yes'
    expect cdr.mappings warning '6 of 6' '[mappings]' 'linkedid => LinkedID' 'start,u => StartEpoch'
}

@test "missing and misspelt mappings get their lines" {
    set_line cdr_manager.conf 'start,u => StartEpoch' 'start => StartEpoch'
    set_line cdr_manager.conf 'linkedid => LinkedID' 'LinkedID = linkedID'
    report
    expect cdr.mappings warning '2 of 6' 'start,u => StartEpoch' 'linkedid => LinkedID' 'module reload cdr_manager.so'
}

@test "without a running Asterisk the files decide" {
    rm -r "$FAKES/console"
    set_line cdr.conf '[general]' $'[general]\nenable = no\nbatch = yes'
    set_line cdr_manager.conf 'enabled = yes' 'enabled = no'
    set_line cel.conf 'enabled = yes' 'enable = yes'
    report
    expect cdr.engine error
    expect cdr.batch warning
    expect cdr.manager error
    expect cel.manager error "no 'enabled = yes' (with a d)"
}

@test "sections of cdr.conf and cel.conf that are there twice count as Asterisk counts them" {
    rm -r "$FAKES/console"
    printf '%s\n' '[general]' 'enable=no' '[general]' 'enable=yes' >"$PBX/etc/cdr.conf"
    printf '%s\n' '[manager]' 'enabled=no' '[general]' 'enable=yes' 'events=CHAN_START,CHAN_END,ANSWER' \
        'events=HANGUP,LINKEDID_END' '[general]' 'events=BRIDGE_ENTER,BRIDGE_EXIT,BLINDTRANSFER,ATTENDEDTRANSFER' \
        '[manager]' 'enabled=yes' >"$PBX/etc/cel.conf"
    report
    for id in cdr.engine cel.engine cel.manager cel.events; do expect $id ok; done
    expect_none cdr.twice
    printf '%s\n' '[general]' 'enable=yes' '[general]' 'enable=no' >"$PBX/etc/cdr.conf"
    report
    expect cdr.engine error "enable = no in $PBX/etc/cdr.conf, line 4" 'the last one counts'
}

@test "a section [mappings] that does not count is a warning" {
    printf '%s\n' '[mappings]' 'account => Account' >>"$PBX/etc/cdr_manager.conf"
    report
    expect cdr.manager.twice warning 'only the last one does' 'into the last one'
    expect cdr.mappings warning '6 of 6'
}

@test "an engine that will be off after a reload is a warning" {
    printf '%s\n' '[general]' 'enable = no' >>"$PBX/etc/cdr.conf"
    printf '%s\n' '[general]' 'enable = no' >>"$PBX/etc/cel.conf"
    report
    expect cdr.engine warning 'not after its next reload'
    expect cel.engine warning 'not after its next reload'
}

@test "what makes Asterisk refuse all of cdr.conf is named, and the defaults count" {
    rm -r "$FAKES/console"
    refused() { # WHAT LINES...
        printf '%s\n' "${@:2}" >"$PBX/etc/cdr.conf"
        report
        expect cdr.options warning "$1" 'uses its defaults'
        expect cdr.engine ok
        expect cdr.batch ok
    }
    refused 'line 3: foo is no option' '[general]' 'enable = no' 'foo = bar' 'batch = yes'
    refused 'no section [foo]' '[general]' 'enable = no' 'batch = yes' '[foo]'
    refused 'size is a number' '[general]' 'enable = no' 'batch = yes' 'size = many'
    refused 'time is a number' '[general]' 'enable = no' 'batch = yes' 'time = 100000'
    printf '%s\n' '[base](!)' 'size = 10' '[general](base)' 'canceldispositionenabled = yes' 'debug = no' '[csv]' 'x = y' \
        >"$PBX/etc/cdr.conf"
    report
    expect_none cdr.options
    echo 'Asterisk 20.15.0' >"$FAKES/version.txt"
    report
    expect cdr.options warning 'canceldispositionenabled is no option'
}

@test "what makes Asterisk refuse all of cel.conf is named" {
    refused() { # WHAT OLD NEW
        make_configuration
        sed -i "s/$2/$3/" "$PBX/etc/cel.conf"
        report
        expect cel.refused error "$1" 'off after its next start' "module reload cel'"
    }
    refused 'line 3: BRIDGE_START is no event' BRIDGE_ENTER BRIDGE_START,BRIDGE_ENTER
    refused 'foo is no option' 'enable = yes' 'enable = yes\nfoo = bar'
    refused 'no section [foo]' '.manager.' '[foo]\n[manager]'
    # The running Asterisk still has them.
    expect cel.engine ok
    make_configuration
    sed -i 's/^events = /events = dtmf,STREAM_BEGIN,LOCAL_OPTIMIZE_BEGIN,USER_DEFINED,/' "$PBX/etc/cel.conf"
    report
    expect_none cel.refused
    echo 'Asterisk 20.15.0' >"$FAKES/version.txt"
    report
    expect cel.refused error 'dtmf is no event' 'STREAM_BEGIN is no event'
    no grep -e LOCAL_OPTIMIZE_BEGIN -e USER_DEFINED "$PBX/report.json"
    # What the running one tracks it knows, whatever its version.
    printf '%s\n' 'CEL Tracking Event: DTMF' 'CEL Tracking Event: STREAM_BEGIN' >>"$FAKES/console/cel show status"
    report
    expect_none cel.refused
    rm -r "$FAKES/console"
    report
    expect cel.refused error
    expect_none cel.engine
}

@test "CELs that are off are a warning with all lines" {
    echo 'CEL Logging: Disabled' >"$FAKES/console/cel show status"
    report
    expect cel.engine warning 'enable = yes' 'events = CHAN_START,' "module reload cel'"
    sed -i 's/^events = .*/apps = dial\nevents = APP_END,DTMF/' "$PBX/etc/cel.conf"
    report
    expect cel.engine warning 'events = APP_END,DTMF,CHAN_START,CHAN_END,' 'LINKEDID_END,APP_START,APP_END'
}

@test "CELs that do not reach AMI are an error" {
    cel_says '/Subscriber/d'
    report
    expect cel.manager error 'not loaded, or was not read'
    set_line cel.conf '[manager]' '[sqlite]'
    report
    expect cel.manager error '[manager]' 'enabled = yes'
}

@test "missing events are a warning with the whole line" {
    cel_says '/CHAN_START/d'
    report
    expect cel.events warning 'CHAN_START' 'events = CHAN_END,ANSWER,HANGUP,BRIDGE_ENTER,BRIDGE_EXIT,BLINDTRANSFER,ATTENDEDTRANSFER,LINKEDID_END,CHAN_START'
}

@test "all events are enough, and mention the digits of callers" {
    echo 'CEL Tracking Event: ALL' >>"$FAKES/console/cel show status"
    report
    expect cel.events info 'DTMF'
    expect cel.apps info "apps = dial,queue,voicemail"
}

@test "applications without their events make Asterisk refuse the file" {
    set_line cel.conf 'enable = yes' $'enable = yes\napps = dial,queue'
    report
    expect cel.apps error 'refuses all of cel.conf' 'LINKEDID_END,APP_START,APP_END'
}

@test "apps = all stands for nothing" {
    sed -i 's/^events = /events = APP_START,/' "$PBX/etc/cel.conf"
    set_line cel.conf 'enable = yes' $'enable = yes\napps = all'
    report
    expect cel.apps warning 'does not implement'
}
