"""The option that names a way to find faces, for every command that looks for them."""

import argparse

from esr_core.data.detectors import DEFAULT_DETECTOR, DETECTORS


def add_detector(parser: argparse.ArgumentParser) -> None:
    """Add ``--detector``."""
    described = "; ".join(f"{name}: {detector.what}" for name, detector in DETECTORS.items())
    parser.add_argument(
        "--detector", choices=tuple(DETECTORS), default=DEFAULT_DETECTOR, help=f"how faces are found; {described}"
    )
