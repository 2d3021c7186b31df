#include <dockpki/pki/foreign_authority.hpp>

#include <algorithm>
#include <array>

#include <dockpki/base/error.hpp>
#include <dockpki/pki/issuer.hpp>
#include <dockpki/pki/profile.hpp>

namespace dockpki::pki {
namespace {

constexpr std::string_view basic_constraints_oid = "2.5.29.19";
constexpr std::array<std::string_view, 4> broken_signatures = {"1.2.840.113549.1.1.2", "1.2.840.113549.1.1.3",
                                                               "1.2.840.113549.1.1.4", "1.2.840.113549.2.5"}; // MD2, MD4, MD5
constexpr std::array<std::string_view, 3> sha1_signatures = {"1.2.840.113549.1.1.5", "1.2.840.10045.4.1", "1.3.14.3.2.29"};

constexpr const char* start_anew = "make a new authority with 'dockpki init-ca', and issue every set anew";

[[noreturn]] void refuse(const std::string& why, const std::string& hint = start_anew) {
  throw Error(Errc::refused, "failed to import the authority: " + why, hint);
}

/// Go takes a usage on an authority as a bound on what its leaves may be used for.
bool allows_both_usages(const x509::CertificateContents& contents) {
  if (!contents.extended_key_usage)
    return true;
  const auto has = [&](std::string_view oid) {
    return std::ranges::find(*contents.extended_key_usage, oid) != contents.extended_key_usage->end();
  };
  return has(x509::any_extended_key_usage_oid) || (has(x509::server_auth_oid) && has(x509::client_auth_oid));
}

void refuse_unsound(const x509::Certificate& authority, TimePoint now) {
  const x509::CertificateContents& contents = authority.contents();
  if (const auto why = why_not_authority(contents))
    refuse(*why, "give the certificate that signed the others with --cert, or make a new authority with 'dockpki init-ca'");
  if (contents.subject.attributes().empty())
    refuse("its certificate has no subject");
  if (!is_signed_by_itself(authority))
    refuse("its certificate is not signed by itself but by '" + contents.issuer.text() +
               "', and many clients trust no such one alone",
           "import the authority at the top of the chain, or make a new one with 'dockpki init-ca'");
  if (const auto weakness = contents.subject_public_key.weakness())
    refuse(*weakness);
  if (std::ranges::find(broken_signatures, contents.signature_algorithm) != broken_signatures.end())
    refuse("its certificate is signed with MD5 or older, which can be forged");
  if (now > contents.validity.not_after)
    refuse("it expired on " + format_day(contents.validity.not_after));
  if (now < contents.validity.not_before)
    refuse("it is not valid before " + format_rfc3339(contents.validity.not_before),
           "check this machine's clock: it says " + format_rfc3339(now));
  if (!allows_both_usages(contents))
    refuse("its extendedKeyUsage does not allow both serverAuth and clientAuth, so Docker would refuse what it signs");
  check_names(authority, {});
}

/// What an extension would have said. A certificate of version 1 has none.
void add_missing_extensions(std::vector<std::string>& weak, const x509::CertificateContents& contents) {
  if (!contents.key_usage)
    weak.emplace_back("it has no keyUsage: Docker takes it, but Python 3.13 and later (docker-py, Ansible) refuse it");
  else if (!may_sign_lists(contents))
    weak.emplace_back("its keyUsage lacks cRLSign: it can make no revocation lists");
  if (!contents.subject_key_identifier)
    weak.emplace_back("it has no subjectKeyIdentifier: Docker takes it, but Python 3.13 and later refuse it");
  const x509::Extension* const constraints = contents.find_extension(basic_constraints_oid);
  if (constraints != nullptr && !constraints->critical)
    weak.emplace_back("its basicConstraints is not critical: Docker takes it, but Python 3.13 and later refuse it");
  if (!contents.basic_constraints->path_length)
    weak.emplace_back("it has no path length: it could make further authorities, which dockpki never does");
}

} // namespace

bool is_signed_by_itself(const x509::Certificate& certificate) {
  const x509::CertificateContents& contents = certificate.contents();
  return contents.subject == contents.issuer &&
         (!certificate.signature_algorithm() || certificate.is_signed_by(contents.subject_public_key));
}

std::vector<std::string> weaknesses_of(const x509::Certificate& authority, TimePoint now) {
  refuse_unsound(authority, now);
  const x509::CertificateContents& contents = authority.contents();
  std::vector<std::string> weak;
  if (contents.version < 3)
    weak.push_back("it is of version " + std::to_string(contents.version) +
                   ", which cannot say that it is an authority's: Docker takes it, but Python 3.13 and later and Java refuse it");
  else
    add_missing_extensions(weak, contents);
  if (std::ranges::find(sha1_signatures, contents.signature_algorithm) != sha1_signatures.end())
    weak.emplace_back("it is signed with SHA-1: Docker does not look at that in an authority, but scanners complain; what is "
                      "issued from now on is not");
  if (contents.validity.not_after < now + default_leaf_lifetime)
    weak.push_back("it expires on " + format_day(contents.validity.not_after) + " (" +
                   describe_when(contents.validity.not_after, now) +
                   "): nothing that it signs lives longer, so plan for a new one");
  return weak;
}

} // namespace dockpki::pki
