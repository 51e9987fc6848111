"""What a container or a cluster's scheduler leaves of this machine's memory: Linux control groups, of both versions.

The machine's own count of free memory knows nothing of such a limit, and who goes over it is killed without a word.
Source: the Linux kernel's cgroup-v2.rst, "Memory Interface Files", and cgroup-v1/memory.rst.
"""

from collections.abc import Iterator
from pathlib import Path

MOUNT = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


def memory_left(mount: Path = MOUNT, membership: Path = MEMBERSHIP) -> int | None:
    """Bytes until this process's group, or one that it is in, is at its limit; None where none has a limit.

    What the kernel only caches of files and can drop at once counts as left.

    Args:
        mount: where control groups are mounted.
        membership: the file with this process's groups, lines of ``number:controllers:/path``.
    """
    left = [_left_of(group) for group in _groups(mount, membership)]
    return min((each for each in left if each is not None), default=None)


def _groups(mount: Path, membership: Path) -> Iterator[Path]:
    """Folders of the groups that count this process's memory, each below the one that it is in.

    A container may see its own group as the root, under another path than the one listed: the root is always looked at.
    """
    if not membership.exists():
        return
    for line in membership.read_text().splitlines():
        number, controllers, path = line.split(":", 2)
        if number != "0" and "memory" not in controllers.split(","):
            continue
        root = mount / "memory" if number != "0" else mount
        group = root / path.lstrip("/")
        yield from (each for each in (group, *group.parents) if each.is_relative_to(root) and each.is_dir())


def _left_of(group: Path) -> int | None:
    for limit, usage, dropped in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        if (group / limit).exists() and (group / usage).exists():
            most = (group / limit).read_text().strip()
            if most == "max":
                return None
            counts = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
            return max(0, int(most) - int((group / usage).read_text()) + int(counts.get(dropped, 0)))
    return None
