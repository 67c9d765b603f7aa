#!/usr/bin/env bats
# scripts/architecture, on a package of three modules.

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    git init -q .
    mkdir -p scripts docs Sources/Base Sources/Wire Tests/WireTests
    cp "$BATS_TEST_DIRNAME/../../scripts/architecture" scripts
    touch Tests/WireTests/some Sources/Base/some Sources/Wire/some
    cat >Package.swift <<'PACKAGE'
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "some",
    targets: [
        .systemLibrary(name: "CDoor"),
        .target(name: "Base", dependencies: ["CDoor"]),
        .target(name: "Wire", dependencies: ["Base"]),
        .testTarget(name: "WireTests", dependencies: ["Wire"]),
    ]
)
PACKAGE
    cat >docs/architecture.md <<'DOCUMENT'
# Some

| floor | module | what it is | depends on |
|---|---|---|---|
| 0 | CDoor | a door | - |
| 1 | Base | the base | CDoor |
| 3 | Wire | a wire | Base |

| folder | what is in it |
|---|---|
| Base | the base |
| Wire | the wire |

| beside Sources | what is in it |
|---|---|
| Tests | tests |
| docs | documents |
| scripts | scripts |
DOCUMENT
    git add .
}

@test "a table that is right stays as it is" {
    scripts/architecture --check
    scripts/architecture
    [ -z "$(git diff)" ]
}

@test "a new module gets the lowest floor that it may have, and needs words" {
    sed -i 's|        .testTarget|        .target(name: "Main", dependencies: ["Wire", "Base"], path: "Sources/Door"),\n&|' Package.swift
    run scripts/architecture --check
    [ "$status" = 1 ]
    [[ $output == *'run scripts/architecture' ]]
    run scripts/architecture
    [ "$status" = 1 ]
    [[ $output == *'Door has no words'* ]]
    grep -qxF '| 4 | Door | ? | Wire, Base |' docs/architecture.md
    sed -i 's/| ? |/| the program |/' docs/architecture.md
    scripts/architecture --check
}

@test "a module that is gone leaves the table, and a new dependency comes in" {
    sed -i 's/"Base"\]/"Base", "CDoor"]/' Package.swift
    scripts/architecture
    grep -qxF '| 3 | Wire | a wire | Base, CDoor |' docs/architecture.md
    sed -i '/"Wire"/d' Package.swift
    scripts/architecture
    run grep -cE '^[|] [0-9] [|] Wire' docs/architecture.md
    [ "$output" = 0 ]
}

@test "a module that imports its own floor is named" {
    sed -i 's/^| 3 | Wire/| 1 | Wire/' docs/architecture.md
    run scripts/architecture --check
    [ "$status" = 1 ]
    [[ $output == *'Wire (floor 1) depends on Base (floor 1)'* ]]
}

@test "a folder that the document does not have is named" {
    mkdir -p Tests/Data Sources/Base/{Old,New}
    touch Tests/Data/some Sources/Base/{Old,New}/some
    git add .
    run scripts/architecture --check
    [ "$status" = 1 ]
    [[ $output == *'+Base/New'*'+Base/Old'* ]]
    sed -i 's/^| Base | the base |$/&\n| Base\/Old, New | parts of it |/' docs/architecture.md
    run scripts/architecture --check
    [ "$status" = 1 ]
    [[ $output != *'+Base'* && $output == *'+Tests/Data'* ]]
}

@test "a folder within a folder may have a row" {
    mkdir -p Sources/Base/Old/Older
    touch Sources/Base/Old/Older/some
    git add .
    sed -i 's/^| Base | the base |$/&\n| Base\/Old | a part |\n| Base\/Old\/Older | a part of it |/' docs/architecture.md
    scripts/architecture --check
    git rm -qf Sources/Base/Old/Older/some
    mkdir -p Sources/Base/Old
    touch Sources/Base/Old/some
    git add .
    run scripts/architecture --check
    [ "$status" = 1 ]
    [[ $output == *'-Base/Old/Older'* ]]
}

@test "a folder that is gone is named" {
    git rm -qf Sources/Wire/some
    run scripts/architecture --check
    [ "$status" = 1 ]
    [[ $output == *'-Wire'* ]]
}
