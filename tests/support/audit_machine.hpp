// A machine to be audited: a folder with what its disk holds, its users and its daemons.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <unistd.h>

#include <dockpki/base/time.hpp>
#include <dockpki/pki/issuer.hpp>

#include "app/audited_machine.hpp"
#include "support/folder.hpp"
#include "support/memory_ledger.hpp"

namespace dockpki::test {

inline const TimePoint audit_time = parse_rfc3339("2026-11-22T12:00:00Z");

/// PEM of a certificate and of its key.
struct PemPair {
  std::string certificate;
  std::string key;
};

class MadeAuthority {
public:
  explicit MadeAuthority(const std::string& name = "test CA", TimePoint at = audit_time) : issuer_(make(name, at)) {}

  [[nodiscard]] std::string certificate() const { return issuer_.certificate().pem(); }
  [[nodiscard]] const std::string& key() const { return key_; }

  PemPair server(const std::string& dns, TimePoint at = audit_time) {
    return issue({.kind = pki::Kind::server,
                  .common_name = x509::CommonName::parse(dns),
                  .names = {.dns = {x509::DnsName::parse(dns)}, .ip = {}, .email = {}}},
                 at);
  }
  PemPair client(const std::string& name, TimePoint at = audit_time) {
    return issue({.kind = pki::Kind::client, .common_name = x509::CommonName::parse(name), .names = {}}, at);
  }

private:
  pki::Reservation reservation(pki::Kind kind, TimePoint at) {
    return {.authority = "g1", .kind = kind, .name = "x", .folder = "/x", .at = at};
  }

  pki::Issuer make(const std::string& name, TimePoint at) {
    pki::NewAuthority made =
        pki::make_authority(x509::PrivateKey::generate(x509::KeyType::p256), x509::CommonName::parse(name), std::nullopt,
                            pki::default_authority_lifetime, {}, ledger_, reservation(pki::Kind::authority, at));
    key_ = made.key.write_unencrypted_pem().text();
    return {std::move(made.certificate), std::move(made.key), "g1"};
  }

  PemPair issue(const pki::LeafOrder& order, TimePoint at) {
    const x509::PrivateKey key = x509::PrivateKey::generate(x509::KeyType::p256);
    const x509::Request request = x509::Request::make({.subject = pki::leaf_subject(order),
                                                       .extended_key_usage = pki::extended_key_usage(order.kind),
                                                       .subject_alternative_name = order.names},
                                                      key);
    const pki::IssuedLeaf leaf = issuer_.issue(request, order, ledger_, reservation(order.kind, at));
    return {leaf.certificate.pem(), std::string(key.write_unencrypted_pem().text())};
  }

  MemoryLedger ledger_;
  std::string key_;
  pki::Issuer issuer_;
};

/// MadeMachine has one user, ann, who is whoever runs the test.
class MadeMachine {
public:
  MadeMachine() {
    machine.root = root_.path();
    machine.now = audit_time;
    machine.users = {{.name = "ann", .uid = ::geteuid(), .gid = ::getegid(), .home = "/home/ann"}};
    folder("/home/ann/.docker", 0700);
    put("/etc/passwd", "root:x:0:0::/root:/bin/sh\nann:x:" + std::to_string(::geteuid()) + ":" + std::to_string(::getegid()) +
                           "::/home/ann:/bin/sh\n");
    put("/etc/group", "root:x:0:\n");
  }

  /// Where a path of the machine lies.
  [[nodiscard]] std::filesystem::path at(const std::string& path) const { return root_.path() / path.substr(1); }

  MadeMachine& folder(const std::string& path, mode_t mode = 0755) {
    std::filesystem::create_directories(at(path));
    ::chmod(at(path).c_str(), mode);
    return *this;
  }
  MadeMachine& put(const std::string& path, std::string_view text, mode_t mode = 0644) {
    std::filesystem::create_directories(at(path).parent_path());
    test::put(at(path), text, mode);
    return *this;
  }
  MadeMachine& link(const std::string& path, const std::string& target) {
    std::filesystem::create_directories(at(path).parent_path());
    std::filesystem::create_symlink(target, at(path));
    return *this;
  }

  /// A dockerd that listens with mutual TLS at `address`, its files in /etc/docker/tls.
  MadeMachine& daemon(const std::string& address, bool is_wildcard = false) {
    app::AuditedDaemon one;
    one.origin = "process 4711";
    one.is_running = true;
    one.process.emplace();
    one.process->id = 4711;
    one.root = root_.path();
    one.folder = "/";
    one.plan.tls = docker::ServerTls::mutual;
    one.plan.ca = "/etc/docker/tls/ca.pem";
    one.plan.certificate = "/etc/docker/tls/server-cert.pem";
    one.plan.key = "/etc/docker/tls/server-key.pem";
    one.plan.listeners = {{.scheme = "tcp", .address = address, .port = 2376, .is_wildcard = is_wildcard}};
    machine.daemons.push_back(std::move(one));
    return *this;
  }

  app::AuditedMachine machine;

private:
  TemporaryFolder root_;
};

/// What an audit noted.
class Noted {
public:
  explicit Noted(app::AuditNotes&& notes) { notes.move_to(audit_); }

  [[nodiscard]] bool is(const std::string& id, app::CheckResult result) const {
    return std::ranges::any_of(audit_.checks, [&](const app::AuditCheck& one) { return one.id == id && one.result == result; });
  }
  [[nodiscard]] bool passed(const std::string& id) const {
    return is(id, app::CheckResult::passed) && !is(id, app::CheckResult::failed);
  }
  [[nodiscard]] bool failed(const std::string& id) const { return is(id, app::CheckResult::failed); }
  [[nodiscard]] bool unknown(const std::string& id) const { return is(id, app::CheckResult::unknown); }
  [[nodiscard]] bool not_applicable(const std::string& id) const { return is(id, app::CheckResult::not_applicable); }

  /// The first finding of that id; an empty one if there is none.
  [[nodiscard]] app::Finding finding(const std::string& id) const {
    const auto found = std::ranges::find(audit_.findings, id, &app::Finding::id);
    return found == audit_.findings.end() ? app::Finding{} : *found;
  }
  /// "id: text", of everything.
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const app::AuditCheck& check : audit_.checks)
      all += check.id + ' ' + std::string(app::to_string(check.result)) + ": " + check.evidence + '\n';
    return all;
  }
  [[nodiscard]] const app::Audit& audit() const { return audit_; }

private:
  app::Audit audit_;
};

} // namespace dockpki::test
