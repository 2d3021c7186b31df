"""What every outside judge of certificates is asked, whichever program it is."""
import dataclasses
import functools

from harness import check, run_tests, temp_folder
from sets import ADDRESSES, CONSTRAINED, HOSTS, WRONG_ADDRESS, WRONG_HOST, load_sets, make_openssl_set


@dataclasses.dataclass
class Verdict:
    accepted: bool
    text: str


class Judge:
    """One program that verifies certificates. The methods give a Verdict."""

    name = ""
    checks_hosts = True
    checks_purposes = True
    may_not_know = ()  # names of sets: one of the kind that openssl alone made decides whether this judge knows it

    def authority(self, ca):
        raise NotImplementedError

    def server(self, ca, certificate, host=None):
        """As a server's, reached under this name or address (where the judge looks at that)."""
        raise NotImplementedError

    def client(self, ca, certificate):
        raise NotImplementedError

    # ---- the questions

    def knows(self, one):
        if one.name not in self.may_not_know:
            return True
        with temp_folder() as folder:
            reference = make_openssl_set(folder, one.key_type, constrained=one.name == CONSTRAINED)
            return self.server(reference.ca, reference.server).accepted and self.client(reference.ca, reference.client).accepted

    def accepts(self, verdict, what):
        check(verdict.accepted, f"{self.name} accepts {what}", verdict.text)

    def refuses(self, verdict, what):
        check(not verdict.accepted, f"{self.name} refuses {what}", verdict.text)

    def judge_authority(self, one):
        self.accepts(self.authority(one.ca), "the authority")

    def judge_set(self, one, foreign_ca):
        if not self.knows(one):
            self.refuses(self.server(one.ca, one.server), f"this, which it does not know ({one.name}): it refuses what openssl alone made as well")
            return
        self.judge_authority(one)
        self.accepts(self.client(one.ca, one.client), "the client")
        self.accepts(self.server(one.ca, one.server), "the server")
        if self.checks_purposes:
            self.refuses(self.server(one.ca, one.client), "the client's certificate as a server's")
            self.refuses(self.client(one.ca, one.server), "the server's certificate as a client's")
        self.refuses(self.client(foreign_ca, one.client), "the client under another authority")
        self.refuses(self.server(foreign_ca, one.server), "the server under another authority")
        if self.checks_hosts:
            self.judge_hosts(one)

    def judge_hosts(self, one):
        for host in HOSTS + ADDRESSES:
            self.accepts(self.server(one.ca, one.server, host), f"the server as {host}")
        for host in (WRONG_HOST, WRONG_ADDRESS):
            self.refuses(self.server(one.ca, one.server, host), f"the server as {host}")


def run_judge(judge):
    """Asks the judge about all sets, each against an authority of another set too; ends the script."""
    sets, tests = load_sets(), []
    for one in sets:
        foreign = next(other for other in sets if other.name != one.name and other.name not in judge.may_not_know)
        test = functools.partial(judge.judge_set, one, foreign.ca)
        test.__name__ = f"{judge.name}: {one.name}"
        tests.append(test)
    run_tests(*tests)
