"""The house keeps its shape: who may import whom, where Streamlit and files belong, what no module may do."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]

LAYERS = {
    "errors": 0,
    "emotions": 0,
    "durations": 0,
    "timestamps": 0,
    "control_groups": 0,
    "architectures": 1,
    "folders": 1,
    "freed_memory": 1,
    "config": 1,
    "records": 1,
    "devices": 1,
    "locks": 1,
    "open_files": 1,
    "gallery": 3,
    "presets": 2,
    "sweeps": 2,
    "networks": 2,
    "data": 2,
    "metrics": 2,
    "run_store": 3,
    "training": 3,
    "explanations": 3,
    "video": 3,
    "evaluation": 4,
    "trainer": 4,
    "jobs": 5,
    "exchange": 5,
    "charts": 5,
    "opened_run": 5,
    "predicting": 5,
    "reproduction": 5,
    "commands": 6,
    "figures": 6,
    "__init__": 7,
    "__main__": 7,
}
"""A module of esr_core imports its own package or a lower number."""

SIDEWAYS = {("config", "architectures"), ("records", "config")}
"""The arrows inside a layer: settings name an architecture, and a record of a run holds the run's settings."""

CATALOGUES = ("esr_core.architectures", "esr_core.metrics.diversity.measures", "esr_core.explanations.methods")
PLAIN = (
    "esr_core.records",
    "esr_core.config",
    "esr_core.emotions",
    "esr_core.durations",
    "esr_core.timestamps",
    "esr_core.errors",
    "esr_core.charts",
    *CATALOGUES,
)
"""Frozen records, catalogues of them, names, errors and charts: what draws may know of the core."""

APP = (PROJECT / "dashboard.py").read_text(encoding="utf-8")
PAGE_ROOMS = re.findall(r'st\.Page\("app/(\w+)/page\.py"', APP)
SHARED_ROOMS = ("shell", "kit", "answers", "training", "report")
MACHINERY = (
    "esr_core.run_store",
    "esr_core.jobs",
    "esr_core.trainer",
    "esr_core.training",
    "esr_core.networks",
    "esr_core.commands",
)
"""What reads, makes or computes with stored runs: a page asks `app.answers` for it."""

SHARED = ("app.kit", "app.shell", "app.answers")
APP_MAY_IMPORT = {
    "streamlit_app": ("app.shell",),
    "dashboard": ("app.shell", "app.kit"),
    "app": (),
    **{f"app.{room}": (f"app.{room}", "app.report", *SHARED, "esr_core") for room in PAGE_ROOMS},
    **{f"app.{room}.page": (f"app.{room}", "app.report", *SHARED, *PLAIN) for room in PAGE_ROOMS},
    "app.kit": ("app.kit", *PLAIN),
    "app.answers": ("app.answers", "app.shell.settings", "app.shell.uploads", "app.shell.video_uploads", "esr_core"),
    "app.training": ("app.training", *SHARED, "esr_core"),
    "app.report": ("app.report", "app.kit", "esr_core.charts", "esr_core.evaluation"),
    "app.shell": ("app.shell", "app.kit", "app.answers", "app.training", "esr_core"),
    "app.shell.preloading": ("app", "esr_core.freed_memory"),
    "app.shell.session": PLAIN,
    "app.shell.settings": ("esr_core.errors", "esr_core.folders"),
    "app.shell.uploads": ("app.shell.settings", "esr_core.data", "esr_core.errors"),
    "app.shell.video_uploads": ("app.shell.settings", "esr_core.video", "esr_core.errors", "esr_core.folders"),
}
"""What each part of the app may import of this project, the longest matching name counting."""

