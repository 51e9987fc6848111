"""``explain``: show where each branch of stored runs looks in the faces of photographs."""

import argparse
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from esr_core.commands.detector import add_detector
from esr_core.commands.given import given, refuse
from esr_core.commands.output import add_force, make_folder, require_free, write_output
from esr_core.data.photographed_face import photographed_face
from esr_core.explanations import (
    COLOUR_MAPS,
    METHODS,
    FaceMaps,
    SheetRow,
    SheetStyle,
    encode_png,
    explanation_sheet,
)
from esr_core.folders import expanded, runs_root
from esr_core.opened_run import OpenedRun
from esr_core.run_store import RunStore

PARAMETERS = list(dict.fromkeys(parameter.key for method in METHODS.values() for parameter in method.parameters))
"""Keys of what methods take; one that several take is one option."""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``explain`` and its options."""
    parser = commands.add_parser(
        "explain",
        help="show where each branch looks in photographs",
        description=f"{__doc__} Writes for each a PNG sheet of all branches and, per run, the raw maps as .npz, "
        "named after the photograph and the face in it.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("photos", type=expanded, nargs="+", metavar="PHOTO", help="picture with a face in it")
    parser.add_argument("--run", dest="run_ids", action="append", required=True, metavar="RUN", help="may be repeated")
    parser.add_argument("--out", type=expanded, required=True, metavar="DIR", help="folder to write to")
    add_force(parser)
    parser.add_argument("--runs", type=expanded, default=runs_root(), metavar="FOLDER", help="where runs are stored")
    parser.add_argument("--face", type=int, default=1, metavar="K", help="which face, the biggest is 1")
    add_detector(parser)
    parser.add_argument("--whole-image", action="store_true", help="take the whole picture instead of finding a face")
    parser.add_argument(
        "--class", dest="class_name", metavar="NAME", help="class to explain instead of each branch's own"
    )
    _add_methods(parser)
    parser.add_argument(
        "--colour-map", choices=tuple(COLOUR_MAPS), default="cividis", help="of the maps; blue-red is signed"
    )
    parser.add_argument("--opacity", type=float, default=0.5, metavar="SHARE", help="of the maps over the face")
    parser.set_defaults(run=_run, parser=parser)


def _add_methods(parser: argparse.ArgumentParser) -> None:
    """Add ``--method``, ``--block`` and the methods' own parameters, as the catalogue declares them."""
    parser.add_argument("--method", choices=tuple(METHODS), default="grad_cam", help="how the maps are made")
    with_blocks = " and ".join(method.name for method in METHODS.values() if method.has_blocks)
    parser.add_argument("--block", type=int, metavar="K", help=f"convolution block of {with_blocks}, not the last")
    for key in PARAMETERS:
        parser.add_argument(f"--{key.replace('_', '-')}", type=int, metavar="N", help=_parameter_help(key))


def _parameter_help(key: str) -> str:
    """What a parameter is, and its range and standard value for each method that takes it."""
    uses = [(method, each) for method in METHODS.values() for each in method.parameters if each.key == key]
    ranges = [f"of {method.name}: {each.lowest}-{each.highest}, None is {each.default}" for method, each in uses]
    return f"{uses[0][1].meaning}; {'; '.join(ranges)}"


def _run(options: argparse.Namespace) -> None:
    pictures = dict(_named(photo, _picture(photo, options)) for photo in options.photos)
    run_ids = list(dict.fromkeys(options.run_ids))
    files = {name: _files(options.out, name, run_ids) for name in pictures}
    require_free("--out", [file for each in files.values() for file in each], options.force, makes_folder=True)
    runs = [OpenedRun(RunStore(options.runs), run_id) for run_id in run_ids]
    for name, picture in pictures.items():
        rows = [_row(run, picture, options) for run in runs]
        sheet = explanation_sheet(rows, SheetStyle(options.colour_map, options.opacity))
        make_folder("--out", options.out)
        contents = [encode_png(sheet), *(_packed(row.maps) for row in rows)]
        for path, content in zip(files[name], contents, strict=True):
            write_output("--out", path, content, options.force)
            print(path)  # noqa: T201 - a command line speaks


def _named(photo: Path, picture: np.ndarray) -> tuple[str, np.ndarray]:
    """A face by the name of its results: photographs of one name, and faces of one photograph, have their own."""
    return f"{photo.stem}-{hashlib.sha256(picture.tobytes()).hexdigest()[:8]}", picture


def _files(folder: Path, name: str, run_ids: Sequence[str]) -> list[Path]:
    """The sheet and each run's maps."""
    return [folder / f"{name}.png", *(folder / f"{name}-{run_id}.npz" for run_id in run_ids)]


def _picture(photo: Path, options: argparse.Namespace) -> np.ndarray:
    """The face as the network sees it, uint8 RGB (96, 96, 3)."""
    if options.whole_image:
        refuse(given(options) & {"--face", "--detector"}, "with --whole-image")
    face = None if options.whole_image else options.face
    return photographed_face(photo, face, options.detector)


def _row(run: OpenedRun, picture: np.ndarray, options: argparse.Namespace) -> SheetRow:
    parameters = {key: getattr(options, key) for key in PARAMETERS if getattr(options, key) is not None}
    settings = {"block": options.block, "parameters": parameters}
    found = run.explain(picture, options.class_name, options.method, **settings)
    return SheetRow(found.label, picture, found.maps)


def _packed(maps: FaceMaps) -> bytes:
    """Logits (N, C), signed maps (N, h, w) and the ensemble's (h, w); Grad-CAM is the positive part of its map."""
    buffer = io.BytesIO()
    np.savez(
        buffer,
        logits=maps.logits,
        maps=maps.branches,
        ensemble_map=maps.ensemble,
        class_names=np.array(maps.class_names),
    )
    return buffer.getvalue()
