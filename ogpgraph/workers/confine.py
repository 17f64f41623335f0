"""What a worker takes from itself before it reads anything: memory, files, network, its life."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import sys
from struct import Struct
from types import MappingProxyType

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_MIB = 1024 * 1024

_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_CALL_AT, _ARCHITECTURE_AT = 0, 4
_X32 = 0x40000000
_IO_URING_SETUP = 425
_MACHINES = MappingProxyType(
    {"x86_64": (0xC000003E, 41, 42), "aarch64": (0xC00000B7, 198, 203)},
)
"""Machine -> its audit architecture and the numbers of its calls `socket` and `connect`."""


def confine(
    *, memory_mib: int, stack: int, network: bool, niceness: int, parent: int, file_mib: int = 1
) -> bool:
    """Limit this process. To be called before it has a second thread: Linux wants that.

    Args:
        memory_mib: address space that it may take on top of what it has and its stack, in MiB.
        stack: bytes of stack of the thread that it will start.
        network: whether it keeps the network.
        niceness: how far it steps back behind other processes, 0 to 19.
        parent: the process whose end it may not outlive.
        file_mib: MiB that a file may have that it writes.

    Returns:
        Whether it is without network.
    """
    isolated = not network and leave_network()
    _die_with(parent)  # after the namespace: a change of credentials would clear it
    limits = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, file_mib * _MIB)]
    if sys.platform == "linux":
        limits.append((resource.RLIMIT_AS, _pages()[0] + stack + memory_mib * _MIB))
    for what, most in limits:
        resource.setrlimit(what, (most, most))
    os.nice(niceness)
    return isolated


def leave_network() -> bool:
    """Give up the network for good, by each of the two ways that the system allows.

    A namespace of its own has nothing in it, and a filter refuses to make sockets; containers
    often forbid the first, never the second.

    Returns:
        Whether one of them worked.
    """
    if sys.platform != "linux":
        return False
    unshared = _unshare()
    return _refuse_sockets() or unshared


def resident_bytes() -> int:
    """Bytes of memory in use; 0 where the system does not say."""
    return _pages()[1] if sys.platform == "linux" else 0


def _unshare() -> bool:
    """Move into a network namespace of its own."""
    libc = ctypes.CDLL(None, use_errno=True)
    return any(
        libc.unshare(flags) == 0 for flags in (_CLONE_NEWUSER | _CLONE_NEWNET, _CLONE_NEWNET)
    )


def _refuse_sockets() -> bool:
    """Have the kernel refuse `socket`, `connect` and io_uring (which can do both)."""
    known = _MACHINES.get(os.uname().machine)
    if known is None:
        return False
    architecture, *calls = known
    calls.append(_IO_URING_SETUP)
    size = 4 + len(calls) + 2
    refuse = size - 1  # jumps count from the step behind them
    step = Struct("=HBBI")
    program = [
        step.pack(_LOAD, 0, 0, _ARCHITECTURE_AT),
        step.pack(_EQUAL, 0, refuse - 2, architecture),
        step.pack(_LOAD, 0, 0, _CALL_AT),
        step.pack(_AT_LEAST, refuse - 4, 0, _X32),
        *(step.pack(_EQUAL, refuse - 5 - n, 0, call) for n, call in enumerate(calls)),
        step.pack(_RETURN, 0, 0, _ALLOW),
        step.pack(_RETURN, 0, 0, _REFUSE),
    ]
    content = ctypes.create_string_buffer(b"".join(program))
    filter_ = ctypes.create_string_buffer(
        Struct("@HP").pack(size, ctypes.addressof(content)),
    )
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    pointer = ctypes.c_void_p(ctypes.addressof(filter_))
    return bool(prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, pointer, 0, 0) == 0)


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the line above
        os._exit(1)


def _pages() -> tuple[int, int]:
    """Bytes of address space and of memory in use (Linux)."""
    with open("/proc/self/statm", encoding="ascii") as stream:  # noqa: PTH123
        space, resident = stream.read().split()[:2]
    return int(space) * resource.getpagesize(), int(resident) * resource.getpagesize()
