"""Set-ups whose flags, daemon.json, variables or contexts people got wrong: see known_certificates.py, of which this is the other half."""
import json

from certificate_maker import authority, days, server
from known_certificates import DOWN, NO, UP, dial, known, leave_out, replace
from set_up import CONTEXT, HOST, PORT, TLS

DEFAULT_HOST = "tcp://127.0.0.1:2376"


def config(**more):
    """daemon.json with all that is needed, and these keys; `...` leaves one out."""
    return lambda s: s.set_json(**more)


def config_text(change):
    """daemon.json as text, changed."""
    def edit(s):
        s.set_json()
        s.daemon_json = change(json.dumps(s.daemon_json))
    return edit


def flags(*words):
    """In place of all of dockerd's flags, or after a daemon.json."""
    return lambda s: setattr(s, "daemon_args", list(words))


def switches(change):
    return lambda s: setattr(s, "switches", change(s.switches))


def hosts(*given):
    return lambda s: setattr(s, "hosts", list(given))


def daemon_variables(**given):
    return lambda s: s.daemon_environment.update(given)


def variables(**given):
    return lambda s: s.set_environment(**given)


def only(**given):
    return lambda s: setattr(s, "environment", given)


def docker(*words):
    return lambda s: setattr(s, "client_args", list(words))


def in_context(**more):
    return lambda s: s.by_context(**more)


def context_without(*names):
    return lambda s: s.leave_out(*(f"home/{TLS}/{name}" for name in names))


plain_host = only(DOCKER_HOST=HOST)

# ---- daemon.json: keys and types ----
known("cfg-unknown-tlsecacert", DOWN, "cfg-unknown-key", config(tlsecacert="x"))
known("cfg-unknown-tls-verify", DOWN, "cfg-unknown-key", config(**{"tls-verify": True}))
known("cfg-key-case", DOWN, "cfg-unknown-key", config(TLSVerify=True))
known("cfg-unknown-dashes", DOWN, "cfg-unknown-key", config(**{"--tlsverify": True}))
known("cfg-client-only-keys", DOWN, "cfg-unknown-key", config(DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH="{dir}"))
known("cfg-host-singular", NO, "cfg-host-key", config(hosts=..., host=[HOST]))
known("cfg-host-singular-only", NO, "cfg-host-key", lambda s: (s.by_daemon_json(), setattr(s, "daemon_json", {"host": [HOST]})), plain_host)
known("cfg-hosts-conflict", DOWN, "cfg-hosts-conflict", config(), flags("-H", "fd://"))
known("cfg-hosts-conflict-unix", DOWN, "cfg-hosts-conflict", config(), flags("-H", "unix://{dir}/d.sock"))
known("cfg-hosts-conflict-same", DOWN, "cfg-hosts-conflict", config(), flags("-H", HOST))
known("cfg-tlsverify-conflict", DOWN, "cfg-flag-conflict", config(), flags("--tlsverify"))
known("cfg-tlscacert-conflict", DOWN, "cfg-flag-conflict", config(), flags("--tlscacert={dir}/ca.pem"))
known("cfg-tlsverify-string", DOWN, "cfg-types", config(tlsverify="true"))
known("cfg-tlsverify-number", DOWN, "cfg-types", config(tlsverify=1))
known("cfg-hosts-string", DOWN, "cfg-types", config(hosts=HOST))
known("cfg-nested-unknown", DOWN, "cfg-unknown-key", config(tls={"verify": True}))
known("cfg-nested-tls", DOWN, "cfg-types", config(tls={"tlsverify": True}))
known("cfg-array", DOWN, "cfg-types", config_text(lambda text: f"[{text}]"))
known("cfg-tls-string", DOWN, "cfg-types", config(tls="true"))

