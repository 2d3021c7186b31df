#!/usr/bin/env python3
"""NSS's `vfychain` (the library of Firefox) on every set, by usage. It looks at no host."""
from harness import need_tool, run
from judging import Judge, Verdict, run_judge

SSL_CLIENT, SSL_SERVER, SSL_CA = "0", "1", "3"


class Nss(Judge):
    name = "vfychain"
    checks_hosts = False
    may_not_know = ("ed25519",)

    def verify(self, ca, certificate, usage):
        result = run(["vfychain", "-pp", "-u", usage, "-a", certificate, "-t", "-a", ca])
        return Verdict(result.code == 0 and "Chain is good!" in result.text, str(result))

    def authority(self, ca):
        return self.verify(ca, ca, SSL_CA)

    def server(self, ca, certificate, host=None):
        return self.verify(ca, certificate, SSL_SERVER)

    def client(self, ca, certificate):
        return self.verify(ca, certificate, SSL_CLIENT)


need_tool("vfychain", "libnss3-tools")
run_judge(Nss())
