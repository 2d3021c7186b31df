#!/usr/bin/env python3
"""curl (OpenSSL) or wget (GnuTLS) and a small HTTPS server that demands a client certificate. Arguments: the folder of the sets; curl or wget."""
import dataclasses
import functools
import sys

from harness import HttpsServer, check, clean_env, need_tool, run, run_tests, server_context, temp_folder, wait_for
from sets import ADDRESSES, CLIENT_NAME, HOSTS, WRONG_ADDRESS, WRONG_HOST, load_sets

GREETING = f"hello {CLIENT_NAME}\n"


def curl(ca, port, host, certificate=None, key=None, address="127.0.0.1"):
    name = f"[{host}]" if ":" in host else host
    files = ("--cert", certificate, "--key", key) if certificate else ()
    return run(["curl", "-q", "-sS", "--max-time", "20", "--connect-to", f"::{address}:{port}", "--cacert", ca, *files, f"https://{name}:{port}/"])


def wget(ca, port, host, certificate=None, key=None, address="127.0.0.1"):
    files = (f"--certificate={certificate}", f"--private-key={key}") if certificate else ()
    with temp_folder() as home:
        return run(["wget", "--no-config", "--no-hsts", "-nv", "-O", "-", "--tries=1", "--timeout=20", f"--ca-certificate={ca}", *files,
                    f"https://{host}:{port}/"], env=clean_env(home))


@dataclasses.dataclass
class Client:
    """What each of the two can be asked, and what is said when it fails."""
    ask: object
    hosts: tuple
    wrong_host: str
    not_trusted: str
    wrong_name: str


# wget cannot be told where a name leads, so it is asked for names that lead here anyway.
CLIENTS = {
    "curl": Client(curl, HOSTS + ADDRESSES, WRONG_HOST, "SSL certificate problem", "no alternative certificate subject name matches"),
    "wget": Client(wget, ("127.0.0.1", "localhost"), WRONG_ADDRESS, "doesn't have a known issuer", "does not match hostname"),
}


def client_refuses(what, result, reason):
    check(result.code != 0 and GREETING not in result.stdout, f"fails: {what}", str(result))
    check(reason in result.stderr, f"the client's reason: {reason}", str(result))


def server_refuses(what, server, reason, ask):
    server.errors.clear()
    result = ask()
    check(result.code != 0 and GREETING not in result.stdout, f"fails: {what}", str(result))
    wait_for(lambda: server.errors, "an error on the server's side")
    check(reason in server.errors[0], f"the server's reason: {reason}", str(server.errors))


def judge_set(client, one, foreign):
    own = one.client, one.client_key
    context = server_context(one.ca, one.server, one.server_key)
    with HttpsServer(context) as server:
        def ask(*files):
            return client.ask(one.ca, server.port, "localhost", *files)
        for host in client.hosts:
            result = client.ask(one.ca, server.port, host, *own)
            check(result.code == 0 and result.stdout == GREETING, f"greeted by name as {host}", str(result))
        server_refuses("no certificate", server, "peer did not return a certificate", ask)
        server_refuses("a client of another authority", server, "certificate verify failed", lambda: ask(foreign.client, foreign.client_key))
        server_refuses("the server's certificate as client", server, "certificate purpose", lambda: ask(one.server, one.server_key))
        client_refuses("a server of another authority", client.ask(foreign.ca, server.port, "localhost", *own), client.not_trusted)
    with HttpsServer(context, WRONG_ADDRESS) as server:
        client_refuses(f"the server as {client.wrong_host}", client.ask(one.ca, server.port, client.wrong_host, *own, WRONG_ADDRESS), client.wrong_name)


def main():
    program = sys.argv[2]
    need_tool(program, program)
    sets, tests = load_sets(), []
    for one, foreign in zip(sets, sets[1:] + sets[:1]):
        test = functools.partial(judge_set, CLIENTS[program], one, foreign)
        test.__name__ = f"{program}: {one.name}"
        tests.append(test)
    run_tests(*tests)


if __name__ == "__main__":
    main()
