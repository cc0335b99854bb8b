#!/usr/bin/env bash
# Make sure that a browser is there for the tests of the page to look into; never fail: they are skipped without.
set -u
packages="chromium chromium-driver fonts-dejavu-core" # without any font Chromium does not start

found() { command -v chromium && command -v chromedriver; }

if browser=$(found); then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "No Chromium here; installing $packages with apt-get, for the tests alone."
    apt-get -o DPkg::Lock::Timeout=300 update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
            --no-install-recommends $packages >/dev/null
fi
if ! browser=$(found); then
    echo "No chromium and chromedriver: the tests of the explorer in a browser are skipped."
fi
exit 0
