#!/usr/bin/env python3
"""The arithmetic of validities with a clock that stands still (faketime): the last second, 2050, leap days, the authority's own end."""
import datetime
import functools

import still_clock
from asn1 import CertificateNodes
from harness import check, check_equal, check_in, need_tool, run_tests
from still_clock import Clock


class Issuing(Clock):
    def __init__(self, *args):
        super().__init__(*args)
        self.count = 0

    def issue(self, moment, *options):
        """Issues a client at the moment. Gives (nodes of its certificate, the document that was printed)."""
        self.count += 1
        document = self.json_at(moment, "issue-client", "--name", f"c{self.count}", *options)
        return CertificateNodes(self.home / f"clients/c{self.count}/cert.pem"), document

    def authority(self):
        return CertificateNodes(self.home / "authorities/g1/ca.pem")


def validity(nodes):
    return [(node.kind, node.value) for node in nodes.validity.children]


with_clock = functools.partial(still_clock.with_clock, Issuing)


@with_clock("2027-03-01 12:00:00", "--lifetime", "400d")
def an_hour_before_now_and_a_second_before_the_end(clock):
    check_equal(validity(clock.authority()), [("UTCTIME", "270301110000Z"), ("UTCTIME", "280404115959Z")], "the authority, 400 days")
    nodes, _ = clock.issue("2027-03-02 12:00:00", "--lifetime", "90d")
    check_equal(validity(nodes), [("UTCTIME", "270302110000Z"), ("UTCTIME", "270531115959Z")], "90 days")
    nodes, _ = clock.issue("2027-03-02 12:00:00", "--lifetime", "12h")
    check_equal(validity(nodes), [("UTCTIME", "270302110000Z"), ("UTCTIME", "270302235959Z")], "12 hours")
    nodes, document = clock.issue("2027-03-02 12:00:00", "--lifetime", "2w")
    check_equal(validity(nodes), [("UTCTIME", "270302110000Z"), ("UTCTIME", "270316115959Z")], "two weeks")
    check_equal((document["not_before"], document["not_after"]), ("2027-03-02T11:00:00Z", "2027-03-16T11:59:59Z"), "the document says the same")


@with_clock("2027-03-01 12:00:00", "--lifetime", "400d")
def never_past_the_authority(clock):
    nodes, document = clock.issue("2027-03-01 12:10:00")
    check_equal(validity(nodes)[0], ("UTCTIME", "270301111000Z"), "not before the authority: an hour before now is inside")
    check("notes" in document and not any("short" in note for note in document["notes"]), "a whole year fits: no note", str(document))
    nodes, document = clock.issue("2028-01-01 00:00:00")
    check_equal(validity(nodes)[1], validity(clock.authority())[1], "ends when the authority ends")
    check(any("short" in note for note in document["notes"]), "and says that it was shortened", str(document["notes"]))
    moment = "2028-01-01 00:00:00"
    result = clock.at(moment, "issue-client", "--name", "loud")
    check_in("short", result.text, "in words too")


@with_clock("2027-03-01 12:00:00")
def not_before_the_authority_begins(clock):
    nodes, _ = clock.issue("2027-03-01 11:30:00")
    check_equal(validity(nodes)[0], ("UTCTIME", "270301110000Z"), "a clock half an hour behind: begins with the authority")
    result = clock.at("2027-03-01 10:59:59", "issue-client", "--name", "early", check_result=False)
    check_equal(result.code, 1, f"a clock before the authority's begin is refused: {result.stderr.strip()}")
    check_in("clock", result.stderr, "the hint is to look at the clock")
    check(not (clock.home / "clients/early").exists(), "nothing was made")
    nodes, _ = clock.issue("2027-03-01 11:00:00")
    check_equal(validity(nodes)[0], ("UTCTIME", "270301110000Z"), "its first second is inside")


@with_clock("2027-03-01 12:00:00", "--lifetime", "1d")
def not_after_the_authority_ends(clock):
    nodes, _ = clock.issue("2027-03-02 11:59:59")
    check_equal(validity(nodes)[1], ("UTCTIME", "270302115959Z"), "its last second is inside")
    result = clock.at("2027-03-02 12:00:00", "issue-client", "--name", "late", check_result=False)
    check_equal(result.code, 1, f"an expired authority signs nothing: {result.stderr.strip()}")
    check_in("expired", result.stderr, "and it says why")
    check(not (clock.home / "clients/late").exists(), "nothing was made")


@with_clock("2049-12-01 00:00:00")
def the_year_2050(clock):
    check_equal(validity(clock.authority()), [("UTCTIME", "491130230000Z"), ("GENERALIZEDTIME", "20591128235959Z")], "an authority across 2050")
    nodes, _ = clock.issue("2049-12-31 23:00:00", "--lifetime", "1h")
    check_equal(validity(nodes), [("UTCTIME", "491231220000Z"), ("UTCTIME", "491231235959Z")], "the last second of 2049 is a UTCTime")
    nodes, _ = clock.issue("2049-12-31 23:00:01", "--lifetime", "1h")
    check_equal(validity(nodes), [("UTCTIME", "491231220001Z"), ("GENERALIZEDTIME", "20500101000000Z")], "the first of 2050 a GeneralizedTime")
    nodes, _ = clock.issue("2050-01-01 01:00:00", "--lifetime", "1h")
    check_equal(validity(nodes), [("GENERALIZEDTIME", "20500101000000Z"), ("GENERALIZEDTIME", "20500101015959Z")], "both in 2050")


@with_clock("2028-02-28 12:00:00")
def leap_days(clock):
    nodes, _ = clock.issue("2028-02-29 00:30:00", "--lifetime", "1d")
    check_equal(validity(nodes), [("UTCTIME", "280228233000Z"), ("UTCTIME", "280301002959Z")], "from a leap day")
    nodes, _ = clock.issue("2028-02-29 12:00:00", "--lifetime", "1y")
    check_equal(validity(nodes)[1], ("UTCTIME", "290228115959Z"), "a year is 365 days")


@with_clock("2027-03-01 12:00:00")
def the_longest_lifetime(clock):
    nodes, _ = clock.issue("2027-03-01 12:00:00", "--lifetime", "825d")
    begin, end = (datetime.datetime.strptime(value, "%y%m%d%H%M%SZ") for _, value in validity(nodes))
    check_equal(end - begin, datetime.timedelta(days=825, hours=1, seconds=-1), "825 days are granted")
    result = clock.at("2027-03-01 12:00:00", "issue-client", "--name", "long", "--lifetime", "826d", check_result=False)
    check(result.code != 0 and "--allow-long-lifetime" in result.stderr, "826 days are refused, with the way out", str(result))
    nodes, _ = clock.issue("2027-03-01 12:00:00", "--lifetime", "826d", "--allow-long-lifetime")
    check_equal(validity(nodes)[1], ("UTCTIME", "290604115959Z"), "and granted when asked for by name")


need_tool("faketime", "faketime")
run_tests(an_hour_before_now_and_a_second_before_the_end, never_past_the_authority, not_before_the_authority_begins, not_after_the_authority_ends, the_year_2050,
          leap_days, the_longest_lifetime)
