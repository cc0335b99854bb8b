#!/usr/bin/env bash
# Make sure that a browser is there for the tests of the page to look into; never fail: they are skipped without.
set -u
. "$(dirname "$0")/apt.sh"

found() { command -v chromium && command -v chromedriver; } >/dev/null

found || install_with_apt "Chromium (for the tests alone)" chromium chromium-driver \
    fonts-dejavu-core # without any font it does not start
found || echo "No chromium and chromedriver: the tests of the explorer in a browser are skipped."
exit 0
