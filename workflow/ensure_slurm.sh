#!/usr/bin/env bash
# Make sure that SLURM is there; never fail: without it, the test that needs it says so and is skipped.
set -u
. "$(dirname "$0")/apt.sh"

if ! { command -v slurmctld && command -v slurmd && command -v munged; } >/dev/null; then
    install_with_apt SLURM slurm-wlm munge
fi
exit 0
