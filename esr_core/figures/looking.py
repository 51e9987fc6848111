"""Where the branches of runs look over all faces of a test part, and over a video."""

import plotly.graph_objects as go

from esr_core.charts.region_shares import RunShares, region_share_chart
from esr_core.charts.timeline import TimelineView, timeline_chart
from esr_core.data.detectors import RECOMMENDED_DETECTOR
from esr_core.evaluation import AtlasStore, atlas_faces
from esr_core.explanations import AtlasMeans, AtlasQuestion, atlas_means
from esr_core.figures.selection import Runs, colours, entry, named
from esr_core.folders import PathLike, expanded
from esr_core.opened_run import OpenedRun
from esr_core.video import frames_of_faces, published_table, read_video, whole
from esr_core.video import timeline as timeline_of


def region_shares(
    runs: Runs, class_name: str | None = None, question: AtlasQuestion | None = None, most_faces: int | None = None
) -> go.Figure:
    """How much of the maps lies in which region, means over test faces with 95 % intervals, as page Atlas has it.

    Args:
        runs: whose prepared sets are on this machine.
        class_name: that the faces have; None takes all.
        question: what is asked about every face; None is Grad-CAM for what each branch predicts.
        most_faces: that are explained, in chunks of 64 and always the same ones; None takes all.

    Raises:
        MetricError: if a run does not know the class.
        DataError: if a run's prepared set is not on this machine, or has changed.
    """
    by_name, asked = named(runs), question or AtlasQuestion()
    means = {run_id: _means(run, class_name, asked, most_faces) for run_id, run in by_name.items()}
    palette = colours(by_name)
    shares = [RunShares(run.info.title, palette[run_id], means[run_id]) for run_id, run in by_name.items()]
    faces = "test faces" if class_name is None else f"test faces of {class_name}"
    return region_share_chart(shares, f"{asked.settings().title}, over {faces}").titled()


def timeline(
    run: OpenedRun,
    video: PathLike,
    face: int | None = None,
    class_name: str | None = None,
    detector: str = RECOMMENDED_DETECTOR,
) -> go.Figure:
    """One face of a video over time: what the ensemble and each branch name, and how far they differ.

    Args:
        run: that is asked.
        video: file.
        face: number under which it is followed, from 1; None takes the one in most frames.
        class_name: whose probability is drawn; None draws the emotions that are named.
        detector: that finds faces, of ``esr_core.data.detectors.DETECTORS``.

    Raises:
        VideoError: if the file is no video, or damaged.
        MetricError: if there is no such face, or the run does not know the class.
    """
    if class_name is not None:
        entry({name: name for name in run.class_names}, class_name, "class_name")
    part = whole(list(read_video(expanded(video), [run.network], detector=detector)))
    number = face if face is not None else next(iter(frames_of_faces(part)), 1)
    followed = timeline_of(part, number, run.class_names)
    view = TimelineView(f"{run.info.label} over time", class_name)
    return timeline_chart(followed, view, published_table(followed)).titled()


def _means(run: OpenedRun, class_name: str | None, question: AtlasQuestion, most_faces: int | None) -> AtlasMeans:
    names = {name: position for position, name in enumerate(run.class_names)}
    class_idx = None if class_name is None else entry(names, class_name, "class_name")
    ids = run.store.parts(run.run_id)["test"]
    faces = atlas_faces(run.prepared_set(), ids, run.class_names, question)
    for atlas in AtlasStore(None, "", question).steps(faces, lambda: run.network):
        if most_faces is not None and len(atlas.labels) >= most_faces:
            break
    subjects = None if faces.subjects is None else faces.subjects[: len(atlas.labels)]
    return atlas_means(atlas, class_idx, subjects)
