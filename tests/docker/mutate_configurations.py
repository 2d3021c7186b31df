"""Changes of dockerd's and docker's flags, files and variables, each drawn at random; see mutate_certificates.py."""
import json

from set_up import CONTEXT, HOST, META, PORT, TLS, context

DAEMON_HOSTS = (HOST, f"tcp://localhost:{PORT}", f"tcp://docker.test:{PORT}", f":{PORT}", f"tcp://:{PORT}", f"127.0.0.1:{PORT}", f"tcp://[::1]:{PORT}",
                f"tcp://[127.0.0.1]:{PORT}",
                f"[::1]:{PORT}", "tcp://127.0.0.1", "tcp://", "tcp://127.0.0.1:0", "tcp://127.0.0.1:99999", "tcp://127.0.0.1:port", f"{HOST}/", f"{HOST}/path",
                f"https://127.0.0.1:{PORT}",
                f"TCP://127.0.0.1:{PORT}", f" {HOST}", f"{HOST} ", "fd://", "fd://3", "unix://{dir}/d.sock", "unix://", "unix:///nowhere/d.sock",
                "tcp://198.51.100.7:1", f"tcp://no.invalid:{PORT}",
                f"::1:{PORT}", f"tcp://::1:{PORT}", f'"{HOST}"', "", " ", f"{HOST},{HOST}", f"tcp://127.0.0.1:0{PORT}", f"tcp://127.0.0.2:{PORT}",
                f"tcp:/127.0.0.1:{PORT}")
CLIENT_HOSTS = (HOST, f"tcp://localhost:{PORT}", f"tcp://docker.test:{PORT}", f"tcp://a.docker.test:{PORT}", f"tcp://DOCKER.TEST:{PORT}",
                f"tcp://docker.test.:{PORT}", f"tcp://[::1]:{PORT}",
                f"tcp://127.0.0.2:{PORT}", f"tcp://0.0.0.0:{PORT}", f"tcp://[127.0.0.1]:{PORT}", f"tcp://:{PORT}", f":{PORT}", f"127.0.0.1:{PORT}",
                "tcp://127.0.0.1", "tcp://", "",
                f"{HOST}/", f"{HOST}//", f"{HOST}/v1", f"{HOST}?x", f"{HOST}#x", f"{HOST}%20", f"https://127.0.0.1:{PORT}", f"http://127.0.0.1:{PORT}",
                f"TCP://127.0.0.1:{PORT}", f" {HOST}",
                f"{HOST} ", f"{HOST}\\r", f"\t{HOST}", f'"{HOST}"', f"'{HOST}'", f"tcp://127.0.0.1:0{PORT}", "tcp://127.0.0.1:99999",
                f"tcp://127.0.0.1:{PORT}:1", f"tcp://::1:{PORT}",
                f"tcp://user@127.0.0.1:{PORT}", f"tcp://user:secret@127.0.0.1:{PORT}", "unix://{dir}/d.sock", "unix://", "unix:///nowhere",
                "npipe:////./pipe/docker", "fd://", f"tcp:127.0.0.1:{PORT}",
                f"tcp:/127.0.0.1:{PORT}", f"tcp://[::1%lo]:{PORT}", f"tcp://127.0.0.1:{PORT},tcp://x:1", f"tcp://docker.test\u00a0:{PORT}",
                "tcp://no.invalid:1", f"tcp://[::ffff:127.0.0.1]:{PORT}")
TRUTHS = ("1", "0", "true", "false", "t", "F", "TRUE", "False", "yes", "no", "", " ", "tRue")
FILES = ("{dir}/ca.pem", "{dir}/server-cert.pem", "{dir}/server-key.pem", "{dir}/cert.pem", "{dir}/key.pem", "{dir}/none.pem", "", "~/ca.pem", "$HOME/ca.pem",
         "ca.pem", "{dir}/ca.pem ",
         '"{dir}/ca.pem"', "'{dir}/server-cert.pem'", "{dir}", "{dir}/../case/ca.pem", "{dir}//ca.pem", "{dir}/./server-key.pem")
FRAGMENTS = ('"', "'", "{", "}", "[", "]", ":", ",", "\\", "\\u00e9", "\\ud800", "\\x", "null", "true", "false", "1", "-", "0", "01", "1.", "1e", "e", "\n",
             "\t", "\0", "\udcff", "é", "/", "//", "#", " ",
             '"tls"', '"TLS": {}', '"tls": {"a": 1},', '"hosts"', '"a": ', "\ufeff", '"debug": true,', '"tlsverify": false,')


# ---- dockerd --------------------------------------------------------------------------------------------------------

