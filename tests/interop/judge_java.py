#!/usr/bin/env python3
"""Java on every set: CertPathValidator, the TLS trust manager, mutual handshakes over loopback, and keytool's reading. Java 11 or newer."""
import pathlib
import subprocess

from harness import check, clean_env, need_tool, run, temp_folder
from judging import Judge, Verdict, run_judge
from sets import ADDRESSES, HOSTS, WRONG_ADDRESS, WRONG_HOST, make_openssl_set

PROGRAM = pathlib.Path(__file__).with_name("Judge.java")


class Java(Judge):
    name = "Java"
    checks_hosts = False  # here they are checked in the handshakes

    def __init__(self):
        self.program = subprocess.Popen(["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", PROGRAM], env=clean_env(), text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, *words):
        question = "\t".join(map(str, words))
        self.program.stdin.write(question + "\n")
        self.program.stdin.flush()
        answer = self.program.stdout.readline().strip()
        return Verdict(answer == "ok", f"    {question}\n    {answer or 'no answer'}")

    def authority(self, ca):
        return self.ask("authority", ca)

    def server(self, ca, certificate, host=None):
        return self.ask("path", ca, certificate, "server")

    def client(self, ca, certificate):
        return self.ask("path", ca, certificate, "client")

    def handshake(self, one, host, client=None, client_key=None):
        return self.ask("handshake", one.ca, one.server, one.server_key, client or one.client, client_key or one.client_key, host)

    def judge_set(self, one, foreign_ca):
        super().judge_set(one, foreign_ca)
        self.read_by_keytool(one)
        if not self.handshake(one, "localhost").accepted and not self.shakes_hands_with(one.key_type):
            print(f"  ok: Java has no TLS with {one.key_type}: it fails with a set that openssl alone made as well", flush=True)
            return
        for host in HOSTS + ADDRESSES:
            self.accepts(self.handshake(one, host), f"a mutual handshake with {host}")
        for host in (WRONG_HOST, WRONG_ADDRESS):
            self.refuses_because("No subject alternative", self.handshake(one, host), f"a handshake with {host}")
        self.refuses_because("Extended key usage does not permit", self.handshake(one, "localhost", one.server, one.server_key),
                             "a handshake with the server's certificate as client")

    def shakes_hands_with(self, key_type):
        with temp_folder() as folder:
            return self.handshake(make_openssl_set(folder, key_type), "localhost").accepted

    def refuses_because(self, reason, verdict, what):
        check(not verdict.accepted and reason in verdict.text, f"{self.name} refuses {what}: {reason}", verdict.text)

    def read_by_keytool(self, one):
        for certificate in (one.ca, one.server, one.client):
            result = run(["keytool", "-printcert", "-file", certificate])
            check(result.code == 0 and "Extensions:" in result.stdout and "BasicConstraints" in result.stdout, f"keytool reads {certificate.name}", str(result))


need_tool("java", "default-jdk-headless")
need_tool("keytool", "default-jdk-headless")
run_judge(Java())
