#include "app/predict_revoked.hpp"

#include <algorithm>
#include <filesystem>

#include <dockpki/base/error.hpp>
#include <dockpki/files/file.hpp>
#include <dockpki/x509/crl.hpp>
#include <dockpki/x509/pem.hpp>

namespace dockpki::app {
namespace {

namespace fs = std::filesystem;

/// A number's octets without the zeros in front.
Bytes magnitude(Bytes octets) {
  const auto first = std::ranges::find_if(octets, [](std::uint8_t octet) { return octet != 0; });
  return octets.subspan(static_cast<std::size_t>(first - octets.begin()));
}

x509::CrlContents read_list(const fs::path& path) {
  const Secret contents = files::read_file(path, "revocation list", x509::largest_input);
  const Bytes octets = contents.bytes();
  if (!octets.empty() && octets.front() == 0x30) // DER
    return x509::parse_crl(octets);
  return x509::parse_crl(x509::read_pem(octets, path.string(), x509::Explanatory::skipped).front().der.bytes());
}

bool names(const x509::CrlContents& list, const goverify::Certificate& client) {
  return std::ranges::equal(list.issuer.der(), client.issuer) &&
         std::ranges::any_of(list.revoked, [&](const x509::RevokedCertificate& one) {
           return std::ranges::equal(magnitude(one.serial_number.octets()), magnitude(client.serial));
         });
}

} // namespace

std::optional<docker::Fact> revoked_by_a_list(const std::string& ca, const goverify::Certificate& client) {
  std::error_code error;
  const fs::path folder = fs::path(ca).parent_path();
  for (auto entry = fs::directory_iterator(folder, error); !error && entry != end(entry); entry.increment(error)) {
    if (entry->path().filename().string().find("crl") == std::string::npos)
      continue;
    try {
      if (names(read_list(entry->path()), client))
        return docker::Fact{"chain-revoked", entry->path().string()};
    } catch (const Error&) {
      continue; // Docker does not mind it either
    }
  }
  return std::nullopt;
}

} // namespace dockpki::app
