"""What stored runs are made of, exactly: hashes, versions and fingerprints, for whoever wants to make them again."""

from typing import Any

from esr_core.run_store import RunStore
from esr_core.run_store.files import sha256


def provenance(store: RunStore, run_id: str) -> dict[str, Any]:
    """What names a run's weights, settings, predictions and data without doubt, as plain values for JSON.

    Args:
        store: where the run is.
        run_id: of a run that has begun.

    Returns:
        ``sha256`` of its best weights, its configuration, and where it is complete of its manifest and its predictions,
        by file; and ``environment``, the versions, seed and fingerprint of the data that it was made with.

    Raises:
        DamagedRunError: if the weights are missing or altered, or the environment cannot be read.
    """
    folder = store.folder(run_id)
    hashes = {"checkpoints/best.safetensors": store.checkpoint_sha256(run_id)}
    paths = [folder / "config.json", folder / "manifest.json", *sorted((folder / "predictions").glob("*.parquet"))]
    hashes |= {path.relative_to(folder).as_posix(): sha256(path) for path in paths if path.exists()}
    return {"sha256": hashes, "environment": store.environment(run_id)}