def daemon_host(random, s):
    if not isinstance(s.daemon_json, (dict, type(None))):
        return None
    chosen = [random.choice(DAEMON_HOSTS) for _ in range(random.choice([1, 1, 1, 2, 0]))]
    if random.random() < 0.5:
        chosen = [*s.hosts, *chosen]
    if s.daemon_json is not None:
        s.daemon_json["hosts"] = chosen
    else:
        s.hosts = chosen
    return f"dockerd's hosts {chosen}"


def daemon_switch(random, s):
    """A flag more, or one in another form."""
    words = s.daemon_args if s.daemon_args is not None else s.switches
    how = random.choice(["more", "more", "form", "gone", "apart", "twice", "tls", "tls", "prefix"])
    if how != "more" and how != "tls" and not words:
        return None
    at = random.randrange(len(words)) if words else 0
    if how == "tls":
        new = random.choice(["--tls", "--tls=false", "--tlsverify=false", "--tlsverify=true", "--tlsverify", "--tls=1", f"--tlsverify={random.choice(TRUTHS)}",
                             f"--tls={random.choice(TRUTHS)}"])
        words.insert(at, new) if random.random() < 0.5 or not words else words.__setitem__(0, new)
        return f"dockerd: {new} at {at}: {words}"
    if how == "more":
        new = random.choice([[f"--{flag}={random.choice(FILES)}"] for flag in ("tlscacert", "tlscert", "tlskey")] * 2
                            + [["-D"], ["--debug"], ["--debug=false"], ["-l", "debug"], ["--log-level=info"], ["--log-level=loud"], ["--nope"], ["-x"],
                               ["word"], ["--"], ["-H", HOST], ["--host", HOST],
                               [f"-H={HOST}"], [f"--host={HOST}"], ["-linfo"], ["--mtu", "1400"], ["--mtu", "x"], ["--label", "a=b"], ["--label", "a"],
                               ["--group=root"], ["--live-restore"],
                               ["-Dlinfo"], ["--help=no"], ["--config-file={dir}/nowhere.json"], ["--dns=8.8.8.8"], ["--dns=x"], ["--shutdown-timeout=3"],
                               ["--shutdown-timeout=1.5"]])
        words[at:at] = new
        return f"dockerd: {new} at {at}"
    flag, equals, value = words[at].partition("=")
    if how == "gone":
        del words[at]
    elif how == "apart" and equals:
        words[at:at + 1] = [flag, value]
    elif how == "twice":
        words.append(words[at])
    elif how == "prefix":
        words[at] = words[at][1:] if random.random() < 0.5 else words[at].upper() if random.random() < 0.3 else words[at].replace("--tls", "--tl")
    elif equals:
        words[at] = f"{flag}={random.choice(FILES)}"
    else:
        return None
    return f"dockerd: {how} {flag}: {words}"


def daemon_variable(random, s):
    chosen = random.choice([("DOCKER_TLS_VERIFY", random.choice(TRUTHS)), ("DOCKER_CERT_PATH", random.choice(["{dir}", "{dir}/nowhere", ""])),
                            ("DOCKER_CONFIG", "{dir}"), ("DOCKER_HOST", HOST),
                            ("SSL_CERT_FILE", "{dir}/ca.pem"), ("SSL_CERT_DIR", "{dir}"), ("HTTPS_PROXY", "http://127.0.0.1:1"), ("DOCKER_TLS", "1"),
                            ("GODEBUG", "x509sha1=1"),
                            ("DOCKER_TLS_CERTDIR", "/certs")])
    s.daemon_environment[chosen[0]] = chosen[1]
    return f"dockerd: {chosen[0]}={chosen[1]}"


def json_value(random, s):
    """Not what dockerd looks at only when it has begun to listen: registries, generic resources."""
    if isinstance(s.daemon_json, (str, bytes)):
        return None
    key = random.choice(["tls", "tlsverify", "tlscacert", "tlscert", "tlskey", "hosts", "debug", "labels", "mtu", "host", "TLSVerify", "tls-verify", "log-opts",
                         "features", "x", "live-restore", "dns",
                         "log-level", "group", "default-ulimits", "max-concurrent-downloads"])
    value = random.choice([True, False, None, 1, 0, -5, 1.5, 1e3, "", "true", "x", [], {}, [HOST], [1], ["a=b"], {"tls": True}, {"a": "b"}, {"a": {"b": 1}},
                           *FILES[:3], *FILES[:3], ...])
    s.set_json(**{key: value})
    return f"daemon.json: {key} is {value!r}"


