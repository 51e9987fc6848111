"""A stored run in a few lines of Python, for notebooks and scripts.

::

    import esr_core as esr

    run = esr.open_run("gallery-single")
    run.explain("face.jpg")  # draws itself in a notebook
    run.scores()  # a data frame
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from esr_core.architectures import PICTURE_SIZE_PX
from esr_core.data.detectors import DEFAULT_DETECTOR
from esr_core.data.faces import crop_face
from esr_core.data.network_input import to_images
from esr_core.data.photographed_face import photographed_face
from esr_core.data.prepared import PreparedSet
from esr_core.errors import ExplanationError
from esr_core.evaluation import Ensemble, diversity_numbers, diversity_table, ensemble_of, evaluate, seen_pictures
from esr_core.evaluation.report import Evaluation
from esr_core.explanations import AttributionSettings, ExplainedFace, face_maps
from esr_core.folders import PathLike, expanded, runs_root
from esr_core.metrics import mean_probability, plurality_vote
from esr_core.networks import ESR, for_inference, pooled_features
from esr_core.records import RunInfo
from esr_core.run_store import RunStore
from esr_core.run_store.data_of_run import card_of_set, data_record
from esr_core.video import answers_of


class OpenedRun:
    """A stored run and what can be asked of it; weights are read when first needed, and each part is measured once.

    Args:
        store: where the run is.
        run_id: its name.

    Raises:
        RunNotFoundError: if there is no such run.
    """

    def __init__(self, store: RunStore, run_id: str) -> None:
        self.store = store
        self.info: RunInfo = store.info(run_id)
        self.run_id = run_id
        self._evaluations: dict[str, Evaluation] = {}

    def __repr__(self) -> str:
        return f"<{self.info.title}, {self.info.status.state}>"

    @cached_property
    def network(self) -> ESR:
        """The trained network, batch norm folded into its convolutions, for computing alone."""
        return for_inference(self.store.load_network(self.run_id))

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the logits stand for, in order."""
        return self.network.config.class_names

    def history(self) -> pd.DataFrame:
        """The validation points, a row each; what is measured of every branch is a list."""
        return pd.DataFrame([record.to_dict() for record in self.store.history(self.run_id)])

    def predictions(self, part: str = "test") -> pd.DataFrame:
        """What was said of every picture of ``validation`` or ``test``: its id, its label and all logits."""
        return self.store.predictions(self.run_id, part).to_table()

    def evaluation(self, part: str = "test") -> Evaluation:
        """Everything that is measured of the run on ``validation`` or ``test``: confusions, calibration, groups."""
        if part not in self._evaluations:
            predictions = self.store.predictions(self.run_id, part)
            seen, data = seen_pictures(self.store, self.run_id, part), data_record(self.store, self.run_id)
            self._evaluations[part] = evaluate(self.info, predictions, seen, data)
        return self._evaluations[part]

    def scores(self, part: str = "test") -> pd.DataFrame:
        """Accuracy with its 95 % interval and the other scores of each branch, the vote and the mean probability."""
        return self.evaluation(part).scores

    def diversity(self, part: str = "test") -> pd.DataFrame:
        """Every measure of diversity with what it says.

        Raises:
            MetricError: if the run has a single branch, or no picture of the part has a class.
        """
        return diversity_table({self.run_id: diversity_numbers(self.ensemble(part).predictions)})

    def ensemble(self, part: str = "test") -> Ensemble:
        """What the branches said of the pictures of a part that have a class; raises as ``diversity``."""
        return ensemble_of(self.info, self.store.predictions(self.run_id, part), part)

    def prepared_set(self) -> PreparedSet:
        """The pictures and labels that the run was trained and tested on.

        Raises:
            DataError: if they are not on this machine, or are not what they were.
        """
        return PreparedSet.open(card_of_set(self.store, self.run_id)[0])

    def explain(
        self,
        photo: PathLike | np.ndarray,
        class_name: str | None = None,
        method: str = "grad_cam",
        face: int | None = 1,
        detector: str = DEFAULT_DETECTOR,
        **settings: Any,  # noqa: ANN401 - of AttributionSettings, which checks them
    ) -> ExplainedFace:
        """Where each branch looks in the face of a photograph.

        Args:
            photo: a file, or a face that is cut out already: uint8 RGB (H, W, 3).
            class_name: class to explain; None takes each branch's own prediction.
            method: a key of ``esr_core.explanations.METHODS``.
            face: which face of a file, the biggest is 1; None takes the whole picture.
            detector: that finds faces, of ``esr_core.data.detectors.DETECTORS``; by default the paper's.
            **settings: of :class:`AttributionSettings`, such as ``block`` or ``parameters``.

        Raises:
            PhotoError: if the photograph cannot be read or shows no such face.
            ExplanationError: if the class or the method is not known, or a setting does not fit it.
        """
        if isinstance(photo, np.ndarray):
            picture = crop_face(photo, None)
        else:
            picture = photographed_face(expanded(photo), face, detector)
        class_idx = None if class_name is None else class_index(self.network, class_name)
        chosen = AttributionSettings(method, class_idx=class_idx, **settings)
        maps = face_maps(self.network, to_images(picture[None], self.network.config.architecture), chosen)
        return ExplainedFace(self.info.title, picture, maps)

    def logits(self, pictures: np.ndarray | Sequence[np.ndarray]) -> np.ndarray:
        """Logits (n, N, C) of every branch for n faces that are cut out, each uint8 RGB (H, W, 3)."""
        return answers_of(self.network, _cut_out(pictures)).logits

    def features(self, pictures: np.ndarray | Sequence[np.ndarray]) -> np.ndarray:
        """Last feature maps of every branch, averaged over their positions: (n, N, K) for n faces, at least one."""
        images = to_images(_cut_out(pictures), self.network.config.architecture)
        return pooled_features(self.network, images).numpy()

    def predict(self, pictures: np.ndarray | Sequence[np.ndarray]) -> np.ndarray:
        """Names (n,) of the classes that the branches vote for, as scikit-learn would; pictures as for ``logits``."""
        return np.array(self.class_names)[plurality_vote(self.logits(pictures)).predictions]

    def predict_proba(self, pictures: np.ndarray | Sequence[np.ndarray]) -> np.ndarray:
        """Mean probabilities (n, C) of the branches, the columns as ``class_names``; pictures as for ``logits``."""
        return mean_probability(self.logits(pictures))


def open_run(run_id: str, runs: PathLike | None = None) -> OpenedRun:
    """A stored run.

    Args:
        run_id: its name.
        runs: folder of the runs; None takes ``ESR_RUNS``, or ``runs``.

    Raises:
        RunNotFoundError: if there is no such run.
    """
    return OpenedRun(RunStore(runs_root() if runs is None else expanded(runs)), run_id)


def class_index(network: ESR, name: str) -> int:
    """The position of a class; raises ExplanationError if the network does not know it."""
    names = network.config.class_names
    if name not in names:
        raise ExplanationError(f"class must be one of {', '.join(names)}, got {name!r}")
    return names.index(name)


def _cut_out(pictures: np.ndarray | Sequence[np.ndarray]) -> np.ndarray:
    """Faces as the networks see them, uint8 RGB (n, 96, 96, 3)."""
    faces = [crop_face(picture, None) for picture in pictures]
    return np.stack(faces) if faces else np.zeros((0, PICTURE_SIZE_PX, PICTURE_SIZE_PX, 3), dtype=np.uint8)
