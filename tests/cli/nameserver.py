"""A name server for tests: it knows some TXT records, and of nothing else that it exists (RFC 1035 over UDP)."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Thread

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@contextmanager
def name_server(texts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Gives its HOST:PORT."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.2)
        going = [True]
        thread = Thread(target=_serve, args=(server, texts, going))
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}"
        finally:
            going.clear()
            thread.join()


def _serve(server: socket.socket, texts: Mapping[str, Sequence[str]], going: list[bool]) -> None:
    while going:
        try:
            asked, sender = server.recvfrom(4096)
        except TimeoutError:
            continue
        query = dns.message.from_wire(asked)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.AA
        name = query.question[0].name
        if found := texts.get(name.to_text(omit_final_dot=True)):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *(f'"{text}"' for text in found)))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        server.sendto(answer.to_wire(), sender)
