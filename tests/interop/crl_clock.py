#!/usr/bin/env python3
"""Revocation lists and the clock (faketime): what a list says of time, when an entry leaves it, and that neither time nor number goes back."""
import functools

import still_clock
from harness import check, check_equal, check_in, need_tool, run, run_tests
from still_clock import Clock


class Lists(Clock):
    def make_crl(self, moment, *options):
        """The only list of the document that make-crl prints at the moment, and the list as openssl shows it."""
        document = self.json_at(moment, "make-crl", *options)
        text = run(["openssl", "crl", "-in", self.home / "authorities/g1/crl.pem", "-noout", "-text"], check=True).stdout
        return document["crls"][0], text, document["notes"]

    def state(self, moment):
        return self.json_at(moment, "status", check_result=False)


with_clock = functools.partial(still_clock.with_clock, Lists)


@with_clock("2027-03-01 12:00:00")
def thirty_days_from_now(clock):
    crl, text, _ = clock.make_crl("2027-03-02 12:00:00")
    check_equal((crl["this_update"], crl["next_update"], crl["number"]), ("2027-03-02T12:00:00Z", "2027-04-01T12:00:00Z", 1), "the first list")
    check_in("Last Update: Mar  2 12:00:00 2027 GMT\n        Next Update: Apr  1 12:00:00 2027 GMT", text, "and the list says the same")
    crl, _, _ = clock.make_crl("2027-03-02 12:00:00", "--lifetime", "7d")
    check_equal((crl["next_update"], crl["number"]), ("2027-03-09T12:00:00Z", 2), "another in the same second, for a week: number 2")


@with_clock("2027-03-01 12:00:00")
def neither_time_nor_number_goes_back(clock):
    clock.at("2027-03-02 12:00:00", "issue-client", "--name", "alice")
    clock.make_crl("2027-03-03 12:00:00")
    for command in (("make-crl",), ("make-crl", "--dry-run"), ("revoke", "alice", "--reason", "superseded")):
        result = clock.at("2027-03-03 11:59:59", *command, check_result=False)
        check_equal(result.code, 1, f"{' '.join(command)}: a clock behind the last list is refused: {result.stderr.strip()}")
        check_in("check this machine's clock: it says 2027-03-03T11:59:59Z", result.stderr, "the hint is to look at the clock")
    rows = clock.json_at("2027-03-03 12:00:00", "list")["certificates"]
    check_equal([row["state"] for row in rows], ["issued"], "nothing was revoked")
    crl, _, _ = clock.make_crl("2027-03-03 12:00:01")
    check_equal(crl["number"], 2, "the next one has the next number")


@with_clock("2027-03-01 12:00:00")
def an_entry_stays_for_one_list_after_its_end(clock):
    clock.at("2027-03-01 12:00:00", "issue-client", "--name", "alice", "--lifetime", "10d")
    clock.at("2027-03-02 12:00:00", "revoke", "alice", "--reason", "superseded")
    last_second, entries = "2027-03-11 11:59:59", []
    for moment in ("2027-03-11 11:59:00", last_second, "2027-03-11 12:00:00", "2027-03-11 12:00:01"):
        entries.append(clock.make_crl(moment)[0]["entries"])
    check_equal(entries, [1, 1, 1, 0], "on the lists up to its last second, on one more, and then no more")
    rows = clock.json_at("2027-03-12 12:00:00", "list")["certificates"]
    check_equal((rows[0]["state"], rows[0]["revoked_at"]), ("revoked", "2027-03-02T12:00:00Z"), "it stays revoked all the same")
    check_equal(clock.state("2027-03-12 12:00:00")["crls"][0]["behind"], False, "and the list is not behind for want of it")


@with_clock("2027-03-01 12:00:00")
def an_expired_certificate_is_not_revoked(clock):
    clock.at("2027-03-01 12:00:00", "issue-client", "--name", "alice", "--lifetime", "10d")
    result = clock.at("2027-03-11 12:00:00", "revoke", "alice", "--reason", "superseded", check_result=False)
    check_equal(result.code, 1, f"it is refused: {result.stderr.strip()}")
    check_in("it expired on 2027-03-11: nobody accepts it any more", result.stderr, "and it says why")


@with_clock("2027-03-01 12:00:00", "--lifetime", "40d")
def never_past_the_authority(clock):
    crl, _, notes = clock.make_crl("2027-03-20 12:00:00")
    check_equal(crl["next_update"], "2027-04-10T11:59:59Z", "ends when the authority ends")
    check(any("short" in note for note in notes), "and says that it was shortened", str(notes))
    result = clock.at("2027-04-10 12:00:00", "make-crl", check_result=False)
    check_equal(result.code, 1, f"an expired authority signs no list: {result.stderr.strip()}")


@with_clock("2027-03-01 12:00:00")
def due_when_a_third_of_its_life_is_left(clock):
    clock.make_crl("2027-03-01 12:00:00")
    states = [clock.state(moment)["crls"][0]["due"] for moment in ("2027-03-21 11:59:59", "2027-03-21 12:00:00")]
    check_equal(states, [False, True], "due from the twentieth of thirty days on")
    steps = clock.state("2027-03-21 12:00:00")["next"]
    check(any(step.startswith("dockpki make-crl ") for step in steps), "and status says what to do", str(steps))
    ended = clock.state("2027-03-31 12:00:01")["problems"]
    check(any("ended on 2027-03-31: whoever checks it refuses everybody" in problem for problem in ended), "one that has ended is a problem", str(ended))


@with_clock("2049-12-01 00:00:00")
def the_year_2050(clock):
    clock.at("2049-12-01 00:00:00", "issue-client", "--name", "alice")
    clock.at("2049-12-31 23:59:59", "revoke", "alice", "--reason", "superseded")
    asn1 = run(["openssl", "asn1parse", "-in", clock.home / "authorities/g1/crl.pem"], check=True).stdout
    times = [line.split(":")[-2].split()[-1] + " " + line.split(":")[-1] for line in asn1.splitlines() if "TIME" in line]
    check_equal(times, ["UTCTIME 491231235959Z", "GENERALIZEDTIME 20500130235959Z", "UTCTIME 491231235959Z"], "UTCTime through 2049, GeneralizedTime from 2050 on")


need_tool("faketime", "faketime")
need_tool("openssl", "openssl")
run_tests(thirty_days_from_now, neither_time_nor_number_goes_back, an_entry_stays_for_one_list_after_its_end, an_expired_certificate_is_not_revoked,
          never_past_the_authority, due_when_a_third_of_its_life_is_left, the_year_2050)
