#!/usr/bin/env bash
# base.sh OUT.tar: a stand-in for python:3.13-slim-trixie, made of Debian's packages, for machines that reach no registry.
# Needs mmdebstrap. The published image's size, patch level and digest are not tested by what is built on it.
set -euo pipefail
exec mmdebstrap --variant=minbase --format=tar --skip=check/empty \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
    --include=ca-certificates,netbase,tzdata,python3,python3-venv \
    --customize-hook='rm -f "$1/etc/resolv.conf" "$1/etc/hostname"' \
    --customize-hook='rm -f "$1/etc/apt/apt.conf.d/99mmdebstrap"' \
    --customize-hook='ln -s /usr/bin/python3 "$1/usr/local/bin/python"' \
    --customize-hook='ln -s /usr/bin/python3 "$1/usr/local/bin/python3"' \
    trixie "$1" "$(sed -n 's/^URIs: //p' /etc/apt/sources.list.d/debian.sources | head -1)"
