// show: cards for certificates, requests, revocation lists and keys.
#include <algorithm>

#include <dockpki/base/hex.hpp>
#include <dockpki/report/text.hpp>

#include "report/card.hpp"
#include "report/names.hpp"

namespace dockpki::report {
namespace {

std::string colons(const std::string& hex) {
  std::string text;
  for (std::size_t i = 0; i < hex.size(); ++i) {
    if (i > 0 && i % 2 == 0)
      text += ':';
    text += hex[i];
  }
  return text;
}

std::string usages(const std::optional<std::vector<std::string>>& purposes) {
  std::vector<std::string> names;
  for (const std::string& purpose : purposes.value_or(std::vector<std::string>{}))
    names.push_back(x509::extended_key_usage_name(purpose));
  return join(names);
}

std::string constraints_text(const std::optional<x509::BasicConstraints>& constraints) {
  if (!constraints)
    return {};
  if (!constraints->is_ca)
    return "no";
  return constraints->path_length ? "yes, path length " + std::to_string(*constraints->path_length) : "yes, any path length";
}

std::string what_it_is(const x509::CertificateContents& contents) {
  if (contents.basic_constraints && contents.basic_constraints->is_ca)
    return "authority";
  const auto has = [&](std::string_view oid) {
    return contents.extended_key_usage &&
           std::ranges::find(*contents.extended_key_usage, oid) != contents.extended_key_usage->end();
  };
  if (has(x509::server_auth_oid) && has(x509::client_auth_oid))
    return "server and client";
  if (has(x509::server_auth_oid))
    return "server";
  return has(x509::client_auth_oid) ? "client" : "";
}

/// Extensions that the card does not show otherwise.
std::vector<std::string> other_extensions(const std::vector<x509::Extension>& extensions) {
  static const std::vector<std::string> shown = {"2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19",
                                                 "2.5.29.30", "2.5.29.35", "2.5.29.37"};
  std::vector<std::string> others;
  for (const x509::Extension& extension : extensions)
    if (std::ranges::find(shown, extension.oid) == shown.end())
      others.push_back(x509::extension_name(extension.oid) + (extension.critical ? " (critical)" : ""));
  return others;
}

std::string validity_text(const x509::Validity& validity, TimePoint now) {
  const std::string range = format_rfc3339(validity.not_before) + " to " + format_rfc3339(validity.not_after);
  if (now > validity.not_after)
    return range + " (expired " + describe_when(validity.not_after, now) + ")";
  if (now < validity.not_before)
    return range + " (begins " + describe_when(validity.not_before, now) + ")";
  return range + " (ends " + describe_when(validity.not_after, now) + ")";
}

std::string card_of(const x509::Certificate& certificate, const std::string& source, TimePoint now) {
  const x509::CertificateContents& contents = certificate.contents();
  const std::string kind = what_it_is(contents);
  Card card("Certificate" + (kind.empty() ? "" : " (" + kind + ")") + " in " + source);
  card.row("subject", contents.subject.text());
  card.row("issuer", contents.subject == contents.issuer ? "itself" : contents.issuer.text());
  card.row("valid", validity_text(contents.validity, now));
  card.row("names", join(general_names(contents.subject_alternative_name)));
  card.row("key", contents.subject_public_key.description());
  if (const auto weakness = contents.subject_public_key.weakness())
    card.row("weak", *weakness);
  card.row("authority", constraints_text(contents.basic_constraints));
  card.row("key usage", contents.key_usage ? join(x509::key_usage_names(*contents.key_usage)) : "");
  card.row("usage", usages(contents.extended_key_usage));
  card.row("permitted", join(contents.permitted_names));
  card.row("excluded", join(contents.excluded_names));
  card.row("others", join(other_extensions(contents.extensions)));
  const auto algorithm = certificate.signature_algorithm();
  card.row("signature", algorithm ? std::string(to_string(*algorithm)) : contents.signature_algorithm);
  card.row("version", std::to_string(contents.version));
  card.row("serial", colons(contents.serial_number.text()));
  card.row("key id", contents.subject_key_identifier ? colons(to_hex(*contents.subject_key_identifier)) : "");
  card.row("issuer key id", contents.authority_key_identifier ? colons(to_hex(*contents.authority_key_identifier)) : "");
  card.row("SHA-256", colons(to_hex(certificate.fingerprint())));
  return card.text();
}

std::string card_of(const x509::Request& request, const std::string& source, TimePoint) {
  const x509::RequestContents& contents = request.contents();
  Card card("Certificate request in " + source);
  card.row("subject", contents.subject.text());
  card.row("names", join(general_names(contents.subject_alternative_name)));
  card.row("key", contents.subject_public_key.description());
  if (const auto weakness = contents.subject_public_key.weakness())
    card.row("weak", *weakness);
  card.row("authority", constraints_text(contents.basic_constraints));
  card.row("key usage", contents.key_usage ? join(x509::key_usage_names(*contents.key_usage)) : "");
  card.row("usage", usages(contents.extended_key_usage));
  card.row("others", join(other_extensions(contents.extensions)));
  card.row("signature", request.is_signed_by_its_key() ? "by its own key" : "NOT by its own key");
  return card.text();
}

std::string card_of(const x509::CrlContents& crl, const std::string& source, TimePoint now) {
  Card card("Certificate revocation list in " + source);
  card.row("issuer", crl.issuer.text());
  card.row("this update", format_rfc3339(crl.this_update));
  const bool has_ended = crl.next_update && *crl.next_update < now;
  card.row("next update", crl.next_update ? format_rfc3339(*crl.next_update) + " (" + (has_ended ? "ended " : "") +
                                                describe_when(*crl.next_update, now) + ")"
                                          : "");
  card.row("number", crl.crl_number ? crl.crl_number->text() : "");
  card.row("revoked", std::to_string(crl.revoked.size()));
  for (const x509::RevokedCertificate& revoked : crl.revoked)
    card.row("", colons(revoked.serial_number.text()) + " on " + format_day(revoked.revocation_date) +
                     (revoked.reason.empty() ? "" : ", " + revoked.reason));
  return card.text();
}

std::string encryption_text(const x509::Pkcs8Encryption& encryption) {
  if (encryption.iterations <= 1)
    return encryption.cipher;
  return encryption.cipher + ", " + encryption.prf + ", " + std::to_string(encryption.iterations) + " iterations";
}

std::string card_of(const app::KeyCard& key, const std::string& source, TimePoint) {
  if (key.form == "public key")
    return Card("Public key in " + source)
        .row("key", key.public_key->description())
        .row("key id", colons(to_hex(key.public_key->key_identifier())))
        .text();
  Card card("Private key in " + source + (key.public_key ? " (only its public half is shown)" : ""));
  card.row("form", key.form);
  card.row("encryption", key.encryption ? encryption_text(*key.encryption) : "none");
  card.row("not read", key.unread);
  if (key.public_key) {
    card.row("key", key.public_key->description());
    card.row("key id", colons(to_hex(key.public_key->key_identifier())));
  }
  return card.text();
}

} // namespace

std::string text(const std::vector<app::Shown>& shown, const std::string& source, TimePoint now) {
  std::string text;
  for (const app::Shown& one : shown) {
    if (!text.empty())
      text += '\n';
    text += std::visit([&](const auto& what) { return card_of(what, source, now); }, one);
  }
  return text;
}

} // namespace dockpki::report
