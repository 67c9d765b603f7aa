#!/usr/bin/env bats
# status.sh as the join of its parts.

setup() {
    mkdir -p "$BATS_TEST_TMPDIR/scripts"
    cp "$BATS_TEST_DIRNAME/../../scripts/join-status" "$BATS_TEST_TMPDIR/scripts"
    cp -r "$BATS_TEST_DIRNAME/../../status" "$BATS_TEST_DIRNAME/../../status.sh" "$BATS_TEST_TMPDIR"
    cd "$BATS_TEST_TMPDIR" || return
}

@test "status.sh is what its parts make, and says so in its head" {
    scripts/join-status --check
    [[ $(sed -n 2p status.sh) == '# Generated from status/*.sh by scripts/join-status'* ]]
}

@test "a part that changed is found, and joined by the script" {
    echo '# more' >>status/30-tools.sh
    run scripts/join-status --check
    [ "$status" = 1 ]
    [[ $output == *'+# more'* && $output == *'run scripts/join-status' ]]
    scripts/join-status
    scripts/join-status --check
    [ -x status.sh ]
}

@test "a change of status.sh itself is found" {
    sed -i 's/^set -u$/set -eu/' status.sh
    run scripts/join-status --check
    [ "$status" = 1 ]
    [[ $output == *'-set -eu'* ]]
}
