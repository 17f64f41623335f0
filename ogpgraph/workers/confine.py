"""What a worker takes from itself before it reads anything: memory, files, network, its life."""

from __future__ import annotations

import ctypes
import os
import resource
import signal

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_MIB = 1024 * 1024
_NICENESS = 5


def confine(*, memory_mib: int, network: bool) -> bool:
    """Limit this process; it dies with its parent.

    Args:
        memory_mib: address space that it may take on top of what it has, in MiB.
        network: whether it keeps the network.

    Returns:
        Whether it is without network.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    isolated = not network and _leave_network(libc)
    space = _address_space() + memory_mib * _MIB
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MIB, _MIB))
    os.nice(_NICENESS)
    return isolated


def _leave_network(libc: ctypes.CDLL) -> bool:
    """Move into a network namespace of its own, which has nothing in it."""
    for flags in (_CLONE_NEWUSER | _CLONE_NEWNET, _CLONE_NEWNET):
        if libc.unshare(flags) == 0:
            return True
    return False


def _address_space() -> int:
    """Bytes of address space in use (Linux)."""
    with open("/proc/self/statm", encoding="ascii") as stream:  # noqa: PTH123
        return int(stream.read().split()[0]) * resource.getpagesize()