TOUCH_FILES = (
    "app.answers",
    *(f"app.shell.{name}" for name in ("secret_files", "settings", "uploads", "video_uploads")),
)
OUT_OF_ROOMS = {"torch", "pathlib", "os", "shutil", "tempfile", "glob"}
ONLY_NAMES = {"pathlib.PurePath"}  # splits the name of a file, cannot read it
UNPICKLERS = {"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
CATCH_ALLS = {"utils", "util", "helpers", "helper", "common", "misc"}
WIDGETS = {"selectbox", "multiselect", "radio", "pills", "segmented_control", "slider", "select_slider", "toggle"}
WIDGETS |= {"checkbox", "number_input", "text_input", "text_area", "date_input", "time_input", "data_editor"}
WIDGETS |= {"color_picker", "file_uploader", "camera_input"}
CEILINGS = {"page": 70, "module": 220, "class": 150, "function": 40}

Rule = Callable[[Path], list[str]]


def sources(root: Path, *places: str) -> Iterator[tuple[str, ast.Module]]:
    """Dotted name and syntax tree of every module in the given places of a project."""
    for place in places:
        for path in sorted([root / f"{place}.py", *(root / place).rglob("*.py")]):
            if path.is_file():
                name = ".".join(path.relative_to(root).with_suffix("").parts)
                yield name, parsed(path.read_text(encoding="utf-8"))


@cache
def parsed(source: str) -> ast.Module:
    """The syntax tree of a module; rule after rule asks for the same ones."""
    return ast.parse(source)


def imports(name: str, tree: ast.Module) -> Iterator[str]:
    """Everything a module imports, wherever in it, as absolute dotted names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(name.split(".")[: -node.level]) if node.level else ""
            origin = ".".join(filter(None, (package, node.module)))
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def is_inside(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def room(name: str) -> str:
    """The module or package directly below esr_core that a module is or lies in."""
    return name.split(".")[1] if "." in name else ""


def rooms(root: Path) -> set[str]:
    return {room(name) for name, _ in sources(root, "esr_core")} - {"__init__"}


def rooms_without_a_layer(root: Path) -> list[str]:
    return [f"esr_core.{name} has no layer" for name in sorted(rooms(root) - LAYERS.keys())]


def wrong_arrows_in_the_core(root: Path) -> list[str]:
    faults = []
    for name, tree in sources(root, "esr_core"):
        for target in imports(name, tree):
            if is_inside(target, "app", "dashboard", "streamlit_app", "tests", "bench"):
                faults.append(f"{name} imports {target}")
            elif is_inside(target, "esr_core") and room(target) in LAYERS:
                pair = room(name), room(target)
                if pair[0] != pair[1] and pair not in SIDEWAYS and LAYERS.get(pair[0], 0) <= LAYERS[pair[1]]:
                    faults.append(f"{name} imports {target}")
    return faults


def trainings_paired_with_stored_runs(root: Path) -> list[str]:
    """Modules outside the trainer that train a network for the run store; the command line knows everything."""
    faults = []
    for name, tree in sources(root, "esr_core"):
        targets = {room(target) for target in imports(name, tree) if is_inside(target, "esr_core")}
        if {"training", "run_store"} <= targets and room(name) not in ("trainer", "commands"):
            faults.append(f"{name} imports both training and run_store")
    return faults


def wrong_arrows_in_the_app(root: Path) -> list[str]:
    faults = []
    for name, tree in sources(root, "app", "dashboard", "streamlit_app"):
        part = max((part for part in APP_MAY_IMPORT if is_inside(name, part)), key=len)
        for target in imports(name, tree):
            ours = is_inside(target, "app", "esr_core", "dashboard", "streamlit_app")
            of_a_page = room(name) in PAGE_ROOMS and is_inside(target, *MACHINERY)
            if of_a_page or (ours and not is_inside(target, *APP_MAY_IMPORT[part])):
                faults.append(f"{name} imports {target}")
    return faults


def imported_pages(root: Path) -> list[str]:
    pages = [f"app.{room}.page" for room in PAGE_ROOMS]
    return [
        f"{name} imports {target}"
        for name, tree in sources(root, "app", "dashboard", "streamlit_app")
        for target in imports(name, tree)
        if is_inside(target, *pages)
    ]


def modules_without_a_room(root: Path) -> list[str]:
    """Modules of the app that lie beside its rooms, and rooms nobody drew."""
    names = (name for name, _ in sources(root, "app") if name not in ("app", "app.__init__"))
    return [f"{name} lies in no room of the app" for name in names if room(name) not in (*PAGE_ROOMS, *SHARED_ROOMS)]


def rooms_that_touch_files(root: Path) -> list[str]:
    faults = []
    for name, tree in sources(root, "app"):
        if is_inside(name, *TOUCH_FILES):
            continue
        reaching = (target for target in imports(name, tree) if is_inside(target, *OUT_OF_ROOMS))
        faults += [f"{name} imports {target}" for target in reaching if target not in ONLY_NAMES]
        faults += [f"{name} opens a file" for node in ast.walk(tree) if called(node) == "open"]
    return faults


def streamlit_outside_the_app(root: Path) -> list[str]:
    return [
        f"{name} imports {target}"
        for name, tree in sources(root, "esr_core", "bench")
        for target in imports(name, tree)
        if is_inside(target, "streamlit")
    ]


def plotly_outside_the_charts(root: Path) -> list[str]:
    """Plotly is an extra of the library: it trains, explains and evaluates without."""
    return [
        f"{name} imports {target}"
        for name, tree in sources(root, "esr_core")
        for target in imports(name, tree)
        if is_inside(target, "plotly") and room(name) not in ("charts", "figures")
    ]


def catch_all_modules(root: Path) -> list[str]:
    places = sources(root, "esr_core", "app", "bench", "tests")
    return [f"{name} says nothing about what it holds" for name, _ in places if CATCH_ALLS & set(name.split("."))]


def called(node: ast.AST) -> str:
    """What a call calls, as written; the empty string for any other node."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def unpickling(root: Path) -> list[str]:
    """Reading a pickle runs whatever program is in it; a run or a cache may come from anywhere."""
    faults = []
    for name, tree in sources(root, "esr_core", "app", "dashboard", "streamlit_app", "bench"):
        faults += [f"{name} imports {target}" for target in imports(name, tree) if is_inside(target, *UNPICKLERS)]
        for node in ast.walk(tree):
            given = {k.arg: ast.unparse(k.value) for k in node.keywords} if isinstance(node, ast.Call) else {}
            if called(node) == "torch.load" and given.get("weights_only") != "True":
                faults.append(f"{name} calls torch.load without weights_only=True")
            if called(node).endswith("read_pickle") or given.get("allow_pickle", "False") != "False":
                faults.append(f"{name} unpickles with {called(node)}")
    return faults


def colours_without_a_name(root: Path) -> list[str]:
    """Colours that a chart spells out; those of the palette were chosen to be told apart on light and dark ground."""
    return [
        f"{name} spells out the colour {node.value}"
        for name, tree in sources(root, "app", "dashboard", "streamlit_app", "esr_core/charts")
        if name != "esr_core.charts.palette"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and re.fullmatch(r"#[0-9a-fA-F]{6}|rgba?\(.*\)", str(node.value))
    ]


def errors_with_their_numbers(root: Path) -> list[str]:
    """What the operating system says, shown with its number: "[Errno 17] File exists: ..."; ``cause`` leaves it out."""
    return [
        f"{name} shows an error of the operating system as it is in line {node.lineno}"
        for name, tree in sources(root, "esr_core", "app", "dashboard", "streamlit_app")
        for handler in ast.walk(tree)
        if isinstance(handler, ast.ExceptHandler) and handler.name and "OSError" in ast.unparse(handler.type)
        for node in ast.walk(handler)
        if isinstance(node, ast.FormattedValue) and ast.unparse(node.value) in (handler.name, f"str({handler.name})")
    ]


def widgets_without_a_key(root: Path) -> list[str]:
    """Streamlit knows these by their arguments: where one follows the state, every second choice is lost."""
    return [
        f"{name} draws a {node.func.attr} without a key"
        for name, tree in sources(root, "app", "dashboard", "streamlit_app")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WIDGETS
        if "key" not in {keyword.arg for keyword in node.keywords}
    ]


def lines(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a class, or of a function without its docstring."""
    docstring = None if isinstance(node, ast.ClassDef) else ast.get_docstring(node, clean=False)
    return node.end_lineno - node.lineno + 1 - (len(docstring.splitlines()) if docstring else 0)


def scripts_broken_off(root: Path) -> list[str]:
    """Calls of st.stop, after which Streamlit's server keeps what the browser forgets; a page raises PageEnd."""
    return [
        f"{name} calls st.stop"
        for name, tree in sources(root, "app", "dashboard")
        for node in ast.walk(tree)
        if called(node) == "st.stop"
    ]


def past_a_ceiling(root: Path) -> list[str]:
    faults = []
    for name, tree in sources(root, "esr_core", "app", "dashboard", "streamlit_app", "bench"):
        kind = "page" if re.fullmatch(r"app\.\w+\.page", name) else "module"
        sizes = [(kind, name, max((node.end_lineno or 0 for node in tree.body), default=0))]
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                sizes.append(("class", f"{name}.{node.name}", lines(node)))
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                sizes.append(("function", f"{name}.{node.name}", lines(node)))
        faults += [f"{kind} {what} has {size} lines" for kind, what, size in sizes if size > CEILINGS[kind]]
    return faults


FAULTS: list[tuple[Rule, str, str, str]] = [
    (rooms_without_a_layer, "esr_core/magic.py", "", "esr_core.magic has no layer"),
    (rooms_without_a_layer, "esr_core/magic/spells.py", "", "esr_core.magic has no layer"),
    (
        wrong_arrows_in_the_core,
        "esr_core/networks/esr.py",
        "from esr_core.training import fit",
        "esr_core.training.fit",
    ),
    (wrong_arrows_in_the_core, "esr_core/networks/esr.py", "from ..training import fit", "esr_core.training.fit"),
    (wrong_arrows_in_the_core, "esr_core/networks/__init__.py", "from ..training import fit", "esr_core.training.fit"),
    (wrong_arrows_in_the_core, "esr_core/networks/esr.py", "from esr_core import jobs", "esr_core.jobs"),
    (
        wrong_arrows_in_the_core,
        "esr_core/training/fit.py",
        "def f():\n    import esr_core.run_store",
        "esr_core.run_store",
    ),
    (
        wrong_arrows_in_the_core,
        "esr_core/devices.py",
        "from esr_core.records import RunInfo",
        "esr_core.records.RunInfo",
    ),
    (wrong_arrows_in_the_core, "esr_core/jobs/launch.py", "from app import answers", "app.answers"),
    (wrong_arrows_in_the_core, "esr_core/trainer/log.py", "from esr_core.jobs import launch", "esr_core.jobs.launch"),
    (
        trainings_paired_with_stored_runs,
        "esr_core/jobs/launch.py",
        "from esr_core.run_store import RunStore\nfrom esr_core.training import fit",
        "esr_core.jobs.launch imports both training and run_store",
    ),
    (wrong_arrows_in_the_app, "app/kit/chart.py", "from esr_core.run_store import RunStore", "esr_core.run_store"),
    (wrong_arrows_in_the_app, "app/kit/chart.py", "from app import answers", "app.answers"),
    (wrong_arrows_in_the_app, "app/runs/page.py", "from esr_core.metrics import accuracy", "esr_core.metrics"),
    (wrong_arrows_in_the_app, "app/runs/table.py", "from app.faces.saliency import tiles", "app.faces.saliency"),
    (wrong_arrows_in_the_app, "app/runs/table.py", "from app.training import plan", "app.training.plan"),
    (wrong_arrows_in_the_app, "app/runs/table.py", "from esr_core.training import fit", "esr_core.training.fit"),
    (wrong_arrows_in_the_app, "app/answers/runs.py", "from app.shell import clicks", "app.shell.clicks"),
    (wrong_arrows_in_the_app, "app/shell/session.py", "from app import answers", "app.answers"),
    (wrong_arrows_in_the_app, "app/shell/settings.py", "from esr_core.config import TrainingConfig", "esr_core.config"),
    (wrong_arrows_in_the_app, "dashboard.py", "from esr_core.run_store import RunStore", "esr_core.run_store"),
    (imported_pages, "app/runs/table.py", "from app.runs import page", "app.runs.page"),
    (imported_pages, "dashboard.py", "import app.runs.page", "app.runs.page"),
    (modules_without_a_room, "app/pictures.py", "", "app.pictures lies in no room"),
    (modules_without_a_room, "app/views/chart.py", "", "app.views.chart lies in no room"),
    (rooms_that_touch_files, "app/kit/chart.py", "import torch.nn", "torch.nn"),
    (rooms_that_touch_files, "app/faces/tiles.py", "from pathlib import Path", "pathlib.Path"),
    (rooms_that_touch_files, "app/shell/clicks.py", "text = open('a').read()", "opens a file"),
    (streamlit_outside_the_app, "esr_core/data/faces.py", "def f():\n    import streamlit as st", "imports streamlit"),
    (plotly_outside_the_charts, "esr_core/evaluation/report.py", "import plotly.express", "imports plotly.express"),
    (catch_all_modules, "esr_core/data/utils.py", "", "esr_core.data.utils"),
    (catch_all_modules, "app/helpers/text.py", "", "app.helpers.text"),
    (unpickling, "esr_core/run_store/read.py", "import pickle", "imports pickle"),
    (unpickling, "esr_core/run_store/read.py", "from pickle import load", "imports pickle.load"),
    (unpickling, "app/answers/runs.py", "import torch\ntorch.load('a')", "torch.load"),
    (unpickling, "app/answers/runs.py", "import torch\ntorch.load('a', weights_only=False)", "torch.load"),
    (unpickling, "app/answers/runs.py", "import numpy as np\nnp.load('a', allow_pickle=True)", "np.load"),
    (unpickling, "app/answers/runs.py", "import pandas as pd\npd.read_pickle('a')", "pd.read_pickle"),
    (colours_without_a_name, "app/kit/chart.py", "BEFORE = '#888888'", "spells out the colour #888888"),
    (colours_without_a_name, "esr_core/charts/pairs.py", "BEFORE = '#888888'", "spells out the colour #888888"),
    (colours_without_a_name, "app/faces/chart.py", "band = 'rgba(0, 0, 0, .5)'", "rgba(0, 0, 0, .5)"),
    (
        errors_with_their_numbers,
        "esr_core/data/folder.py",
        "try:\n    f()\nexcept (OSError, ValueError) as error:\n    raise DataError(f'no: {error}')",
        "esr_core.data.folder shows an error of the operating system as it is in line 4",
    ),
    (widgets_without_a_key, "app/runs/page.py", "box.selectbox('Run', runs)", "draws a selectbox without a key"),
    (scripts_broken_off, "app/runs/page.py", "if x:\n    st.stop()", "app.runs.page calls st.stop"),
    (past_a_ceiling, "app/runs/page.py", "x = 1\n" * 71, "page app.runs.page has 71 lines"),
    (past_a_ceiling, "esr_core/devices.py", "x = 1\n" * 221, "module esr_core.devices has 221 lines"),
    (
        past_a_ceiling,
        "esr_core/devices.py",
        "def f():\n" + "    x = 1\n" * 40,
        "function esr_core.devices.f has 41 lines",
    ),
    (
        past_a_ceiling,
        "esr_core/devices.py",
        "class A:\n" + "    x = 1\n" * 150,
        "class esr_core.devices.A has 151 lines",
    ),
]

SOUND = {
    "esr_core/__init__.py": "__version__ = '1'",
    "esr_core/records.py": "from esr_core.config import TrainingConfig",
    "esr_core/networks/esr.py": "from esr_core import __version__\nfrom . import architectures\nimport torch",
    "esr_core/jobs/worker.py": "import torch\ntorch.load('a', weights_only=True)",
    "esr_core/data/tables.py": "try:\n    f()\nexcept OSError as error:\n    raise DataError(f'no: {cause(error)}')",
    "app/__init__.py": "",
    "app/kit/chart.py": "from pathlib import PurePath\nfrom esr_core.records import RunInfo\nimport streamlit as st",
    "app/runs/table.py": "from app.kit import chart\nfrom esr_core.metrics import accuracy\nst.toggle('A', key='a')",
    "app/runs/page.py": "from app import answers\nfrom app.shell import session\nfrom app.runs.table import table",
    "app/answers/runs.py": "from esr_core.run_store import RunStore\nfrom app.shell import settings",
    "dashboard.py": "from app.shell import session\nfrom app.kit.plain_text import for_markdown",
    "streamlit_app.py": "from app.shell import preloading",
}
RULES = list(dict.fromkeys(rule for rule, *_ in FAULTS))


def write(root: Path, path: str, source: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(source, encoding="utf-8")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_project_has_no(rule):
    faults = rule(PROJECT)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("rule", "path", "source", "told"), FAULTS)
def test_a_fault_is_found_and_named(rule, path, source, told, tmp_path):
    write(tmp_path, path, source)
    (fault,) = rule(tmp_path)
    assert told in fault


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_sound_tree_passes(rule, tmp_path):
    for path, source in SOUND.items():
        write(tmp_path, path, source)
    assert rule(tmp_path) == []


def test_every_layer_names_a_room_that_exists():
    assert LAYERS.keys() - rooms(PROJECT) == {"__init__"}, "the package itself, which is no room in it"


@pytest.fixture(scope="module")
def document():
    return (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("package", ["esr_core", "app"])
def test_the_architecture_document_shows_every_room(package, document):
    drawn = re.search(rf"^{package}/.*\n((?:  .*\n)+)", document, flags=re.MULTILINE)
    shown = re.findall(r"^  (\w+)[./]", drawn[1], flags=re.MULTILINE)
    there = {name.split(".")[1] for name, _ in sources(PROJECT, package)} - {"__init__"}
    assert sorted(shown) == sorted(there)


def test_the_architecture_document_tells_the_same_layers(document):
    rows = re.findall(r"^\| (\d+) \| (.+?) \|", document, flags=re.MULTILINE)
    told = {name: int(number) for number, names in rows for name in re.findall(r"`(\w+)`", names)}
    assert told == LAYERS


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("esr_core/data/faces.py", True),
        ("bench/grad_cam.py", True),
        ("app/runs/page.py", False),
        ("dashboard.py", False),
        ("streamlit_app.py", False),
        ("tests/app/runs/test_table.py", False),
    ],
)
def test_ruff_refuses_streamlit_outside_the_app(path, refused):
    command = [sys.executable, "-m", "ruff", "check", "--select", "TID251", "--stdin-filename", path, "-"]
    result = subprocess.run(
        command, input="import streamlit\n", capture_output=True, text=True, cwd=PROJECT, check=False
    )
    assert ("TID251" in result.stdout) == refused


def test_ruff_reads_every_module():
    command = [sys.executable, "-m", "ruff", "check", "--show-files", "."]
    listed = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, check=True).stdout
    modules = {path for place in ("app", "bench", "esr_core", "tests") for path in (PROJECT / place).rglob("*.py")}
    assert modules - set(map(Path, listed.splitlines())) == set()
