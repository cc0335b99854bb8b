#!/usr/bin/env bash
# Make sure that SLURM is there; never fail: without it, the test that needs it says so and is skipped.
set -u
packages="slurm-wlm munge"

if command -v slurmctld >/dev/null && command -v slurmd >/dev/null && command -v munged >/dev/null; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "No SLURM here; installing $packages with apt-get."
    apt-get -o DPkg::Lock::Timeout=300 update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
            --no-install-recommends $packages >/dev/null
fi
exit 0
