"""Endpoints to be probed: TLS servers with any certificate, and such that hang, lie, or never end. All on loopback, in this process."""
import contextlib
import socket
import ssl
import threading


class Endpoint:
    """A listening socket. serve(connection), if given, is run for each connection in a thread of its own; without it nothing is ever accepted."""

    def __init__(self, serve=None, address="127.0.0.1"):
        self.serve = serve
        self.socket = socket.create_server((address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET, backlog=128)
        self.port = self.socket.getsockname()[1]
        self.host = f"tcp://[{address}]:{self.port}" if ":" in address else f"tcp://{address}:{self.port}"
        if serve:
            threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):  # closed
            while True:
                connection, _ = self.socket.accept()
                threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection):
        with connection, contextlib.suppress(OSError):
            connection.settimeout(60)
            self.serve(connection)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self.socket.close()


def read_head(connection):
    """The lines of a request, up to the empty one."""
    text = b""
    while b"\r\n\r\n" not in text:
        part = connection.recv(4096)
        if not part:
            break
        text += part
    return text.decode(errors="replace").splitlines()


def docker_answer(line, api_version="1.51"):
    """What a daemon says to the first line of a request."""
    body = b'{"Version":"28.5.2","ApiVersion":"1.51","MinAPIVersion":"1.24","Os":"linux","Arch":"arm64"}' if "/version" in line else b"OK"
    return (f"HTTP/1.0 200 OK\r\nApi-Version: {api_version}\r\nServer: Docker/28.5.2 (linux)\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body


def answering(requests=None, answer=docker_answer):
    """A server that notes the lines of each request in `requests`, and answers as a daemon does."""
    def serve(connection):
        lines = read_head(connection)
        if not lines:
            return  # a handshake alone
        if requests is not None:
            requests.append(lines)
        connection.sendall(answer(lines[0]))
    return serve


def over_tls(context, serve):
    """The same over TLS."""
    def serve_tls(connection):
        with context.wrap_socket(connection, server_side=True) as tls:
            serve(tls)
    return serve_tls


def tls_context(certificate, key, ca=None):
    """A server's: with ca it demands a certificate that this one signed. Whatever OpenSSL of this machine takes by itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if ca:
        context.load_verify_locations(ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
