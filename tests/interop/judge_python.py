#!/usr/bin/env python3
"""Mutual handshakes by Python's ssl with VERIFY_X509_STRICT on both sides (the default from Python 3.13 on), in memory."""
import functools
import ssl

from harness import check, client_context, handshake, run_tests, server_context
from sets import ADDRESSES, CLIENT_NAME, HOSTS, WRONG_ADDRESS, WRONG_HOST, load_sets


def failure(server, client, host):
    """Why the handshake failed; empty if it did not."""
    try:
        handshake(server, client, host)
        return ""
    except ssl.SSLError as error:
        return str(error)


def refuses(what, reason, server, client, host="localhost"):
    why = failure(server, client, host)
    check(reason in why, f"refused: {what}, because of: {reason}", why or "it was accepted")


def judge_set(one, foreign):
    server, client = server_context(one.ca, one.server, one.server_key), client_context(one.ca, one.client, one.client_key)
    for host in HOSTS + ADDRESSES:
        server_side, client_side = handshake(server, client, host)
        check(server_side.getpeercert() and client_side.getpeercert(), f"both sides accept each other as {host}, {client_side.version()}")
    subject = dict(pair[0] for pair in server_side.getpeercert()["subject"])
    check(subject["commonName"] == CLIENT_NAME, "the server sees the user's name", str(subject))
    refuses("a host that is not named", "Hostname mismatch", server, client, WRONG_HOST)
    refuses("an address that is not named", "IP address mismatch", server, client, WRONG_ADDRESS)
    refuses("no certificate", "peer did not return a certificate", server, client_context(one.ca))
    refuses("a client of another authority", "certificate verify failed", server, client_context(one.ca, foreign.client, foreign.client_key))
    refuses("a server of another authority", "certificate verify failed", server, client_context(foreign.ca, one.client, one.client_key))
    refuses("the server's certificate as client", "certificate purpose", server, client_context(one.ca, one.server, one.server_key))
    refuses("the client's certificate as server", "certificate purpose", server_context(one.ca, one.client, one.client_key), client)


def main():
    sets, tests = load_sets(), []
    for one, foreign in zip(sets, sets[1:] + sets[:1]):
        test = functools.partial(judge_set, one, foreign)
        test.__name__ = f"Python: {one.name}"
        tests.append(test)
    run_tests(*tests)


if __name__ == "__main__":
    main()
