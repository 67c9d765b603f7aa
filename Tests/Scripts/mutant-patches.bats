#!/usr/bin/env bats
# scripts/mutant-patches, on a repository with one source and one deliberate bug.

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    git init -q .
    mkdir -p scripts Sources/Old Sources/New Tests/Mutants
    cp "$BATS_TEST_DIRNAME/../../scripts/mutant-patches" scripts
    cp "$BATS_TEST_DIRNAME/../Mutants/Mutant.swift" Tests/Mutants
    seq 1 20 >Sources/Old/Numbers.swift
    git add .
    sed -i '10s/.*/Mutant.isAlive("ten") ? 0 : 10/' Sources/Old/Numbers.swift
    {
        printf 'Ten is nothing.\nTests: NumberTests\n\n'
        git diff
    } >Tests/Mutants/ten.patch
    git restore Sources
    git add .
}

@test "a patch applies to the sources as they are, changed lines elsewhere or not" {
    scripts/mutant-patches --check
    sed -i '1s/.*/one/' Sources/Old/Numbers.swift
    scripts/mutant-patches --check
    [ "$(git status --porcelain Sources)" = 'AM Sources/Old/Numbers.swift' ]
}

@test "a patch that does not apply says how to refresh it" {
    sed -i '9s/.*/nine/' Sources/Old/Numbers.swift
    run scripts/mutant-patches --check
    [ "$status" = 1 ]
    [[ $output == *'run scripts/mutant-patches --refresh ten'* ]]
}

@test "a file that moved and changed beside the bug is followed" {
    git mv Sources/Old/Numbers.swift Sources/New/Numbers.swift
    sed -i '8s/.*/eight/; 13s/.*/thirteen/' Sources/New/Numbers.swift
    run scripts/mutant-patches --refresh
    [ "$status" = 0 ]
    [ "$output" = 'mutant-patches: refreshed ten' ]
    [ "$(head -n 2 Tests/Mutants/ten.patch)" = $'Ten is nothing.\nTests: NumberTests' ]
    grep -q '^ eight$' Tests/Mutants/ten.patch
    scripts/mutant-patches --check
    no_more=$(scripts/mutant-patches --refresh)
    [ -z "$no_more" ]
}

@test "a bug whose own line changed is named, and its patch stays" {
    sed -i '10s/.*/ten/' Sources/Old/Numbers.swift
    cp Tests/Mutants/ten.patch before
    run scripts/mutant-patches --refresh
    [ "$status" = 1 ]
    [[ $output == *'by hand'*': ten' ]]
    cmp before Tests/Mutants/ten.patch
}

@test "of a bug that needs a person, the patch has the folders of today" {
    git mv Sources/Old/Numbers.swift Sources/New/Numbers.swift
    sed -i '10s/.*/ten/' Sources/New/Numbers.swift
    run scripts/mutant-patches --refresh
    [ "$status" = 1 ]
    grep -qxF -- '--- a/Sources/New/Numbers.swift' Tests/Mutants/ten.patch
    no_more=$(grep Old Tests/Mutants/ten.patch || true)
    [ -z "$no_more" ]
}

@test "a patch without its own name or without tests is refused" {
    sed -i 's/isAlive("ten")/isAlive("eleven")/' Tests/Mutants/ten.patch
    run scripts/mutant-patches --check
    [[ $status == 1 && $output == *'isAlive("ten")'* ]]
    git restore Tests
    sed -i '/^Tests/d' Tests/Mutants/ten.patch
    run scripts/mutant-patches --check
    [[ $status == 1 && $output == *"'Tests: FILTER'"* ]]
}

@test "the copy has the bug, the sources do not, and only what changed is written again" {
    copied=.build/copy/Sources/Old/Numbers.swift
    scripts/mutant-patches --into .build/copy
    grep -q Mutant.isAlive "$copied"
    cmp Tests/Mutants/Mutant.swift .build/copy/Sources/Basics/Mutant.swift
    no_more=$(git grep Mutant -- Sources || true)
    [ -z "$no_more" ]
    before=$(stat -c '%i %y' "$copied")
    echo more >Sources/More.swift
    git add Sources
    scripts/mutant-patches --into .build/copy
    [ -f .build/copy/Sources/More.swift ]
    [ "$(stat -c '%i %y' "$copied")" = "$before" ]
    git rm -qf Sources/More.swift
    scripts/mutant-patches --into .build/copy
    [ ! -e .build/copy/Sources/More.swift ]
}
