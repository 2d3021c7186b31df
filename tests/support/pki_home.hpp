// A PKI home with an authority, and sets issued into it as the use cases do: reserve, sign, stage, record, commit.
#pragma once

#include <fstream>
#include <optional>

#include <dockpki/base/hex.hpp>
#include <dockpki/files/set.hpp>
#include <dockpki/pki/issuer.hpp>
#include <dockpki/store/home.hpp>

#include "support/folder.hpp"

namespace dockpki::test {

inline const TimePoint home_time = parse_rfc3339("2026-11-21T10:15:00Z");
inline constexpr const char* home_stamp = "20261121T101500Z";
inline const std::string home_actor = "alice (uid 1000) on host.example";

inline store::Der der_of(const x509::Certificate& certificate) {
  return {certificate.der().begin(), certificate.der().end()};
}

class PkiHome {
public:
  PkiHome() : PkiHome(std::filesystem::temp_directory_path()) {}
  explicit PkiHome(const std::filesystem::path& parent) : folder_(parent), home_(folder_ / "home") {
    store::WriteSession session = open("init-ca", store::Create::yes);
    pki::NewAuthority made =
        pki::make_authority(x509::PrivateKey::generate(x509::KeyType::p256), x509::CommonName::parse("dockpki CA host G1"),
                            std::nullopt, pki::default_authority_lifetime, {}, session.inventory(),
                            {.authority = "g1", .kind = pki::Kind::authority, .name = "g1", .folder = {}, .at = home_time});
    const std::string pem = made.certificate.pem();
    put_set(home_.authority("g1"), {{"ca.pem", bytes_of(pem), 0444}, {"ca-key.pem", bytes_of("the key"), 0400}},
            files::Existing::refused);
    session.record(store::AuthorityCreated{"g1", pki::Role::all, 1, made.certificate.contents().serial_number.text(),
                                           der_of(made.certificate)});
    issuer_.emplace(std::move(made.certificate), std::move(made.key), "g1");
  }

  [[nodiscard]] const store::Home& home() const { return home_; }
  [[nodiscard]] const std::filesystem::path& outside() const { return folder_.path(); }
  [[nodiscard]] store::WriteSession open(const std::string& command = "test", store::Create create = store::Create::no) const {
    return {home_, command, home_actor, home_time, create};
  }

  [[nodiscard]] x509::Certificate sign(pki::Ledger& ledger, const std::string& name, const std::string& folder) const {
    const pki::LeafOrder order{.kind = pki::Kind::server,
                               .common_name = x509::CommonName::parse(name),
                               .names = {.dns = {x509::DnsName::parse(name)}, .ip = {}, .email = {}}};
    return issuer_
        ->issue(request_, order, ledger,
                {.authority = "g1", .kind = pki::Kind::server, .name = name, .folder = folder, .at = home_time})
        .certificate;
  }

  [[nodiscard]] static store::CertificateIssued issued(const x509::Certificate& certificate, const std::string& name,
                                                       const std::string& folder) {
    return {"g1",   pki::Kind::server,     name, certificate.contents().serial_number.text(), der_of(certificate),
            folder, store::Layout::server, {}};
  }

  [[nodiscard]] const pki::Issuer& issuer() const { return *issuer_; }

  static files::StagedSet stage(const std::filesystem::path& folder, const x509::Certificate& certificate) {
    const std::string pem = certificate.pem();
    const std::string key = certificate.contents().serial_number.text();
    const std::vector<files::SetFile> set = {
        {"ca.pem", bytes_of("ca"), 0444}, {"server-cert.pem", bytes_of(pem), 0444}, {"server-key.pem", bytes_of(key), 0400}};
    return files::StagedSet::stage(folder, set, files::Existing::replaced, home_stamp);
  }

  /// Issues a set into `folder`, servers/NAME of the home unless given. Gives its serial.
  std::string issue(const std::string& name, std::filesystem::path folder = {}) const {
    if (folder.empty())
      folder = home_.server(name);
    store::WriteSession session = open("issue-server");
    const x509::Certificate certificate = sign(session.inventory(), name, folder.string());
    files::StagedSet staged = stage(folder, certificate);
    session.record(issued(certificate, name, folder.string()));
    staged.commit();
    return certificate.contents().serial_number.text();
  }

  /// "name/state" of every certificate, and the folders of all placements, as a reader sees them.
  [[nodiscard]] std::string story() const {
    store::ReadSession session(home_);
    std::string text;
    for (const store::CertificateRecord& one : session.inventory().certificates())
      text += one.name + '/' + std::string(store::to_string(one.state)) + ' ';
    for (const store::PlacementRecord& one : session.inventory().placements())
      text += std::to_string(one.certificate_id) + '@' + std::filesystem::path(one.folder).filename().string() + ' ';
    return text;
  }

private:
  static void put_set(const std::filesystem::path& folder, const std::vector<files::SetFile>& set, files::Existing existing) {
    files::StagedSet::stage(folder, set, existing, home_stamp).commit();
  }

  TemporaryFolder folder_;
  store::Home home_;
  std::optional<pki::Issuer> issuer_;
  x509::Request request_ = x509::Request::make({.subject = x509::DistinguishedName::make(x509::CommonName::parse("x")),
                                                .extended_key_usage = {},
                                                .subject_alternative_name = {}},
                                               x509::PrivateKey::generate(x509::KeyType::p256));
};

} // namespace dockpki::test
