"""``evaluate --maps``: where the branches of runs look over all faces of a part, and how alike their maps are."""

from collections.abc import Sequence

import pandas as pd
from tqdm import tqdm

from esr_core.data.prepared import PreparedSet
from esr_core.devices import resolve_device
from esr_core.errors import DataError
from esr_core.evaluation import (
    AtlasFaces,
    AtlasStore,
    atlas_faces,
    compare_atlases,
    likeness_table,
    share_table,
)
from esr_core.explanations import Atlas, AtlasQuestion, atlas_means
from esr_core.networks import ESR, for_inference
from esr_core.run_store import RunStore
from esr_core.run_store.data_of_run import card_of_set

QUESTION = AtlasQuestion()


def map_tables(store: RunStore, run_ids: Sequence[str], part: str) -> dict[str, pd.DataFrame]:
    """Tables by their titles; ensembles are compared with the first traditional one among them.

    Raises:
        DataError: if a run's prepared set is not on this machine, has changed or has no picture of this part.
        DamagedRunError: if a run cannot be read.
    """
    explained = {run_id: _explained(store, run_id, part) for run_id in run_ids}
    means = {run_id: atlas_means(atlas, subjects=faces.subjects) for run_id, (atlas, faces) in explained.items()}
    networks = {run_id: store.config(run_id).network for run_id in run_ids}
    ensembles = [run_id for run_id, network in networks.items() if network.num_branches > 1]
    reference = next((run_id for run_id in ensembles if networks[run_id].branching_level == 0), None)
    differences = {
        run_id: compare_atlases(*explained[run_id], *explained[reference])[1]
        for run_id in ensembles
        if reference and run_id != reference
    }
    against = f", differences from {reference}" if reference else ""
    return {
        "shares of the maps by region": share_table(means),
        f"likeness of the branches' maps{against}": likeness_table(
            {name: means[name] for name in ensembles}, differences
        ),
    }


def _explained(store: RunStore, run_id: str, part: str) -> tuple[Atlas, AtlasFaces]:
    """The atlas of a run's part, with a bar while it is made."""
    folder, _ = card_of_set(store, run_id)
    ids = store.parts(run_id)[part]
    if not len(ids):
        raise DataError(f"run {run_id} has no picture in its {part} part to explain")
    faces = atlas_faces(PreparedSet.open(folder), ids, store.config(run_id).network.class_names, QUESTION)

    def network() -> ESR:
        return for_inference(store.load_network(run_id)).to(resolve_device("auto"))

    with tqdm(unit="face", desc=run_id, total=len(faces)) as bar:
        for atlas in AtlasStore(None, store.checkpoint_sha256(run_id), QUESTION).steps(faces, network):
            bar.update(len(atlas.labels) - bar.n)
    return atlas, faces
