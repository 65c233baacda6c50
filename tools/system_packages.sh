#!/bin/sh
# Debian packages that pip cannot bring. As root they are installed; otherwise what is missing is
# named in one line. Usage: system_packages.sh run|test|render
set -eu

missing=""
need() { # file or command, package
    case "$1" in
    /*) [ -e "$1" ] || missing="$missing $2" ;;
    lib*) ldconfig -p 2>/dev/null | grep -q "$1" || missing="$missing $2" ;;
    *) command -v "$1" >/dev/null 2>&1 || missing="$missing $2" ;;
    esac
}

PATH="$PATH:/sbin:/usr/sbin"
need libGL.so.1 libgl1
if [ -n "$(ldconfig -p | grep libglib-2.0.so.0 || true)" ]; then :; else missing="$missing libglib2.0-0"; fi
if [ "${1:-run}" = test ]; then
    need chromium chromium
    ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 || missing="$missing postgresql"
    if ! /usr/bin/python3 -c 'import gi; gi.require_version("GstRtspServer", "1.0")' >/dev/null 2>&1; then
        missing="$missing python3-gi gir1.2-gst-rtsp-server-1.0"
    fi
    for plugin in coreelements:base x264:ugly videoparsersbad:bad rtp:good libav:libav; do
        ls /usr/lib/*/gstreamer-1.0/libgst"${plugin%%:*}".so >/dev/null 2>&1 || case "${plugin##*:}" in
        libav) missing="$missing gstreamer1.0-libav" ;;
        *) missing="$missing gstreamer1.0-plugins-${plugin##*:}" ;;
        esac
    done
    need ffmpeg ffmpeg
fi

if [ "${1:-run}" = render ]; then
    for library in libXi.so.6:libxi6 libXxf86vm.so.1:libxxf86vm1 libXfixes.so.3:libxfixes3 \
        libXrender.so.1:libxrender1 libSM.so.6:libsm6 libxkbcommon.so.0:libxkbcommon0; do
        need "${library%%:*}" "${library##*:}"
    done
fi

[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing$missing"
    apt-get update -qq
    # shellcheck disable=SC2086 # the list is meant to be split
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    exit 0
fi
if [ "${1:-run}" != test ]; then
    echo "Missing system packages; if the start fails, run: sudo apt-get install$missing" >&2
    exit 0
fi
echo "Tests need system packages; run: sudo apt-get install$missing" >&2
exit 2
