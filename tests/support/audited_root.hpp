// A machine in a folder, with Docker on it as it should be; tests spoil it.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include <dockpki/app/audit.hpp>
#include <dockpki/pki/issuer.hpp>

#include "support/folder.hpp"
#include "support/memory_ledger.hpp"

namespace dockpki::test {

/// Owners are root's: only root can make one.
class AuditedRoot {
public:
  static constexpr gid_t docker_group = 112;
  static constexpr uid_t alice = 1000;

  AuditedRoot() {
    ::chmod(folder_.path().c_str(), 0755);
    write("etc/passwd", "root:x:0:0::/root:/bin/bash\ndaemon:x:1:1::/usr/sbin:/usr/sbin/nologin\n"
                        "alice:x:1000:1000::/home/alice:/bin/bash\n");
    write("etc/group", "root:x:0:\ndocker:x:112:\nalice:x:1000:\n");
    write("usr/lib/systemd/system/docker.service", "[Service]\nExecStart=/usr/bin/dockerd\n");
    write("usr/lib/systemd/system/docker.socket", "[Socket]\nListenStream=/run/docker.sock\n");
    write("etc/systemd/system/docker.service.d/limits.conf", "[Service]\nLimitNOFILE=4096\n");
    write("etc/docker/daemon.json", daemon_json());
    write("etc/default/docker", "# nothing\n");
    write("etc/sysconfig/docker", "# nothing\n");
    for (const char* file : {"ca.crt", "client.cert"})
      write("etc/docker/certs.d/registry.example.com:5000/" + std::string(file), "none", 0444);
    write("etc/docker/certs.d/registry.example.com:5000/client.key", "none", 0400);
    issue("etc/docker/tls");
    socket("run/docker.sock", docker_group);
    socket("run/containerd/containerd.sock", 0);
    folder("root");
    folder("home/alice");
    own("home/alice", alice, alice);
  }

  static std::string daemon_json() {
    return R"({"hosts": ["fd://", "tcp://10.0.0.5:2376"], "tlsverify": true, "tlscacert": "/etc/docker/tls/ca.pem",
 "tlscert": "/etc/docker/tls/server-cert.pem", "tlskey": "/etc/docker/tls/server-key.pem", "live-restore": true,
 "authorization-plugins": ["opa"]})";
  }

  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

  AuditedRoot& folder(const std::string& name) {
    std::filesystem::create_directories(folder_ / name);
    return *this;
  }
  AuditedRoot& write(const std::string& name, const std::string& text, mode_t mode = 0644) {
    folder(std::filesystem::path(name).parent_path().string());
    put(folder_ / name, text, mode);
    return *this;
  }
  AuditedRoot& remove(const std::string& name) {
    std::filesystem::remove_all(folder_ / name);
    return *this;
  }
  AuditedRoot& mode(const std::string& name, mode_t mode) {
    ::chmod((folder_ / name).c_str(), mode);
    return *this;
  }
  AuditedRoot& own(const std::string& name, uid_t user, gid_t group) {
    if (::lchown((folder_ / name).c_str(), user, group) != 0)
      throw std::runtime_error("only root may make this machine");
    return *this;
  }
  AuditedRoot& link(const std::string& name, const std::string& target) {
    remove(name);
    std::filesystem::create_symlink(target, folder_ / name);
    return *this;
  }
  AuditedRoot& socket(const std::string& name, gid_t group) {
    folder(std::filesystem::path(name).parent_path().string());
    ::mknod((folder_ / name).c_str(), S_IFSOCK | 0660U, 0);
    return own(name, 0, group).mode(name, 0660);
  }
  /// Puts the set of a server into a folder.
  AuditedRoot& issue(const std::string& name, Seconds lifetime = std::chrono::hours(24 * 365)) {
    MemoryLedger ledger;
    pki::NewAuthority made =
        pki::make_authority(x509::PrivateKey::generate(x509::KeyType::p256), x509::CommonName::parse("dockpki CA host G1"),
                            std::nullopt, pki::default_authority_lifetime, {}, ledger, reservation(pki::Kind::authority));
    const std::string ca = made.certificate.pem();
    const pki::Issuer issuer(std::move(made.certificate), std::move(made.key), "g1");
    const x509::PrivateKey key = x509::PrivateKey::generate(x509::KeyType::p256);
    const x509::CommonName common_name = x509::CommonName::parse("docker.example.com");
    pki::LeafOrder order{.kind = pki::Kind::server,
                         .common_name = common_name,
                         .names = {.dns = {x509::DnsName::parse(common_name.text())}, .ip = {}, .email = {}}};
    order.lifetime = lifetime;
    const auto request =
        x509::Request::make({.subject = x509::DistinguishedName::make(common_name), .subject_alternative_name = {}}, key);
    const std::string certificate = issuer.issue(request, order, ledger, reservation(pki::Kind::server)).certificate.pem();
    write(name + "/ca.pem", ca, 0444);
    write(name + "/server-cert.pem", certificate, 0444);
    return write(name + "/server-key.pem", std::string(key.write_unencrypted_pem().text()), 0400);
  }

  [[nodiscard]] app::Audit audit() const { return app::audit({.root = path()}, {}, now); }

  inline static const TimePoint now = parse_rfc3339("2026-11-22T15:00:00Z");

private:
  static pki::Reservation reservation(pki::Kind kind) {
    return {.authority = "g1", .kind = kind, .name = "x", .folder = {}, .at = now};
  }

  TemporaryFolder folder_;
};

/// The checks of this kind with that result.
inline std::vector<std::string> checks(const app::Audit& audit, std::string_view id, app::CheckResult result) {
  std::vector<std::string> found;
  for (const app::AuditCheck& check : audit.checks)
    if (check.id == id && check.result == result)
      found.push_back(check.evidence);
  return found;
}

inline std::vector<app::Finding> findings(const app::Audit& audit, std::string_view id) {
  std::vector<app::Finding> found;
  std::ranges::copy_if(audit.findings, std::back_inserter(found), [&](const app::Finding& one) { return one.id == id; });
  return found;
}

} // namespace dockpki::test
