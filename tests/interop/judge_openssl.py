#!/usr/bin/env python3
"""`openssl verify -x509_strict` on every set, with purpose, host and address, at security level 3."""
from harness import need_tool, run
from judging import Judge, Verdict, run_judge
from sets import ADDRESSES, WRONG_ADDRESS


class Openssl(Judge):
    name = "openssl"

    def verify(self, ca, certificate, *options):
        # -auth_level 3 asks for 128 bits of security: every key type that dockpki makes has them.
        result = run(["openssl", "verify", "-x509_strict", "-check_ss_sig", "-auth_level", "3", "-no-CApath", "-no-CAstore", *options,
                      "-CAfile", ca, certificate])
        return Verdict(result.code == 0 and result.stdout.strip() == f"{certificate}: OK", str(result))

    def authority(self, ca):
        return self.verify(ca, ca)

    def server(self, ca, certificate, host=None):
        option = "-verify_ip" if host in ADDRESSES + (WRONG_ADDRESS,) else "-verify_hostname"
        return self.verify(ca, certificate, "-purpose", "sslserver", *((option, host) if host else ()))

    def client(self, ca, certificate):
        return self.verify(ca, certificate, "-purpose", "sslclient")


need_tool("openssl", "openssl")
run_judge(Openssl())
