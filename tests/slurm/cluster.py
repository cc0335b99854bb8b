"""A SLURM cluster of one node, this machine, without systemd: munged, slurmctld, slurmd.

Its keys, sockets and logs are below one folder; its configuration is where SLURM looks for it, since
the executor plugin takes SLURM_CONF out of a job's environment. No accounting, as on many a small
cluster, so that who asks for a job's state asks `squeue`.
"""

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DAEMONS = ("munged", "slurmctld", "slurmd")
CLIENTS = ("sbatch", "squeue", "scancel", "sinfo", "srun")
SECONDS = 60  # that the node may take to be idle
CONFIGURATION = Path("/etc/slurm/slurm.conf")
OURS = "# A cluster of one node, for make test-slurm."


class NoCluster(RuntimeError):
    """No cluster can be started here; the text says what is lacking."""


def lacking() -> str | None:
    """Why no cluster can be started here, or None."""
    if os.geteuid() != 0:
        return "starting a SLURM cluster needs root"
    if CONFIGURATION.exists() and not CONFIGURATION.read_text().startswith(OURS):
        return f"{CONFIGURATION} is there: this machine belongs to a cluster"
    missing = [name for name in (*DAEMONS, *CLIENTS) if shutil.which(name) is None]
    return f"{', '.join(missing)} not found: apt-get install slurm-wlm munge" if missing else None


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def configuration(folder: Path) -> str:
    """slurm.conf of a cluster that is this machine: all its processors and nine tenths of its memory."""
    host = socket.gethostname().partition(".")[0]
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"""{OURS}
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={free_port()}
SlurmdPort={free_port()}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/affinity
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
ReturnToService=2
MinJobAge=3600
KillWait=2
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0
NodeName={host} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} RealMemory={pages * 9 // 10 // 2**20}
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


@contextmanager
def one_node(folder: Path) -> Iterator[None]:
    """A cluster for as long as the context lasts; then it is stopped, and its configuration removed.

    Raises NoCluster, with the end of what the daemons wrote, if its node is not idle in time.
    """
    for name in ("state", "spool", "munge"):
        (folder / name).mkdir(parents=True, mode=0o700)
    key = folder / "munge/key"
    key.write_bytes(secrets.token_bytes(128))
    key.chmod(0o400)
    CONFIGURATION.parent.mkdir(exist_ok=True)
    CONFIGURATION.write_text(configuration(folder))
    munge = ["--force", f"--socket={folder}/munge.socket", f"--key-file={key}"]
    munge += [f"--log-file={folder}/munge.log", f"--seed-file={folder}/munge/seed"]
    commands = [
        ["munged", "--foreground", f"--pid-file={folder}/munge.pid", *munge],
        ["slurmctld", "-D"],
        ["slurmd", "-D"],
    ]
    running = []
    try:
        for command in commands:
            with (folder / f"{command[0]}.out").open("w") as out:
                running.append(subprocess.Popen(command, stdout=out, stderr=out))
        _wait(folder)
        yield
    finally:
        subprocess.run(["scancel", "--user=root"], capture_output=True, check=False)
        _until_no_job_is_left()
        for process in reversed(running):
            process.terminate()
        for process in running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        CONFIGURATION.unlink()


def _until_no_job_is_left() -> None:
    """Return when no process of a job is left, or the controller is gone."""
    for _ in range(40):
        done = subprocess.run(["squeue", "--noheader"], capture_output=True, text=True, check=False)
        if not done.stdout.strip():
            return
        time.sleep(0.5)


def _wait(folder: Path) -> None:
    """Return when the node is idle."""
    for _ in range(SECONDS * 2):
        done = subprocess.run(
            ["sinfo", "--noheader", "--format=%T"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.stdout.strip() == "idle":
            return
        time.sleep(0.5)
    logs = sorted([*folder.glob("*.out"), *folder.glob("*.log")])
    told = "\n".join(f"{path.name}: {path.read_text()[-500:]}" for path in logs)
    raise NoCluster(f"the node was not idle after {SECONDS} s: {done.stderr}\n{told}")
