#!/usr/bin/env bash
# Make sure that a LaTeX engine is there; never fail: without one, all but the PDF is made.
set -u
packages="texlive-latex-recommended texlive-fonts-recommended lmodern"

found() { command -v latexmk || command -v pdflatex || command -v tectonic; }

if engine=$(found); then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "No LaTeX here; installing $packages (about 200 MB) with apt-get."
    apt-get -o DPkg::Lock::Timeout=300 update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
            --no-install-recommends $packages >/dev/null
fi
if ! engine=$(found); then
    echo "No LaTeX engine (latexmk, pdflatex or tectonic): the study will run, and only the PDF"
    echo "will be missing at its end. On Debian or Ubuntu: sudo apt-get install $packages"
fi
exit 0
