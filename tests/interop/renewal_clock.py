#!/usr/bin/env python3
"""Renewal and the clock (faketime): the day before, the day of and after expiry; a clock set back; leap days; an authority that ends first.

Each time openssl is the judge of what was renewed, and `list --due` has to agree."""
import datetime
import functools
import re

import still_clock
from harness import check, check_equal, check_in, need_tool, run, run_tests
from still_clock import Clock, seconds_of

BOTH = ["a.example", "alice"]
EXPIRED = "certificate has expired"


class Renewing(Clock):
    """A server's set and a client's."""

    @property
    def certificates(self):
        return {"sslserver": self.home / "servers/a.example/server-cert.pem", "sslclient": self.home / "clients/alice/cert.pem"}

    def issue(self, moment, *options):
        self.at(moment, "issue-server", "--dns", "a.example", *options)
        self.at(moment, "issue-client", "--name", "alice", *options)

    def verdict(self, moment):
        """What openssl says at the moment of both certificates, with the ca.pem beside them: "good", or why not."""
        found = set()
        for purpose, certificate in self.certificates.items():
            result = run(["openssl", "verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-purpose", purpose, "-attime", seconds_of(moment),
                          "-CAfile", certificate.with_name("ca.pem"), certificate])
            found.add("good" if result.code == 0 else re.search(r"depth lookup: (.*)", result.text).group(1))
        return ", ".join(sorted(found))

    def names(self, moment, *options):
        return sorted(row["name"] for row in self.json_at(moment, "list", *options)["certificates"])

    def is_due(self, moment, code=4):
        """Whether both are due, by `list --due` and by `renew --check`, which must agree: its code is 1 where a renewal would fail."""
        due = self.at(moment, "list", "--due", "--json", check_result=False)
        listed = sorted(one["name"] for one in due.json()["certificates"])
        check_equal(due.code, 4 if listed else 0, f"{moment}: list --due ends with 4 if something is due")
        checked = self.at(moment, "renew", "--check", check_result=False).code
        check((listed, checked) in ((BOTH, code), ([], 0)), f"{moment}: list --due and renew --check agree", f"    {listed}, exit {checked}")
        return listed == BOTH

    def renew(self, moment, *args, code=0):
        """The sets that renew tells of."""
        result = self.at(moment, "renew", *args, "--json", check_result=False)
        check_equal(result.code, code, f"{moment}: {' '.join(('renew', *args))}: exit {code}")
        return result.json()["sets"]

    def contents(self):
        return [path.read_bytes() for path in self.certificates.values()]


with_clock = functools.partial(still_clock.with_clock, Renewing)


