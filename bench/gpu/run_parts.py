"""A run cut into files small enough to be handed over one by one, and put together again where it is wanted.

Usage: python -m bench.gpu.run_parts split runs/gallery-wild FOLDER
       python -m bench.gpu.run_parts join FOLDER runs

`split` writes at most four parts of 16 MB and their SHA-256 in one more file, which `sha256sum --check` reads as well.
The state of a training that did not finish goes along where it fits. `join` adds the run to a folder of runs once every
part, and every file of a finished run, is what it was.
"""

import argparse
import hashlib
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from esr_core.errors import DamagedRunError, RunError
from esr_core.run_store import RunStore, manifest
from esr_core.run_store.files import sha256

PART_BYTES = 16_000_000
MAX_PARTS = 4
STATE = "resume.pt"
RECORD_BYTES = 2 * tarfile.RECORDSIZE  # a tar archive's own, at most, beside its files and their headers


def split(folder: Path, destination: Path, part_bytes: int = PART_BYTES) -> list[str]:
    """Write a run's parts and their SHA-256.

    Args:
        folder: of the run; nothing may be writing it.
        destination: folder for ``<run>.tar.<n>`` and ``<run>.sha256``, made where it is missing.
        part_bytes: of each part, at most.

    Returns:
        The run's files that were left out: the state of a training that did not finish, where it does not fit.

    Raises:
        RunError: if there is no such run, or its files do not fit without the state either.
    """
    if not (folder / "config.json").is_file():
        raise RunError(f"{folder} must be the folder of a run, found no config.json in it")
    room = MAX_PARTS * part_bytes
    files = _files(folder)
    left_out = [STATE] if _tar_bytes(files) > room and folder / STATE in files else []
    files = [path for path in files if path.name not in left_out]
    if (size := _tar_bytes(files)) > room:
        raise RunError(f"{folder.name} must fit into {room / 1e6:.1f} MB, found {size / 1e6:.1f} MB")
    destination.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile() as archive:
        with tarfile.open(fileobj=archive, mode="w") as tar:
            for path in files:
                tar.add(path, Path(folder.name, path.relative_to(folder)))
        archive.seek(0)
        _write_parts(archive, destination, folder.name, part_bytes)
    return left_out


def join(parts: Path, runs: Path) -> str:
    """Add the run whose parts lie in a folder to a folder of runs.

    Returns:
        The run's id.

    Raises:
        RunError: if there are parts of no run or of several, or a run of that name exists already.
        DamagedRunError: if a part is missing or is not what was written, or a finished run fails its own manifest.
    """
    lists = sorted(parts.glob("*.sha256"))
    if len(lists) != 1:
        raise RunError(f"{parts} must hold the parts of one run, found {len(lists)} files *.sha256")
    run_id = lists[0].stem
    if (runs / run_id).exists():
        raise RunError(f"run {run_id} exists already in {runs}; move it away first")
    runs.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=runs, prefix=".joining-") as temporary:
        with tempfile.TemporaryFile() as archive:
            for path in _checked_parts(lists[0]):
                with path.open("rb") as part:
                    shutil.copyfileobj(part, archive)
            archive.seek(0)
            with tarfile.open(fileobj=archive) as tar:
                tar.extractall(temporary, filter="data")
        _require_whole(Path(temporary, run_id))
        Path(temporary, run_id).rename(runs / run_id)
    return run_id


def _files(folder: Path) -> list[Path]:
    """Everything of a run but hidden files, which are locks and what was being written."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in paths if not any(part.startswith(".") for part in path.relative_to(folder).parts)]


def _tar_bytes(files: list[Path]) -> int:
    """The most that an archive of the files takes: each has a header of one block and is filled up to whole blocks."""
    block = tarfile.BLOCKSIZE
    return sum(path.stat().st_size // block * block + 2 * block for path in files) + RECORD_BYTES


def _write_parts(archive: BinaryIO, destination: Path, run_id: str, part_bytes: int) -> None:
    lines = []
    while content := archive.read(part_bytes):
        path = destination / f"{run_id}.tar.{len(lines)}"
        path.write_bytes(content)
        lines.append(f"{hashlib.sha256(content).hexdigest()}  {path.name}\n")
    (destination / f"{run_id}.sha256").write_text("".join(lines), encoding="ascii")


def _checked_parts(listing: Path) -> Iterator[Path]:
    """The parts of a run in order, each once it is known to be what was written."""
    for line in listing.read_text(encoding="ascii").splitlines():
        expected, name = line.split("  ", 1)
        path = listing.with_name(Path(name).name)
        if not path.is_file():
            raise DamagedRunError(
                f"{listing.parent} must hold {path.name}, which {listing.name} names, found no such file"
            )
        if (found := sha256(path)) != expected:
            raise DamagedRunError(
                f"{path} was altered: its sha256 is {found[:12]}, {listing.name} says {expected[:12]}"
            )
        yield path


def _require_whole(folder: Path) -> None:
    """Raise DamagedRunError unless a folder is a run, and a finished one as its manifest says."""
    if not (folder / "config.json").is_file():
        raise DamagedRunError(f"the parts must hold the run {folder.name}, found no {folder.name}/config.json in them")
    if (folder / "manifest.json").exists() and (faults := manifest.faults(folder)):
        raise DamagedRunError(f"run {folder.name} is not what it was: {'; '.join(faults)}")


def main() -> None:
    """Split or join, and print what became of the run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, source, destination in (("split", "RUN_FOLDER", "FOLDER"), ("join", "FOLDER", "RUNS")):
        command = commands.add_parser(name)
        command.add_argument("source", type=Path, metavar=source)
        command.add_argument("destination", type=Path, metavar=destination)
    options = parser.parse_args()
    try:
        if options.command == "split":
            left_out = split(options.source, options.destination)
            without = f" without {' and '.join(left_out)}, which does not fit" if left_out else ""
            print(f"{options.source.name}: written to {options.destination}{without}")
        else:
            run = RunStore(options.destination).info(join(options.source, options.destination))
            print(f"{run.run_id}: {run.status.state}, in {options.destination}")
    except RunError as error:
        parser.exit(2, f"error: {error}\n")


if __name__ == "__main__":
    main()
