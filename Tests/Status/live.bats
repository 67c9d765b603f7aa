# The test call: only with --live, only to what is safe, announced before.

load helper

setup() { make_pbx; }

dialplan() { # EXTENSION APPLICATIONS...
    printf "  '%s' => %s\n" "${1%@*}" "${*:2}" >"$FAKES/console/dialplan show $1"
}

@test "without --live nothing is called or submitted" {
    dialplan s@connector-test 'Answer()' 'Wait(1)'
    report
    [ ! -e "$FAKES/originated" ]
    expect_none live.cdr_submit
}

@test "a dialplan with nothing safe to call gets the lines of a test extension" {
    dialplan s@connector-test 'Answer()' 'Dial(PJSIP/boss)'
    report --live
    [ ! -e "$FAKES/originated" ]
    expect live.call info 'nothing that is safe' '[connector-test]' 'exten => s,1,Answer()' 'dialplan reload'
    expect live.cdr_submit info
}

@test "the test call is announced, made, and its CDR and CELs are seen" {
    serve_ami live
    dialplan s@connector-test 'Answer()' 'Wait(1)'
    run status --live
    [ "$(cat "$FAKES/originated")" = 'channel originate Local/s@connector-test/n application Wait 2' ]
    [[ $output == *'Calling Local/s@connector-test for two seconds'*'✓ The CDR of the test call to s@connector-test came, with all'* ]]
    [[ $output == *'✓ CELs of the test call came'* ]]
    [ "$(grep -c 'Action: Logoff' "$PBX/ami.log")" = 2 ]
}

@test "with --json the announcement is not among the findings" {
    serve_ami live
    dialplan '*43@from-internal' 'Answer()' 'Echo()'
    report --live
    grep -qF 'Calling Local/*43@from-internal' "$PBX/errors.txt"
    [ -e "$FAKES/originated" ]
}

@test "a CDR without mappings is a warning" {
    serve_ami live-plain
    dialplan s@connector-test 'Answer()' 'Wait(1)'
    report --live
    expect live.cdr warning 'LinkedID Sequence PeerAccount StartEpoch'
    expect live.cel ok
}

@test "without a login the call is made, and not followed" {
    sed -i '/^AMI_PASSWORD/d' "$PBX/.env"
    dialplan s@connector-test 'Answer()' 'Wait(1)'
    report --live
    expect live.call ok 'no login'
    [ -e "$FAKES/originated" ]
}

@test "a login that fails makes no call" {
    sed -i 's/^AMI_PASSWORD=.*/AMI_PASSWORD=wrong-secret-of-the-pbx/' "$PBX/.env"
    dialplan s@connector-test 'Answer()' 'Wait(1)'
    report --live
    expect live.call info 'the login fails'
    [ ! -e "$FAKES/originated" ]
}

@test "CDRs that wait in a batch are written" {
    echo 'Submitted CDRs to backend engines for processing.  This may take a while.' >"$FAKES/console/cdr submit"
    report --live
    expect live.cdr_submit ok
}