# ---- daemon.json: the text ----
for _id, _change in (("cfg-trailing-comma", lambda text: text[:-1] + ",}"), ("cfg-comment", lambda text: "// TLS\n" + text),
                     ("cfg-hash-comment", lambda text: "# TLS\n" + text),
                     ("cfg-single-quotes", lambda text: text.replace('"', "'")), ("cfg-curly-quotes", lambda text: text.replace('"', "“", 1).replace('"', "”", 1)),
                     ("cfg-missing-brace", lambda text: text[:-1]), ("cfg-missing-comma", lambda text: text.replace(",", " ", 1)),
                     ("cfg-newline-in-string", lambda text: text.replace("/ca.pem", "\n/ca.pem")),
                     ("cfg-backslashes", lambda text: text.replace("{dir}/ca.pem", "C:\\ProgramData\\ca.pem"))):
    known(_id, DOWN, "cfg-json", config_text(_change))
known("cfg-bom", DOWN, "cfg-bom", config_text(lambda text: "\ufeff" + text), dockerd28=UP)
known("cfg-utf16", DOWN, "cfg-bom", config_text(lambda text: ("\ufeff" + text).encode("utf-16-le")), dockerd28=UP)
known("cfg-utf16-be", DOWN, "cfg-bom", config_text(lambda text: ("\ufeff" + text).encode("utf-16-be")), dockerd28=UP)
known("cfg-empty", DOWN, "cfg-empty", config_text(lambda text: ""), dockerd28=NO)
known("cfg-blank", DOWN, "cfg-empty", config_text(lambda text: " \n"), dockerd28=NO)
known("cfg-two-objects", NO, "cfg-two-objects", config_text(lambda text: json.dumps({"hosts": [HOST]}) + text), dockerd28=DOWN, endpoint="plain")
known("cfg-trailing-text", UP, "cfg-two-objects", config_text(lambda text: text + " trailing"), dockerd28=DOWN)
known("cfg-duplicate-key-rev", UP, "cfg-dup-key", config_text(lambda text: text[:-1] + ', "tlsverify": false}'), endpoint="tls")
known("cfg-duplicate-key", UP, "cfg-dup-key", config_text(lambda text: '{"tlsverify": false, ' + text[1:]))

# ---- paths ----
known("cfg-tilde", DOWN, "cfg-tilde", config(tlscacert="~/.docker/ca.pem"))
known("cfg-tilde-cert", DOWN, "cfg-tilde", config(tlscert="~/.docker/server-cert.pem"))
known("cfg-envvar", DOWN, "cfg-tilde", config(tlscacert="$HOME/.docker/ca.pem"))
known("flag-tilde", DOWN, "cfg-tilde", switches(lambda given: [*given[:1], "--tlscacert=~/.docker/ca.pem", *given[2:]]))
known("env-certpath-tilde", NO, "cfg-tilde env-certpath", variables(DOCKER_CERT_PATH="~/.docker"))
known("env-flag-tilde", NO, "cfg-tilde", docker("--tlscacert=~/.docker/ca.pem"))
known("cfg-relative", DOWN, "cfg-relative", config(tlscert="server-cert.pem", tlskey="server-key.pem"))
known("cfg-path-blank", DOWN, "cfg-path-blank", config(tlscacert="{dir}/ca.pem "))
known("env-certpath-blank-end", NO, "cfg-path-blank", variables(DOCKER_CERT_PATH="{dir} "))
known("cfg-no-cert", DOWN, "cfg-no-cert", config(tlscert=..., tlskey=...))
known("cfg-no-key", DOWN, "cfg-no-cert", config(tlskey=...))
known("flag-tlsverify-no-files", DOWN, "cfg-no-cert", switches(lambda given: given[:1]))
known("flag-config-missing", DOWN, "file-missing-daemon", switches(lambda given: [*given, "--config-file={dir}/nowhere.json"]))
known("cfg-swapped-files", DOWN, "file-swapped", config(tlscert="{dir}/server-key.pem", tlskey="{dir}/server-cert.pem"))

