// What entries of the log still say that fit no seal any more. A certificate in one proves itself by its authority's signature;
// a serial number proves nothing, but had better not be used again.
#include <dockpki/x509/certificate.hpp>

#include "store/rebuild.hpp"
#include "x509/base64.hpp"
#include "x509/utf8.hpp"

namespace dockpki::store {
namespace {

constexpr const char* source = "in a damaged entry of the audit log";

/// The text of member `name`; empty where there is none. What is escaped stays so.
std::string member(std::string_view line, std::string_view name) {
  const std::string mark = ",\"" + std::string(name) + "\":\"";
  const std::size_t found = line.find(mark);
  if (found == std::string_view::npos)
    return {};
  const std::size_t begin = found + mark.size();
  return std::string(line.substr(begin, line.find('"', begin) - begin));
}

std::optional<x509::Certificate> certificate_in(std::string_view line) {
  const std::string text = member(line, "certificate");
  Der der(text.size() / 4 * 3 + 3);
  x509::Base64Decoder decoder(der);
  for (const char c : text)
    if (!decoder.take(c))
      return std::nullopt;
  der.resize(decoder.size());
  try {
    return x509::Certificate::from_der(der);
  } catch (const Error&) {
    return std::nullopt;
  }
}

} // namespace

void Rebuild::add_salvaged(const std::vector<std::string>& broken) {
  for (const std::string& line : broken) {
    const std::optional<x509::Certificate> certificate = certificate_in(line);
    if (!certificate || certificate->contents().basic_constraints.value_or(x509::BasicConstraints{}).is_ca)
      continue;
    const std::string name = member(line, "name");
    const bool is_sound = !name.empty() && x509::is_utf8(name);
    add_found({certificate->der().begin(), certificate->der().end()},
              is_sound ? name : certificate->contents().subject.common_name(), {}, Layout::server, source);
  }
}

void Rebuild::add_salvaged_serials(const std::vector<std::string>& broken) {
  for (const std::string& line : broken) {
    const std::string authority = member(line, "authority");
    const std::string serial = member(line, "serial");
    const bool is_sound = !serial.empty() && serial.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (is_sound && !knows(authority, serial))
      add(CertificateAbandoned{authority, serial, "nothing but its serial number is left", pki::Kind::server, {}}, now_, source);
  }
}

} // namespace dockpki::store
