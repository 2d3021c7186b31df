"""A person at a terminal: runs a program on a pseudo-terminal that is its controlling one, waits for words, types."""
import os
import pty
import select
import signal
import termios
import time

import harness


class Terminal:
    """The program and the terminal that it runs on; ended by its pid at the end."""

    def __init__(self, argv, env, cwd=None):
        self.output = ""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            try:
                if cwd:
                    os.chdir(cwd)
                os.execvpe(str(argv[0]), [str(arg) for arg in argv], env)
            finally:
                os._exit(127)
        self.code = None

    def _read(self, seconds):
        """Takes what the program wrote within `seconds`; False at its end."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            octets = os.read(self.master, 65536)
        except OSError:  # EIO: nobody has the terminal open any more
            return False
        self.output += octets.decode(errors="replace")
        return bool(octets)

    def wait_for(self, words, seconds=30):
        """Reads until `words` were written; they and everything before are taken out of `output` and given back."""
        deadline = time.monotonic() + seconds
        while words not in self.output:
            if not self._read(0.2) or time.monotonic() > deadline:
                raise harness.Failed(f"never wrote {words!r}: {self.output!r}")
        end = self.output.index(words) + len(words)
        seen, self.output = self.output[:end], self.output[end:]
        return seen

    def echoes(self):
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def answer(self, prompt, words):
        """Waits for a prompt that does not echo, and types `words` and the return key; None is Ctrl-C. Gives what was written until then."""
        seen = self.wait_for(prompt)
        harness.check(not self.echoes(), f"  {prompt!r} is asked without echo")
        self.type("\x03" if words is None else words + "\n")
        return seen

    def type(self, text):
        os.write(self.master, text.encode())

    def finish(self, seconds=60):
        """Waits for the end. Gives the exit code (negative: a signal); `output` holds the rest of what was written."""
        deadline = time.monotonic() + seconds
        while self._read(0.2):
            if time.monotonic() > deadline:
                raise harness.Failed(f"does not end: {self.output!r}")
        _, status = os.waitpid(self.pid, 0)
        self.code = os.waitstatus_to_exitcode(status)
        return self.code

    def close(self):
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.master)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()
