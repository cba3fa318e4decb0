"""`flask sia-server`: the process that alarm panels speak with."""

import asyncio
import contextlib
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager

import click
from flask import current_app

from meteor import leave_out_of_collections
from meteor.sas import blueprint
from meteor.sas.receiver import BACKLOG, MOST_CONNECTIONS, UDP_BUFFER, Receiver
from meteor.sas.rehearsal import REHEARSED
from meteor.store.rehearsal import rehearse

TRIES = 20  # for a port that TCP and UDP both have free, if any will do


@blueprint.cli.command("sia-server")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=9009, show_default=True, type=click.IntRange(0, 65535), help="Port; 0: any.")
def sia_server(host: str, port: int) -> None:
    """Listen to alarm panels, until SIGTERM: SIA DC-09 over TCP and UDP."""
    tcp, udp = _listen(host, port)
    _allow_open_files(MOST_CONNECTIONS + 256)
    click.echo(f"The receiver of alarm panels listens on {host}, port {tcp.getsockname()[1]} (TCP and UDP).", err=True)
    if not asyncio.run(_receive(current_app._get_current_object().app_context, tcp, udp)):  # type: ignore[attr-defined]
        raise click.ClickException("the receiver cannot go on (see above) and must be started again")


async def _receive(
    context: Callable[[], AbstractContextManager[object]], tcp: socket.socket, udp: socket.socket
) -> bool:
    """Receive until a signal; false if it ended by itself."""
    rehearse(REHEARSED, context)
    receiver = Receiver(context)
    leave_out_of_collections()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, receiver.stopping.set)
    await receiver.run(tcp, udp)
    return not receiver.broke


def _listen(host: str, port: int) -> tuple[socket.socket, socket.socket]:
    """Both sockets, on one port. Raises ClickException, in one line."""
    for number in range(TRIES):
        with contextlib.ExitStack() as opened:
            try:
                family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
                tcp = opened.enter_context(socket.socket(family, socket.SOCK_STREAM))
                tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                tcp.bind(address)
                udp = opened.enter_context(socket.socket(family, socket.SOCK_DGRAM))
                udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, UDP_BUFFER)
                udp.bind(tcp.getsockname())
                tcp.listen(BACKLOG)
            except OSError as error:
                if port or number == TRIES - 1:
                    raise click.ClickException(f"cannot listen on {host}, port {port}: {error.strerror}") from None
                continue
            opened.pop_all()
            return tcp, udp
    raise AssertionError


def _allow_open_files(wanted: int) -> None:
    """Each connection is an open file, and most systems begin with 1,024 of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
        )
