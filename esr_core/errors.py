"""What can go wrong, as one tree: catch the branch you can answer, show the sentence as it is.

::

    EsrError
    ├── ConfigError           a setting has an unknown name or an impossible value
    ├── DataError             a data set, folder or label file is not what it should be
    │   ├── PhotoError        one photograph cannot be used
    │   │   └── NoFaceError   it can be read, but no face was found
    │   └── VideoError        one video cannot be used
    ├── RunError              a stored run cannot be used as asked
    │   ├── RunNotFoundError  no run of this name
    │   └── DamagedRunError   the folder is there, but torn, altered or foreign
    ├── TrainingError         training cannot go on
    ├── ExplanationError      an explanation was asked that the network cannot give
    ├── MetricError           a measure was asked of arrays it is not defined on
    └── JobError              a training process cannot be started or reached
        ├── DamagedQueueError the queue's database is torn, or none at all
        └── ClusterError      a Ray cluster does not answer, or not us

Every message is one sentence that names the argument, field or file, what was expected and what was found.
"""

import re

LONG_VALUE = re.compile(r"(?<!\w)('[^']{60})[^']{200,}([^']{20}')")  # in quotation marks, as somebody pasted it


class EsrError(Exception):
    """Anything this package refuses or fails at, with a sentence a user can act on; of long values in it both ends."""

    def __str__(self) -> str:
        return LONG_VALUE.sub(r"\1…\2", super().__str__())


class ConfigError(EsrError):
    """A setting has an unknown name or an impossible value."""


class DataError(EsrError):
    """A data set, a folder or a label file is not what it should be."""


class PhotoError(DataError):
    """One photograph cannot be used."""


class NoFaceError(PhotoError):
    """The photograph can be read, but the detector finds no face in it."""


class VideoError(DataError):
    """One video cannot be used."""


class RunError(EsrError):
    """A stored run cannot be used as asked."""


class RunNotFoundError(RunError):
    """There is no run of this name."""


class DamagedRunError(RunError):
    """The run's folder is there, but torn, altered or not a run of ours."""


class TrainingError(EsrError):
    """Training cannot go on."""


class ExplanationError(EsrError):
    """An explanation was asked that this network cannot give."""


class MetricError(EsrError):
    """A measure was asked of arrays it is not defined on."""


class JobError(EsrError):
    """A training process cannot be started or reached."""


class DamagedQueueError(JobError):
    """The queue's database is torn, or none at all; it can be made anew from the runs."""


class ClusterError(JobError):
    """A Ray cluster does not answer, or does not let us in; what its jobs do is not known until it does."""


def cause(error: Exception) -> str:
    """Why something failed, on one line: of what the operating system says, neither its number nor the file."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return next(iter(str(error).splitlines()), type(error).__name__)


def as_sentence(error: Exception) -> str:
    """What an error says, in one sentence: of the operating system's, the file and the reason."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'a file'} cannot be used: {error.strerror}"
    return str(error)
