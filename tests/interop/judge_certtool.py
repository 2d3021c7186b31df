#!/usr/bin/env python3
"""GnuTLS's `certtool --verify` on every set, profile high, with purpose, host and address."""
from harness import need_tool, run, temp_folder
from judging import Judge, Verdict, run_judge
from sets import CONSTRAINED, make_openssl_set

SERVER_AUTH, CLIENT_AUTH = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"


class Certtool(Judge):
    name = "certtool"

    def verify(self, ca, certificate, *options):
        result = run(["certtool", "--verify", "--verify-profile", "high", *options, "--load-ca-certificate", ca, "--infile", certificate])
        return Verdict("Chain verification output: Verified. The certificate is trusted." in result.text, str(result))

    def authority(self, ca):
        return self.verify(ca, ca)

    def judge_authority(self, one):
        # GnuTLS 3.7 holds an authority's name constraints against that authority's own common name when it is given nothing else.
        if one.name == CONSTRAINED and not self.accepts_constrained_authority():
            return self.refuses(self.authority(one.ca), "an authority with name constraints that stands alone, one that openssl made as well")
        return super().judge_authority(one)

    def accepts_constrained_authority(self):
        with temp_folder() as folder:
            return self.authority(make_openssl_set(folder, "p256", constrained=True).ca).accepted

    def server(self, ca, certificate, host=None):
        return self.verify(ca, certificate, "--verify-purpose", SERVER_AUTH, *(("--verify-hostname", host) if host else ()))

    def client(self, ca, certificate):
        return self.verify(ca, certificate, "--verify-purpose", CLIENT_AUTH)


need_tool("certtool", "gnutls-bin")
run_judge(Certtool())