def last_second(moment, days):
    """The last second of what is issued at the moment for so many days, as dockpki writes it."""
    begin = datetime.datetime.strptime(moment, "%Y-%m-%d %H:%M:%S")
    return (begin + datetime.timedelta(days=days, seconds=-1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def minute_before(end):
    """For openssl, which takes the very last second of a certificate for one too many."""
    moment = datetime.datetime.strptime(end, "%Y-%m-%dT%H:%M:%SZ") - datetime.timedelta(minutes=1)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def renews(clock, moment, days, before):
    """Both sets are due at the moment, at which openssl says `before` of the old ones; they are renewed for `days`."""
    check_equal(clock.verdict(moment), before, f"{moment}: the old ones, before openssl")
    check(clock.is_due(moment), "they are due")
    sets = clock.renew(moment)
    end = last_second(moment, days)
    check_equal([(one["result"], one["not_after"]) for one in sets], [("renewed", end)] * 2, f"both are renewed, for {days} days again")
    check_equal((clock.verdict(moment), clock.verdict(minute_before(end))), ("good", "good"), "openssl takes the new ones, now and to their end")
    check(not clock.is_due(moment), "and they are due no more")


# ---- how near the end is --------------------------------------------------------------------------------------------

@with_clock("2027-03-01 12:00:00")
def due_from_the_first_second_of_the_last_third(clock):
    clock.issue("2027-03-01 12:00:00", "--lifetime", "90d")
    check_equal([clock.is_due(moment) for moment in ("2027-04-30 11:39:59", "2027-04-30 11:40:00")], [False, True], "ninety days: a third is left")
    check_equal({one["result"] for one in clock.renew("2027-04-30 11:39:59")}, {"not_due"}, "a second before, nothing is renewed")
    renews(clock, "2027-04-30 11:40:00", 90, "good")


@with_clock("2027-03-01 12:00:00")
def ten_days_are_a_short_life(clock):
    clock.issue("2027-03-01 12:00:00", "--lifetime", "10d")
    check_equal([clock.is_due(moment) for moment in ("2027-03-06 11:29:59", "2027-03-06 11:30:00")], [False, True], "ten days: half of it is left")
    renews(clock, "2027-03-06 11:30:00", 10, "good")


@with_clock("2027-03-01 12:00:00")
def on_the_day_before(clock):
    clock.issue("2027-03-01 12:00:00", "--lifetime", "90d")
    renews(clock, "2027-05-29 12:00:00", 90, "good")


@with_clock("2027-03-01 12:00:00")
def on_the_day_itself(clock):
    clock.issue("2027-03-01 12:00:00", "--lifetime", "90d")
    renews(clock, "2027-05-30 11:59:00", 90, "good")


@with_clock("2027-03-01 12:00:00")
def in_the_last_second_and_the_first_behind_it(clock):
    clock.issue("2027-03-01 12:00:00", "--lifetime", "90d")
    check_equal(clock.names("2027-05-30 11:59:59", "--expired"), [], "the last second is not over")
    check_equal(clock.names("2027-05-30 12:00:00", "--expired"), BOTH, "the next one is")
    renews(clock, "2027-05-30 12:00:00", 90, EXPIRED)


@with_clock("2027-03-01 12:00:00")
def long_after(clock):
    clock.issue("2027-03-01 12:00:00", "--lifetime", "90d")
    check_equal(clock.names("2028-01-15 00:00:00", "--expired"), BOTH, "list --expired names them")
    renews(clock, "2028-01-15 00:00:00", 90, EXPIRED)
    check_equal(clock.names("2028-01-15 00:00:00", "--expired"), [], "and does so no more")


# ---- a clock set back -----------------------------------------------------------------------------------------------

@with_clock("2027-03-01 12:00:00")
def a_clock_before_the_set_renews_nothing(clock):
    clock.issue("2027-06-01 12:00:00")
    before = clock.contents()
    for moment in ("2027-06-01 10:59:59", "2027-02-28 12:00:00"):
        check(not clock.is_due(moment), "nothing is due")
        for args in (("a.example",), ("--before", "900d"), ("alice", "--rekey")):
            failed = [one for one in clock.renew(moment, *args, code=1) if one["result"] == "failed"]
            check(failed and all(f"check this machine's clock: it says {moment.replace(' ', 'T')}Z" == one["hint"] for one in failed),
                  "the hint is to look at the clock", str(failed))
    check_equal(clock.contents(), before, "the old files are in force")
    check_equal(clock.renew("2027-06-01 11:00:00", "alice")[0]["result"], "renewed", "its first second is inside")


@with_clock("2027-03-01 12:00:00")
def status_tells_of_a_clock_before_the_authority(clock):
    problems = clock.json_at("2027-02-28 12:00:00", "status", check_result=False)["problems"]
    check(any("not valid before 2027-03-01T11:00:00Z" in problem and "2027-02-28T12:00:00Z" in problem for problem in problems),
          "status names both times", str(problems))


@with_clock("2027-03-01 12:00:00")
def a_clock_before_the_last_entry_of_the_log(clock):
    clock.issue("2027-03-01 12:00:00")
    clock.at("2027-09-01 12:00:00", "issue-client", "--name", "later")
    wrong = "2027-07-01 12:00:00"
    check_equal(clock.renew(wrong, "a.example")[0]["not_after"], last_second(wrong, 365), "renewed, by the clock that there is")
    check_equal((clock.verdict(wrong), clock.verdict("2027-09-01 12:00:00")), ("good", "good"), "openssl takes it, then and by the right time")
    clock.at(wrong, "log", "--verify")
    listed = clock.json_at("2027-09-02 12:00:00", "list", "--all")
    for path in clock.home.glob("inventory.db*"):
        path.unlink()
    clock.at("2027-09-02 12:00:00", "repair")
    check_equal(clock.json_at("2027-09-02 12:00:00", "list", "--all"), listed, "and where the inventory is made again, the same is in force")
    check_equal(clock.renew("2027-09-02 12:00:00", "a.example")[0]["not_after"], last_second("2027-09-02 12:00:00", 365), "by the right clock again")


# ---- leap days ------------------------------------------------------------------------------------------------------

@with_clock("2028-02-01 12:00:00")
def issued_on_a_leap_day(clock):
    clock.issue("2028-02-29 12:00:00")
    renews(clock, "2029-02-28 11:00:00", 365, "good")
    renews(clock, "2030-03-01 00:00:00", 365, EXPIRED)


@with_clock("2027-03-01 12:00:00")
def ending_on_a_leap_day(clock):
    clock.issue("2027-03-01 12:00:00")
    sets = clock.json_at("2027-03-01 12:00:00", "list")["certificates"]
    check_equal({one["not_after"] for one in sets}, {"2028-02-29T11:59:59Z"}, "a year of 365 days ends on it")
    check_equal([clock.verdict(moment) for moment in ("2028-02-28 12:00:00", "2028-02-29 11:59:00", "2028-02-29 12:00:00")], ["good", "good", EXPIRED],
                "openssl on the day before, on it and behind")
    renews(clock, "2028-02-29 11:59:00", 365, "good")


@with_clock("2027-03-01 12:00:00")
def renewed_for_a_day_on_a_leap_day(clock):
    clock.issue("2028-02-28 12:00:00", "--lifetime", "1d")
    renews(clock, "2028-02-29 11:00:00", 1, "good")
    renews(clock, "2028-03-01 10:00:00", 1, "good")


@with_clock("2095-01-01 12:00:00", "--lifetime", "10y")
def a_century_without_a_leap_day(clock):
    clock.issue("2099-03-01 12:00:00")
    check_equal(clock.json_at("2099-03-01 12:00:00", "list")["certificates"][0]["not_after"], "2100-03-01T11:59:59Z", "2100 has no 29 February")
    renews(clock, "2100-02-28 23:59:59", 365, "good")


# ---- an authority that ends first -----------------------------------------------------------------------------------

AUTHORITY_END = "2028-04-04T11:59:59Z"  # of one that was made for 400 days
SHORTENED = f"shortened: the authority itself ends on {AUTHORITY_END}, so the certificate does too"


@with_clock("2027-03-01 12:00:00", "--lifetime", "400d")
def shortened_and_told(clock):
    clock.issue("2027-03-01 12:10:00")
    moment = "2028-01-15 12:00:00"
    for option in ("--dry-run", "--check"):
        check_in(SHORTENED, clock.at(moment, "renew", option, check_result=False).stdout, f"{option} tells it before")
    check_in(SHORTENED, clock.at(moment, "renew", "alice").stdout, "renew tells it in words")
    sets = clock.renew(moment, "a.example")
    check_equal((sets[0]["not_after"], sets[0]["notes"]), (AUTHORITY_END, [SHORTENED]), "and in its document")
    check_equal([clock.verdict(moment) for moment in (moment, "2028-04-04 11:59:00", "2028-04-05 00:00:00")], ["good", "good", EXPIRED],
                "openssl takes both as long as the authority")


@with_clock("2027-03-01 12:00:00", "--lifetime", "400d")
def renewed_in_vain(clock):
    clock.issue("2027-03-01 12:10:00", "--lifetime", "300d")
    clock.renew("2027-12-20 12:00:00")
    before, moment = clock.contents(), "2028-03-15 12:00:00"
    check(clock.is_due(moment, code=1), "the shortened ones are due again")
    for one in clock.renew(moment, code=1):
        check_in("the authority itself ends on 2028-04-04, and nothing would be gained", one["failure"], f"{one['name']} is refused: it cannot live longer")
        check_in("dockpki rotate-ca --same-key", one["hint"], "and the way out is named")
    check_equal(clock.contents(), before, "the old files are in force")
    clock.at(moment, "rotate-ca", "--same-key")
    renews(clock, moment, 300, "good")


@with_clock("2027-03-01 12:00:00", "--lifetime", "400d")
def a_shortened_life_is_not_carried_over(clock):
    clock.issue("2028-03-01 12:00:00")
    check_equal(clock.json_at("2028-03-01 12:00:00", "list")["certificates"][0]["not_after"], AUTHORITY_END, "the first ones are short already")
    clock.at("2028-03-30 12:00:00", "rotate-ca", "--same-key")
    renews(clock, "2028-03-30 12:00:00", 365, "good")


@with_clock("2027-03-01 12:00:00", "--lifetime", "90d")
def an_expired_authority_signs_nothing_and_says_what_to_do(clock):
    clock.issue("2027-03-01 12:00:00", "--lifetime", "30d")
    moment, before = "2027-05-30 12:00:00", clock.contents()
    check(clock.is_due(moment, code=1), "they are due")
    for one in clock.renew(moment, code=1):
        check_in("it expired on 2027-05-30T11:59:59Z", one["failure"], f"{one['name']} is refused, and why")
        check_in("dockpki rotate-ca --same-key", one["hint"], "and the way out is named")
    check_equal(clock.contents(), before, "the old files are where they were")
    step = clock.json_at(moment, "status", check_result=False)["next"][0]
    check("rotate-ca" in step and "--same-key" in step, "status names it first", step)
    clock.at(moment, "rotate-ca", "--same-key")
    renews(clock, moment, 30, EXPIRED)


@with_clock("2027-03-01 12:00:00", "--lifetime", "90d")
def an_expired_authority_is_replaced(clock):
    clock.issue("2027-03-01 12:00:00", "--lifetime", "30d")
    moment = "2027-06-15 12:00:00"
    for phase in ("begin", "reissue", "finish"):
        clock.at(moment, "rotate-ca", phase)
    check_equal((clock.verdict(moment), clock.is_due(moment)), ("good", False), "openssl takes what the new one signed")


need_tool("faketime", "faketime")
need_tool("openssl", "openssl")
run_tests(due_from_the_first_second_of_the_last_third, ten_days_are_a_short_life, on_the_day_before, on_the_day_itself,
          in_the_last_second_and_the_first_behind_it, long_after, a_clock_before_the_set_renews_nothing, status_tells_of_a_clock_before_the_authority,
          a_clock_before_the_last_entry_of_the_log, issued_on_a_leap_day, ending_on_a_leap_day, renewed_for_a_day_on_a_leap_day,
          a_century_without_a_leap_day, shortened_and_told, renewed_in_vain, a_shortened_life_is_not_carried_over,
          an_expired_authority_signs_nothing_and_says_what_to_do, an_expired_authority_is_replaced)
