#!/usr/bin/env bash
# Make sure that a LaTeX engine is there; never fail: without one, all but the PDF is made.
set -u
. "$(dirname "$0")/apt.sh"
packages="texlive-latex-recommended texlive-fonts-recommended lmodern"

found() { command -v latexmk || command -v pdflatex || command -v tectonic; } >/dev/null

found || install_with_apt "LaTeX (about 200 MB)" $packages
if ! found; then
    echo "No LaTeX engine (latexmk, pdflatex or tectonic): the study will run, and only the PDF"
    echo "will be missing at its end. On Debian or Ubuntu: sudo apt-get install $packages"
fi
exit 0