# ---- what the switches mean ----
known("cfg-no-tlscacert", NO, "cfg-no-tlscacert", config(tlscacert=...))
known("cfg-no-tlscacert-sysroots", UP, "cfg-no-tlscacert", config(tlscacert=...), daemon_variables(SSL_CERT_FILE="{dir}/ca.pem"))
known("cfg-tlscacert-empty", NO, "cfg-no-tlscacert", config(tlscacert=""))
known("cfg-tlscacert-null", NO, "cfg-no-tlscacert", config(tlscacert=None))
known("cfg-cacert-is-server-cert", NO, "chain-wrong-ca-daemon", config(tlscacert="{dir}/server-cert.pem"))
known("cfg-certs-no-verify", NO, "cfg-certs-no-verify", config(tlsverify=...), endpoint="plain")
known("cfg-certs-no-verify-plain", UP, "cfg-certs-no-verify", config(tlsverify=...), plain_host, endpoint="plain")
known("flag-files-only", NO, "cfg-certs-no-verify", switches(lambda given: given[1:]), endpoint="plain")
known("flag-files-only-plain", UP, "cfg-certs-no-verify", switches(lambda given: given[1:]), plain_host, endpoint="plain")
known("cfg-tls-only", UP, "cfg-tls-only", config(tlsverify=..., tls=True))
known("cfg-tls-only-no-ca", NO, "cfg-tls-only", config(tlsverify=..., tls=True, tlscacert=...))
known("flag-tls", UP, "cfg-tls-only", switches(lambda given: ["--tls", *given[1:]]))
known("flag-tls-no-cert-client", NO, "cfg-tls-only", switches(lambda given: ["--tls", *given[1:]]), leave_out("cert.pem", "key.pem"))
known("cfg-tls-true-tlsverify-false", UP, "cfg-tlsverify-false", config(tls=True, tlsverify=False), endpoint="tls")
known("cfg-tlsverify-false-no-cert-client", UP, "cfg-tlsverify-false", config(tlsverify=False), leave_out("cert.pem", "key.pem"), endpoint="tls")
known("flag-tlsverify-false", UP, "cfg-tlsverify-false", switches(lambda given: ["--tlsverify=false", *given[1:]]), endpoint="tls")
known("cfg-client-pair", NO, "cfg-client-pair", config(tlscert="{dir}/cert.pem", tlskey="{dir}/key.pem"))
known("flag-env-certpath", NO, "cfg-client-pair", switches(lambda given: given[:1]), daemon_variables(DOCKER_CERT_PATH="{dir}"))
known("flag-tlscacert-empty", DOWN, "env-panic", switches(lambda given: [*given[:1], "--tlscacert=", *given[2:]]), dockerd28=NO)

# ---- listening ----
known("cfg-plain-plain", UP, "lst-plain", lambda s: (s.by_daemon_json(), setattr(s, "daemon_json", {"hosts": [HOST]})), plain_host, endpoint="plain")
known("cfg-plain-any-tls-false", UP, "lst-plain", lambda s: (s.by_daemon_json(), setattr(s, "daemon_json", {"tls": False, "hosts": [f"tcp://0.0.0.0:{PORT}"]})),
      plain_host, endpoint="plain")
