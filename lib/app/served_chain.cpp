#include "app/served_chain.hpp"

#include <algorithm>

#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>

namespace dockpki::app {
namespace {

constexpr std::size_t most_names = 100;
constexpr std::size_t longest_text = 500;

/// Of the docker client that is strictest.
goverify::Rules rules() {
  return goverify::rules_of_client(goverify::DockerVersion::v29);
}

/// What the strict reader says of it. False if it refuses.
bool describe_strictly(const std::vector<std::uint8_t>& der, ServedCertificate& served) {
  try {
    const auto certificate = x509::Certificate::from_der(der);
    const x509::CertificateContents& contents = certificate.contents();
    served.subject = contents.subject.text();
    served.issuer = contents.issuer.text();
    served.serial = contents.serial_number.text();
    served.key = contents.subject_public_key.description();
    served.validity = contents.validity;
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::vector<std::string> names_of(const goverify::Certificate& certificate) {
  std::vector<std::string> names;
  for (const std::string& name : certificate.dns)
    names.push_back(x509::printable(name));
  for (const auto& address : certificate.ip)
    names.push_back(goverify::ip_text(address));
  names.resize(std::min(names.size(), most_names));
  return names;
}

bool is_about_dates(const goverify::Fault& fault) {
  return fault.reason == goverify::Reason::expired || fault.reason == goverify::Reason::not_yet_valid;
}

} // namespace

ServedCertificate describe_served(const std::vector<std::uint8_t>& der) {
  ServedCertificate served;
  served.sha256 = to_hex(x509::sha256(der));
  const bool strict = describe_strictly(der, served);
  try {
    const goverify::CertificatePtr certificate = goverify::parse_certificate(der, rules());
    served.names = names_of(*certificate);
    if (!strict) {
      served.subject = "CN=" + x509::printable(certificate->common_name);
      served.issuer = "CN=" + x509::printable(certificate->issuer_common_name);
      served.serial = to_hex(certificate->serial);
      served.validity = x509::Validity{.not_before = certificate->not_before, .not_after = certificate->not_after};
    }
  } catch (const goverify::Refusal& refusal) {
    served.unread = x509::printable(refusal.what());
  }
  return served;
}

ChainVerdict judge_chain(const std::vector<std::vector<std::uint8_t>>& chain, const std::string& host,
                         const std::optional<goverify::Pool>& roots, TimePoint now) {
  ChainVerdict verdict;
  try {
    std::vector<goverify::CertificatePtr> certificates;
    for (const auto& der : chain)
      certificates.push_back(goverify::parse_certificate(der, rules()));
    if (certificates.empty())
      return verdict;
    const goverify::CertificatePtr& leaf = certificates.front();
    const goverify::Fault misfit = goverify::verify_hostname(leaf, host, rules());
    verdict.fits_host = !misfit;
    verdict.misfit = x509::printable(misfit.text, longest_text);
    if (!roots)
      return verdict;
    goverify::VerifyOptions options{
        .roots = &*roots, .intermediates = {certificates.begin() + 1, certificates.end()}, .now = now, .host = {}};
    goverify::Fault fault = goverify::verify(leaf, options, rules());
    if (is_about_dates(fault) && std::ranges::find(certificates, fault.certificate) != certificates.end()) {
      options.now = fault.reason == goverify::Reason::expired ? fault.certificate->not_after : fault.certificate->not_before;
      fault = goverify::verify(leaf, options, rules());
    }
    verdict.trusted = !fault;
    verdict.distrust = x509::printable(fault.text, longest_text);
  } catch (const goverify::Refusal&) {
    return verdict; // Go reads every certificate before it judges any
  }
  return verdict;
}

} // namespace dockpki::app
