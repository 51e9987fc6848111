"""How many files this process may open at once: raised to what work needs, before it begins."""

import resource

from esr_core.errors import ConfigError

FOR_A_TRAINING = 256  # with those that compilers of torch.compile open
FOR_A_WORKER = 4  # pipes to one process that shares the work


def require_open_files(count: int) -> None:
    """Let this process, and those that it starts, open so many files at once.

    Raises:
        ConfigError: if the system's limit is lower.
    """
    limit, highest = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY or limit >= count:
        return
    if highest != resource.RLIM_INFINITY and highest < count:
        raise ConfigError(f"{count} files must be allowed to be open at once, found a limit of {highest} (ulimit -n)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, highest))
