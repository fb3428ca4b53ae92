#!/bin/sh
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
#
# Installs the libraries and tools that Gatehouse needs beside Swift: xxHash, PCRE2, SQLite, zlib, zstd and brotli with their
# headers, and pkg-config, by which SwiftPM finds them. With --checks also what scripts/test needs: hiredis for GatehouseRedis and a Redis server for
# its tests, tinyproxy, openssl, Python 3, curl, and on Linux valgrind and, where apt has it, a Chromium without a window. Installs nothing that is
# there already.
set -eu

checks=false
case "${1-}" in
'') ;;
--checks) checks=true ;;
*)
    printf 'usage: %s [--checks]\n' "$0" >&2
    exit 64
    ;;
esac

say() { printf 'setup: %s\n' "$*"; }
fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif has sudo; then
        sudo "$@"
    else
        fail "installing packages takes root, and there is no sudo. As root, run: $*"
    fi
}

# Succeeds if pkg-config finds all libraries, wherever they came from.
has_libraries() { has pkg-config && pkg-config --exists libxxhash libpcre2-8 sqlite3 zlib libzstd libbrotlidec; }

# The names that Examples/Web/check.py looks for.
has_browser() {
    for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
        if has $name; then return 0; fi
    done
    return 1
}

has_package() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }

install_with_apt() {
    missing=
    if ! has_libraries; then
        has pkg-config || missing="$missing pkg-config"
        for package in libxxhash-dev libpcre2-dev libsqlite3-dev zlib1g-dev libzstd-dev libbrotli-dev; do
            has_package "$package" || missing="$missing $package"
        done
    fi
    # SwiftPM fetches the package's dependencies with git, over TLS.
    has git || missing="$missing git"
    [ -e /etc/ssl/certs/ca-certificates.crt ] || missing="$missing ca-certificates"
    if $checks; then
        pkg-config --exists hiredis 2>/dev/null || missing="$missing libhiredis-dev"
        has redis-server || missing="$missing redis-server"
        has python3 || missing="$missing python3"
        has curl || missing="$missing curl"
        python3 -c 'import ensurepip' 2>/dev/null || missing="$missing python3-venv"
        has valgrind || missing="$missing valgrind"
        has openssl || missing="$missing openssl"
        has tinyproxy || missing="$missing tinyproxy-bin"
    fi
    browser=
    if $checks && ! has_browser; then browser=chromium-headless-shell; fi
    [ -n "$missing$browser" ] || return 0
    say "installing$missing${browser:+ $browser}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q ||
        fail "apt-get update failed; is there a network?"
    # shellcheck disable=SC2086 # a list of words
    [ -z "$missing" ] ||
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing ||
        fail "apt-get could not install:$missing"
    # Not every distribution has it, and one check of many needs it.
    [ -z "$browser" ] ||
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $browser ||
        say "apt has no $browser; the web page isn't checked in a browser"
}

install_with_brew() {
    missing=
    has_libraries || missing="xxhash pcre2 sqlite zlib zstd brotli pkg-config"
    if $checks; then
        pkg-config --exists hiredis 2>/dev/null || missing="$missing hiredis"
        has redis-server || missing="$missing redis"
        has tinyproxy || missing="$missing tinyproxy"
    fi
    [ -n "$missing" ] || return 0
    has brew || fail "needs Homebrew (https://brew.sh), or these from elsewhere: $missing"
    say "brew install $missing"
    # shellcheck disable=SC2086 # a list of words
    brew install $missing || fail "brew could not install them"
}

has swift || fail "there is no swift in PATH; install Swift 6.3 or newer first: https://www.swift.org/install/"

case "$(uname -s)" in
Darwin) install_with_brew ;;
Linux)
    if has apt-get && has dpkg-query; then
        install_with_apt
    elif ! has_libraries; then
        fail "knows only apt-get on Linux; install xxHash (libxxhash), PCRE2 (libpcre2-8), SQLite, zlib, zstd and brotli with headers, and pkg-config"
    fi
    ;;
*) has_libraries || fail "doesn't know this system; install libxxhash, libpcre2-8, sqlite3, zlib, libzstd and libbrotlidec with headers, and pkg-config" ;;
esac

has_libraries || fail "pkg-config still doesn't find all of libxxhash, libpcre2-8, sqlite3, zlib, libzstd and libbrotlidec"
say "everything is there"
