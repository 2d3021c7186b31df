"""A set-up of dockerd and its client, to be changed part by part and written as a case of the corpus' format (see predict-corpus)."""
import hashlib
import json
import os
import pathlib

from certificate_maker import authority, client, server

PORT = 23825
HOST = f"tcp://127.0.0.1:{PORT}"
CONTEXT = "remote"
META = f".docker/contexts/meta/{hashlib.sha256(CONTEXT.encode()).hexdigest()}/meta.json"
TLS = f".docker/contexts/tls/{hashlib.sha256(CONTEXT.encode()).hexdigest()}/docker"
KEY_MODE, CERTIFICATE_MODE = 0o400, 0o444


class Folder:
    """In place of a file."""


class Link(str):
    """To somewhere; {dir} is the case's folder."""


def context(host=HOST, skip_verify=False, **more):
    """What stands in a context's meta.json."""
    return {"Name": CONTEXT, "Metadata": {}, "Endpoints": {"docker": {"Host": host, "SkipTLSVerify": skip_verify}}, **more}


class SetUp:
    """Good as it is made: mutual TLS at 127.0.0.1, one authority for both sides.

    Certificates are made when the set-up is written; `files` holds those that are already there: octets, Folder, Link, or None for a file left out. `edits` are
    functions of a file's octets, applied last."""

    def __init__(self, keys, kind="p256"):
        self.keys, self.kind = keys, kind
        self.port = PORT
        self.ca = authority(keys.get(kind, "ca"))
        self.server = server(keys.get(kind, "server"), self.ca)
        self.client = client(keys.get(kind, "client"), self.ca)
        self.intermediate = None       # between the authority and both of them
        self.daemon_ca = None          # what signs clients, where that is another
        self.server_sends = self.client_sends = True  # the intermediate
        self.files, self.modes, self.owners, self.edits = {}, {}, {}, []
        self.switches = ["--tlsverify", "--tlscacert={dir}/ca.pem", "--tlscert={dir}/server-cert.pem", "--tlskey={dir}/server-key.pem"]
        self.hosts = [HOST]
        self.daemon_args = None        # whole, instead of switches and hosts
        self.daemon_json = None        # a dictionary, text or octets
        self.daemon_environment = {}
        self.environment = {"DOCKER_HOST": HOST, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "{dir}"}
        self.client_args = []
        self.client_uid = None
        self.live = False

    # ---- shapes that are good too ----

    def key(self, use, kind=None):
        return self.keys.get(kind or self.kind, use)

    def with_intermediate(self, **more):
        self.intermediate = authority(self.key("intermediate"), "Docker Test Intermediate CA", self.ca, **more)
        self.server.issuer = self.client.issuer = self.intermediate
        return self

    def with_two_authorities(self):
        """The daemon's certificate is by one, the client's by another."""
        self.daemon_ca = authority(self.key("daemon-ca"), "Docker Test Client CA")
        self.client.issuer = self.daemon_ca
        self.switches[1] = "--tlscacert={dir}/server-ca.pem"
        return self

    def by_daemon_json(self, **more):
        self.daemon_json = {"tlsverify": True, **{key: value for key, equals, value in (switch[2:].partition("=") for switch in self.switches)
                                                   if equals and key in ("tlscacert", "tlscert", "tlskey")}, "hosts": self.hosts, **more}
        self.daemon_args = []
        return self

    def by_context(self, **more):
        self.environment = {}
        self.files |= {f"home/{META}": json.dumps(context(**more)).encode(), "home/.docker/config.json": json.dumps({"currentContext": CONTEXT}).encode()}
        for name in ("ca.pem", "cert.pem", "key.pem"):
            self.files[f"home/{TLS}/{name}"] = name  # the same as that one
        return self

    # ---- changes ----

    def edit(self, name, change):
        self.edits.append((name, change))
        return self

    def leave_out(self, *names):
        self.files |= dict.fromkeys(names)
        return self

    def set_json(self, **more):
        """Keys of daemon.json; `...` leaves one out."""
        if self.daemon_json is None:
            self.by_daemon_json()
        self.daemon_json = {key: value for key, value in (self.daemon_json | more).items() if value is not ...}
        return self

    def set_environment(self, **more):
        """Variables of the client; None leaves one out."""
        self.environment = {key: value for key, value in (self.environment | more).items() if value is not None}
        return self

    # ---- writing ----

    def contents(self):
        """Octets, Folder or Link by the file's name."""
        middle = self.intermediate.pem() if self.intermediate else b""
        files = {}
        made = {"ca.pem": lambda: self.ca.pem(), "server-cert.pem": lambda: self.server.pem() + (middle if self.server_sends else b""),
                "server-key.pem": lambda: self.server.key.pem, "cert.pem": lambda: self.client.pem() + (middle if self.client_sends else b""),
                "key.pem": lambda: self.client.key.pem}
        if self.daemon_ca:
            made["server-ca.pem"] = lambda: self.daemon_ca.pem()
        for name, make in made.items():
            if name not in self.files:
                files[name] = make()
        files |= {name: value for name, value in self.files.items() if value is not None and not (isinstance(value, str) and not isinstance(value, Link))}
        for name, change in self.edits:
            if isinstance(files.get(name), bytes):
                files[name] = change(files[name])
        files |= {name: files[value] for name, value in self.files.items()
                  if isinstance(value, str) and not isinstance(value, Link) and value in files}
        if self.daemon_json is not None:
            text = self.daemon_json if isinstance(self.daemon_json, (str, bytes)) else json.dumps(self.daemon_json, indent=2)
            files["daemon.json"] = text.encode() if isinstance(text, str) else text
        return files

    def arguments(self):
        config = ["--config-file={dir}/daemon.json"] if self.daemon_json is not None else []
        if self.daemon_args is not None:
            return config + self.daemon_args
        return config + self.switches + [word for host in self.hosts for word in ("-H", host)]

    def write(self, folder, case_id):
        """The folder is made."""
        folder = pathlib.Path(folder)
        folder.mkdir(mode=0o755)
        for name, value in self.contents().items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(value, Link):
                path.symlink_to(value)
            elif value is Folder:
                path.mkdir()
            else:
                path.write_bytes(value)
                path.chmod(self.modes.get(name, KEY_MODE if "key.pem" in name else CERTIFICATE_MODE))
            if name in self.owners:
                os.chown(path, self.owners[name], self.owners[name], follow_symlinks=False)
        (folder / "env").write_text("".join(f"{key}={value}\n" for key, value in self.environment.items()))
        case = {"id": case_id, "port": self.port, "daemon_args": self.arguments(), "daemon_env": self.daemon_environment, "client_args": self.client_args,
                "client_uid": self.client_uid, "live": self.live}
        (folder / "case.json").write_text(json.dumps(case, indent=1) + "\n")
        return folder