known("cfg-hosts-https", DOWN, "lst-https", config(hosts=[f"https://127.0.0.1:{PORT}"]))
known("cfg-hosts-http", DOWN, "lst-https", config(hosts=[f"http://127.0.0.1:{PORT}"]))
known("flag-host-https", DOWN, "lst-https", hosts(f"https://127.0.0.1:{PORT}"))
known("cfg-no-hosts", UP, "lst-no-hosts", config(hosts=...), variables(DOCKER_HOST=DEFAULT_HOST), dockerd28=NO)
known("cfg-no-hosts-unix", NO, "lst-no-hosts", config(hosts=...), only(), dockerd28=UP)
known("cfg-hosts-empty", NO, "lst-no-hosts", config(hosts=[]))
known("flag-no-host", UP, "lst-no-hosts", hosts(), variables(DOCKER_HOST=DEFAULT_HOST))
known("flag-host-tcp-default", NO, "lst-port-default", hosts("tcp://"), variables(DOCKER_HOST=DEFAULT_HOST))
known("flag-host-no-port", UP, "lst-port-default", hosts("tcp://127.0.0.1"), variables(DOCKER_HOST="tcp://127.0.0.1:2375"))
known("env-host-no-port", NO, "lst-port-default", variables(DOCKER_HOST="tcp://127.0.0.1"))
known("flag-host-no-address", UP, "lst-no-addr", hosts(f":{PORT}"))
known("flag-host-tcp-no-address", UP, "lst-no-addr", hosts(f"tcp://:{PORT}"))
known("cfg-hosts-fd", DOWN, "lst-fd", config(hosts=["fd://"]))
known("flag-host-fd", DOWN, "lst-fd", hosts("fd://"))
known("cfg-hosts-dup-port", DOWN, "lst-bind", config(hosts=[HOST, f"tcp://localhost:{PORT}"]))
known("cfg-hosts-bad-port", DOWN, "lst-bind", config(hosts=["tcp://127.0.0.1:99999"]))
known("cfg-hosts-bad-name", DOWN, "lst-bind", config(hosts=[f"tcp://no-such-host.invalid:{PORT}"]))
known("cfg-hosts-slash", DOWN, "lst-bind", config(hosts=[HOST + "/"]))
known("cfg-hosts-foreign-ip", DOWN, "lst-bind", config(hosts=[f"tcp://198.51.100.7:{PORT}"]))
known("flag-tlsverify-space", DOWN, "lst-flag-syntax", switches(lambda given: ["--tlsverify", "true", *given[1:]]))
known("flag-tls-verify", DOWN, "lst-flag-syntax", switches(lambda given: ["--tls-verify", *given[1:]]))
known("flag-dash-d", DOWN, "lst-flag-syntax", switches(lambda given: ["-d", *given]))
known("flag-daemon-word", DOWN, "lst-flag-syntax", switches(lambda given: ["daemon", *given]))
known("flag-single-dash", DOWN, "lst-flag-syntax", switches(lambda given: ["-tlsverify", *given[1:]]))
known("flag-opts-one-word", DOWN, "lst-flag-syntax", switches(lambda given: [" ".join(given)]))
known("flag-tlscacert-typo", DOWN, "lst-flag-syntax", switches(lambda given: [*given[:1], "--tlsca={dir}/ca.pem", *given[2:]]))
known("flag-tlsverify-no", DOWN, "lst-flag-syntax", switches(lambda given: ["--tlsverify=no", *given[1:]]))
known("flag-quoted", UP, "lst-quotes", switches(lambda given: [word.replace("={dir}", '="{dir}') + '"' * ("={dir}" in word) for word in given]), dockerd28=DOWN)
known("flag-quoted-single", UP, "lst-quotes", switches(lambda given: [word.replace("={dir}", "='{dir}") + "'" * ("={dir}" in word) for word in given]),
      dockerd28=DOWN)
known("flag-quoted-host", DOWN, "lst-quotes", hosts(f'"{HOST}"'))
known("flag-env-verify", NO, "lst-env-verify", switches(lambda given: []), daemon_variables(DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH="{dir}"), endpoint="plain")

# ---- the client's variables ----
known("env-no-verify", NO, "env-no-verify sur-compose-env sur-modem", variables(DOCKER_TLS_VERIFY=None))
known("env-verify-empty", NO, "env-no-verify", variables(DOCKER_TLS_VERIFY=""))
known("env-verify-0", UP, "env-verify-0", variables(DOCKER_TLS_VERIFY="0"))
known("env-verify-false", UP, "env-verify-0 sur-testcontainers", variables(DOCKER_TLS_VERIFY="false"))
known("env-verify-blank", UP, "env-verify-0", variables(DOCKER_TLS_VERIFY=" "))
known("env-verify-0-plain", NO, "env-verify-0", hosts(HOST), switches(lambda given: []), variables(DOCKER_TLS_VERIFY="0"), endpoint="plain")
known("env-verify-0-wrong-ca", NO, "env-verify-0", dial("other.test"), variables(DOCKER_TLS_VERIFY="0"))
known("env-verify-1-plain", NO, "env-tls-to-plain", switches(lambda given: []), endpoint="plain")
known("env-certpath-missing", NO, "env-certpath env-toolbox sur-dind-volume", variables(DOCKER_CERT_PATH="{dir}/nowhere"))
known("env-certpath-file", NO, "env-certpath", variables(DOCKER_CERT_PATH="{dir}/ca.pem"))
known("env-certpath-quotes", NO, "env-certpath", variables(DOCKER_CERT_PATH='"{dir}"'))
known("env-certpath-list", NO, "env-certpath", variables(DOCKER_CERT_PATH="{dir}:{dir}"))
known("env-dind-certs-root", NO, "env-certpath", replace("certs/client/ca.pem", lambda s: s.ca.pem()), variables(DOCKER_CERT_PATH="{dir}/certs"))
known("env-certpath-empty-dir", NO, "env-certpath", replace("empty/README", lambda s: b"nothing\n"), variables(DOCKER_CERT_PATH="{dir}/empty"))
known("env-home-empty", NO, "env-home", variables(DOCKER_CERT_PATH=None))
known("env-sudo-home", NO, "env-home", variables(DOCKER_CERT_PATH=None, HOME="{dir}/root"))
known("env-home-other", UP, "", replace("other/.docker/ca.pem", lambda s: s.ca.pem()), replace("other/.docker/cert.pem", lambda s: s.client.pem()),
      replace("other/.docker/key.pem", lambda s: s.client.key.pem), variables(DOCKER_CERT_PATH=None, HOME="{dir}/other"))