def json_text(random, s):
    s.set_json() if not isinstance(s.daemon_json, (str, bytes)) else None
    text = s.daemon_json if isinstance(s.daemon_json, (str, bytes)) else json.dumps(s.daemon_json)
    if isinstance(text, bytes):
        return None
    at, how, fragment = random.randrange(len(text) + 1), random.choice(["insert", "insert", "delete", "over", "cut", "end", "begin", "encoding",
                                                                        "twice"]), random.choice(FRAGMENTS)
    if how == "insert":
        text = text[:at] + fragment + text[at:]
    elif how == "delete":
        text = text[:at] + text[at + random.choice([1, 1, 2, 5, 20]):]
    elif how == "over":
        text = text[:at] + fragment + text[at + len(fragment):]
    elif how == "cut":
        text = text[:at]
    elif how == "end":
        text += fragment
    elif how == "begin":
        text = fragment + text
    elif how == "twice":
        text = text[:-1] + ', "' + random.choice(["tlsverify", "tls", "hosts", "tlscert", "Tlsverify"]) + '": ' + random.choice(["true", "false", "null", "[]",
                                                                                                                                 '"x"', f'["{HOST}"]']) + "}"
    data = text.encode("utf-8", "surrogateescape")
    if how == "encoding":
        code = random.choice(["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
        data = text.encode(code, "replace")
        how = code
    s.daemon_json = data
    return f"daemon.json: {how} {fragment!r} at {at}"


def both_places(random, s):
    s.set_json() if s.daemon_json is None else None
    if s.daemon_args is None:
        s.daemon_args = []
    new = random.choice([["-H", HOST], ["-H", "fd://"], ["--tlsverify"], ["--tls"], ["--tls=false"], ["--tlsverify=false"], ["--tlscacert={dir}/ca.pem"],
                         ["--tlscert={dir}/server-cert.pem"],
                         ["--debug"], ["--label=a=b"], ["-l", "info"]])
    s.daemon_args = [*s.daemon_args, *new]
    return f"daemon.json and {new}"


# ---- docker ---------------------------------------------------------------------------------------------------------

def client_host(random, s):
    host = random.choice(CLIENT_HOSTS)
    s.set_environment(DOCKER_HOST=host)
    return f"DOCKER_HOST={host!r}"


def client_variable(random, s):
    key, value = random.choice([("DOCKER_TLS_VERIFY", random.choice(TRUTHS)), ("DOCKER_TLS_VERIFY", None), ("DOCKER_TLS", random.choice(TRUTHS)),
                                ("DOCKER_CERT_PATH", random.choice(["{dir}", "{dir}/", "{dir}/.", "{dir}/nowhere", "", "~/.docker", '"{dir}"', "{dir}/ca.pem",
                                                                    ".", "{dir} ", "{dir}:/x"])),
                                ("DOCKER_CERT_PATH", None), ("DOCKER_CONTEXT", random.choice(["", "default", "nope", CONTEXT, "re/mote", "-x", "x"])),
                                ("DOCKER_CONFIG", random.choice(["{dir}", "{dir}/home/.docker", "{dir}/nowhere", ""])),
                                ("DOCKER_API_VERSION", random.choice(["1.41", "1.40", "v1.41", "1.12", "1.11", "1.99", "1", "x", "", "1.41.0", "01.41"])),
                                ("HTTPS_PROXY", random.choice(["http://127.0.0.1:1", "127.0.0.1:1", "", "socks5://127.0.0.1:1", ":", "https://127.0.0.1:1"])),
                                ("HTTP_PROXY", "http://127.0.0.1:1"), ("ALL_PROXY", "http://127.0.0.1:1"), ("https_proxy", "http://127.0.0.1:1"),
                                ("NO_PROXY", random.choice(["*", "docker.test", ".test", "127.0.0.1", "docker.test:1", "127.0.0.0/8", " docker.test "])),
                                ("HOME", random.choice(["{dir}", "{dir}/home", "/nowhere", ""])),
                                ("SSL_CERT_FILE", "{dir}/ca.pem"), ("DOCKER_TLS_CERTDIR", "{dir}"), ("GODEBUG",
                                                                                                     random.choice(["x509sha1=1", "x509negativeserial=0",
                                                                                                                    "rsa1024min=1", "tlsmaxrsasize=1024"])),
                                ("DOCKER_CUSTOM_HEADERS", "A=b"), ("DOCKER_HIDE_LEGACY_COMMANDS", "1")])
    s.set_environment(**{key: value})
    return f"{key}={value!r}"


def client_flag(random, s):
    file = random.choice(["{dir}/ca.pem", "{dir}/cert.pem", "{dir}/key.pem", "{dir}/none.pem", "", '"{dir}/ca.pem"', "~/ca.pem", "'{dir}/cert.pem'"])
    new = random.choice([["--tls"], ["--tlsverify"], ["--tls=false"], ["--tlsverify=false"], [f"--tlsverify={random.choice(TRUTHS)}"],
                         [f"--tls={random.choice(TRUTHS)}"], [f"--tlscacert={file}"],
                         [f"--tlscert={file}"], [f"--tlskey={file}"], ["--tlscacert", file], ["-H", random.choice(CLIENT_HOSTS)], [f"-H={HOST}"],
                         [f"--host={HOST}"], [f"-H{HOST}"], ["-c", CONTEXT],
                         ["-c", "nope"], ["--context=default"], ["--context", ""], ["--config", "{dir}/home/.docker"], ["--config", "{dir}/nowhere"],
                         ["--config="], ["-D"], ["--debug=false"], ["-l", "warn"],
                         ["--log-level=loud"], ["--nope"], ["-x"], ["--tlsverify", "true"], ["version", "--tls"], ["version", "--nope"],
                         ["-H", HOST, "-H", HOST], ["--tlscert={dir}/cert.pem", "--tlskey={dir}/key.pem"],
                         ["--"], ["version"], ["-DH", HOST]])
    s.client_args = [*s.client_args, *new] if "version" not in s.client_args else [*new, *s.client_args]
    return f"docker {s.client_args}"


def context_file(random, s):
    """Something about the context, or about which one is current."""
    if f"home/{META}" not in s.files:
        s.by_context()
        if random.random() < 0.3:
            s.set_environment(DOCKER_HOST=random.choice([HOST, ""]), DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH="{dir}")
    how = random.choice(["host", "host", "part", "part", "skip", "meta", "config", "config", "text", "name", "extra"])
    meta, config = f"home/{META}", "home/.docker/config.json"
    what = None
    if how == "host":
        what = random.choice(CLIENT_HOSTS)
        s.files[meta] = json.dumps(context(what)).encode()
    elif how == "part":
        what = random.sample(["ca.pem", "cert.pem", "key.pem"], random.choice([1, 1, 2, 3]))
        for name in what:
            s.files[f"home/{TLS}/{name}"] = random.choice([None, b"", b"rubbish\n", "server-cert.pem", "key.pem"])
    elif how == "skip":
        what = random.choice([True, False, None, 0, "true", "x"])
        s.files[meta] = json.dumps(context(HOST, what)).encode()
    elif how == "meta":
        what = random.choice([{"Endpoints": {}}, {"Endpoints": None}, {"Endpoints": {"docker": {}}}, {"Endpoints": {"docker": None}},
                              {"Endpoints": {"docker": HOST}}, {"Endpoints": {"Docker": {"Host": HOST}}},
                              {"Metadata": None}, {"Metadata": {"Description": 1}}, {"Metadata": "x"}, {"Name": "other"}, {"Name": ""}, {"name": "x"}, {"x": 1},
                              {"Endpoints": {"docker": {"host": HOST}}}, {"Endpoints": {"docker": {"Host": 1}}},
                              {"Endpoints": {"docker": {"Host": HOST}, "kubernetes": {"Host": "x"}}}])
        s.files[meta] = json.dumps(context(HOST) | what).encode()
    elif how == "config":
        what = random.choice([b"", b"{}", b"{", b"null", b"[]", b'{"currentContext": null}', b'{"currentContext": 1}', b'{"currentContext": ""}',
                              b'{"currentContext": "default"}',
                              b'{"currentContext": "nope"}', b'{"CurrentContext": "remote"}', b'{"currentContext": "remote"} x',
                              b'\xef\xbb\xbf{"currentContext": "remote"}',
                              b'{"auths": {}, "currentContext": "remote"}', b'{"auths": 1, "currentContext": "remote"}',
                              b'{"HttpHeaders": {"A": "b"}, "currentContext": "remote"}', None,
                              b'{"auths": {"x": {"auth": "!"}}, "currentContext": "remote"}',
                              b'{"proxies": {"default": {"httpProxy": "http://127.0.0.1:1"}}, "currentContext": "remote"}'])
        s.files[config] = what
    elif how == "text":
        text = json.dumps(context())
        at, fragment = random.randrange(len(text)), random.choice(FRAGMENTS)
        what = text[:at] + fragment + text[at + random.choice([0, 0, 1]):]
        s.files[meta] = what.encode("utf-8", "surrogateescape")
    elif how == "name":
        what = random.choice(["x", "", "default", "re mote", "remote.", "REMOTE"])
        s.set_environment(DOCKER_CONTEXT=what)
    else:
        what = random.choice(["note.txt", "crl.pem"])
        s.files[f"home/{TLS}/{what}"] = b"x\n"
    return f"context: {how} {what!r}"


CHANGES = (daemon_host, daemon_host, daemon_switch, daemon_switch, daemon_switch, daemon_variable, json_value, json_value, json_text, json_text, both_places,
           client_host, client_host, client_variable, client_variable,
           client_variable, client_flag, client_flag, client_flag, context_file, context_file, context_file)
