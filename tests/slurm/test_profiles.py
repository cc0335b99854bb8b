"""Studies that are planned, not run, with the profiles; here, where what they need is installed."""

from pathlib import Path

import pytest

from tests.conftest import run

pytestmark = pytest.mark.usefixtures("cluster")


@pytest.mark.parametrize("name", ["slurm", "kubernetes"])
def test_a_study_is_planned_with_a_profile(name: str, checkout: Path) -> None:
    """For SLURM the whole one; for Kubernetes, through a storage, the records that are named files."""
    (checkout / "alone.yaml").write_text("study: {experiments: [synthetic]}\n")
    more = ["--default-storage-prefix", str(checkout)] if name == "kubernetes" else []
    command = ["snakemake", "-n", "--profile", f"profiles/{name}", *more]
    done = run(*command, "--configfile", "alone.yaml", "--", "records", cwd=checkout)
    assert done.returncode == 0, done.stderr
    assert "train_chosen" in done.stdout