known("env-docker-config-empty", NO, "env-home", replace("cfg/config.json", lambda s: b"{}"), variables(DOCKER_CERT_PATH=None, DOCKER_CONFIG="{dir}/cfg"))
for _id, _host in (("http", f"http://127.0.0.1:{PORT}"), ("ssl", f"tls://127.0.0.1:{PORT}"), ("upper", f"TCP://127.0.0.1:{PORT}")):
    known(f"env-host-{_id}", NO, "env-scheme", variables(DOCKER_HOST=_host))
known("env-host-https", NO, "env-scheme sur-testcontainers", variables(DOCKER_HOST=f"https://127.0.0.1:{PORT}"))
for _id, _host in (("quotes", f'"{HOST}"'), ("one-slash", f"tcp:/127.0.0.1:{PORT}"), ("two-ports", f"{HOST}:2376"), ("list", f"{HOST},{HOST}"),
                   ("ipv6-nobrackets", f"tcp://::1:{PORT}"), ("path", f"{HOST}/docker")):
    known(f"env-host-{_id}", NO, "env-host-form", variables(DOCKER_HOST=_host))
known("env-two-hosts", NO, "env-host-form", docker("-H", HOST, "-H", HOST))
for _id, _host in (("cr", f"{HOST}\\r"), ("blank", f" {HOST} "), ("slash", f"{HOST}/"), ("no-scheme", f"127.0.0.1:{PORT}")):
    known(f"env-host-{_id}", UP, "", variables(DOCKER_HOST=_host))
known("env-host-wrong-port", NO, "lst-firewall sur-dind-2375", variables(DOCKER_HOST="tcp://127.0.0.1:23899"))
known("env-host-0000", NO, "san-wrong-ip", dial("0.0.0.0"))
known("env-unix-tls", "up/no/ok", "env-unix-tls", hosts(HOST, "unix://{dir}/d.sock"), variables(DOCKER_HOST="unix://{dir}/d.sock"))
known("env-unix-missing-certs", NO, "env-unix-tls env-toolbox", hosts(HOST, "unix://{dir}/d.sock"), variables(DOCKER_HOST="unix://{dir}/d.sock",
                                                                                                              DOCKER_CERT_PATH=None))
known("env-proxy-name", NO, "env-proxy", dial("docker.test"), variables(HTTPS_PROXY="http://127.0.0.1:23899"))
known("env-proxy-lower", NO, "env-proxy", dial("docker.test"), variables(https_proxy="http://127.0.0.1:23899"))
known("env-proxy-loopback", UP, "", variables(HTTPS_PROXY="http://127.0.0.1:23899"))
known("env-flag-tlscert-only", NO, "env-flag-parts", replace("d/ca.pem", lambda s: s.ca.pem()), variables(DOCKER_CERT_PATH="{dir}/d"),
      docker("--tlscert={dir}/cert.pem"))
