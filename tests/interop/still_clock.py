"""A home at moments at which time stands still (faketime), for the tests that are about time."""
import calendar
import json
import time

from harness import clean_env, dockpki, run, temp_folder


class Clock:
    """A home that was begun at a moment, and whose commands each run at one."""

    def __init__(self, folder, begin, *init_options):
        self.home = folder / "home"
        self.at(begin, "init-ca", "--no-passphrase", *init_options)

    def at(self, moment, *args, check_result=True):
        # The monotonic clock is left alone: it has nothing to do with certificates.
        env = clean_env(self.home.parent, FAKETIME_DONT_FAKE_MONOTONIC=1)
        return run(["faketime", "-f", moment, dockpki(), "--home", self.home, *args], env=env, check=check_result)

    def json_at(self, moment, *args, check_result=True):
        return json.loads(self.at(moment, *args, "--json", check_result=check_result).stdout)


def seconds_of(moment):
    """A moment, as faketime and this file write it, in seconds since 1970: for those who are not deceived, but told the time."""
    return calendar.timegm(time.strptime(moment, "%Y-%m-%d %H:%M:%S"))


def with_clock(kind, begin, *options):
    """A test gets a Clock of its own."""
    def decorate(test):
        def run_test():
            with temp_folder() as folder:
                test(kind(folder, begin, *options))
        run_test.__name__ = test.__name__
        return run_test
    return decorate
