#!/usr/bin/env python3
"""`botan cert_verify` on every set. It ends with 0 whatever it finds, so its text is read; it looks at no purpose and no host."""
from harness import need_tool, run
from judging import Judge, Verdict, run_judge
from sets import CONSTRAINED


class Botan(Judge):
    name = "botan"
    checks_hosts = False
    checks_purposes = False
    may_not_know = (CONSTRAINED,)  # it reads no IPv6 network in name constraints

    def verify(self, ca, certificate):
        result = run(["botan", "cert_verify", certificate, ca])
        return Verdict(result.text.strip() == "Certificate passes validation checks", str(result))

    def authority(self, ca):
        # cert_verify takes an authority as an anchor only; what botan sees in it is told by cert_info.
        result = run(["botan", "cert_info", ca])
        return Verdict(result.code == 0 and "Cert Sign" in result.stdout and "CRL Sign" in result.stdout, str(result))

    def server(self, ca, certificate, host=None):
        return self.verify(ca, certificate)

    def client(self, ca, certificate):
        return self.verify(ca, certificate)


need_tool("botan", "botan")
run_judge(Botan())