known("env-flag-after", NO, "env-flag-parts", docker("version", "--tlsverify"))
known("env-flag-tlscert-missing", NO, "env-flag-parts", docker("--tlscert={dir}/nope.pem"))
known("env-tls-certdir", NO, "env-tls-certdir", only(DOCKER_HOST=HOST, DOCKER_TLS_CERTDIR="{dir}"))
known("env-docker-tls-no-ca", NO, "file-missing-client-ca", replace("noca/cert.pem", lambda s: s.client.pem()), replace("noca/key.pem", lambda s: s.client.key.pem),
      only(DOCKER_HOST=HOST, DOCKER_TLS="1", DOCKER_CERT_PATH="{dir}/noca"))
known("env-flag-tlscacert-empty", "up/no/no", "env-panic", docker("--tlscacert="))
known("env-api-version", NO, "sur-api", variables(DOCKER_API_VERSION="1.99"))
known("env-api-version-v", "up/no/ok", "sur-api", variables(DOCKER_API_VERSION="v"))

# ---- contexts ----
known("env-context-no-tls", NO, "env-context-no-tls sur-contexts-tools", in_context(), context_without("ca.pem", "cert.pem", "key.pem"))
known("env-context-no-tls-env", NO, "env-context-no-tls", in_context(), context_without("ca.pem", "cert.pem", "key.pem"),
      variables(DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH="{dir}"))
known("env-context-ca-only", NO, "env-context-parts", in_context(), context_without("cert.pem", "key.pem"))
known("env-context-cert-no-key", NO, "env-context-parts", in_context(), context_without("key.pem"))
known("env-context-no-ca", NO, "env-context-parts", in_context(), context_without("ca.pem"))
known("env-context-key-mismatch", NO, "env-context-parts file-key-mismatch", in_context(), replace(f"home/{TLS}/key.pem", lambda s: s.key("other").pem))
known("env-docker-context-missing", NO, "env-context-missing", only(DOCKER_CONTEXT="nope"))
known("env-current-context-gone", NO, "env-context-missing", only(), replace("home/.docker/config.json", lambda s: b'{"currentContext": "gone"}'))
known("env-context-overridden", NO, "env-context-override", in_context(), only(DOCKER_HOST="tcp://127.0.0.1:23899"))
known("env-docker-context-vs-host", UP, "env-context-override", in_context(host="tcp://127.0.0.1:23899"),
      variables(DOCKER_CONTEXT=CONTEXT, DOCKER_HOST=HOST, DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH="{dir}"))
known("env-context-flag", UP, "", in_context(), docker("--context", CONTEXT), lambda s: s.leave_out("home/.docker/config.json"))
known("env-context-host-blank", NO, "env-host-form", in_context(host=f" {HOST}"))


# ---- files that are replaced while dockerd runs ----

def live(running, installed):
    """dockerd starts with the files of running(set-up), and those of installed(set-up) come over them later. Each by its name."""
    def change(s):
        for folder, make in (("live", running), ("new", installed)):
            s.files |= {f"{folder}/{name}": value for name, value in make(s).items()}
        s.switches = [switch.replace("{dir}/", "{dir}/live/") for switch in s.switches]
        s.live = True
    return change


def daemon_files(s, certificate=None, ca=None):
    certificate = certificate or s.server
    return {"ca.pem": (ca or s.ca).pem(), "server-cert.pem": certificate.pem(), "server-key.pem": certificate.key.pem}


def expired(s):
    return server(s.key("server"), s.ca, not_before=days(-20), not_after=days(-1))


def rotated(s):
    """A new authority for all; the client has its new pair, and trusts both."""
    old, new = s.ca, authority(s.key("new-ca"), "New CA")
    running = daemon_files(s)
    installed = daemon_files(s, server(s.key("new-server"), new), new)
    s.client.issuer = new
    s.files |= {"ca.pem": old.pem() + new.pem()}
    live(lambda _: running, lambda _: installed)(s)


known("rotate-no-restart", NO, "time-rotate", live(lambda s: daemon_files(s, expired(s)), daemon_files))
known("rotate-expired-after-start", UP, "time-rotate-silent", live(daemon_files, lambda s: daemon_files(s, expired(s))))
known("rotate-ca-no-restart", NO, "time-rotate", rotated)
known("rotate-good", UP, "", live(daemon_files, daemon_files))
known("rotate-missing-after-start", UP, "time-rotate-silent", live(daemon_files, lambda s: {"server-key.pem": b""}))
