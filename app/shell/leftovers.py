"""What is on disk and nobody needs any more: old uploads, and what processes that were killed left half-written."""

import logging

from app import answers
from app.shell import uploads, video_uploads
from esr_core.errors import EsrError, as_sentence

logger = logging.getLogger(__name__)


def remove_leftovers() -> None:
    """Remove it; what cannot be removed is said in the log."""
    for remove in (uploads.forget_old, video_uploads.forget_old, answers.remove_leftovers):
        try:
            remove()
        except (EsrError, OSError) as error:
            logger.warning(as_sentence(error))
