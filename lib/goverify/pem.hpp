// Why: Go's encoding/pem passes over what it does not understand, and sees other blocks than OpenSSL does.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <dockpki/base/secret.hpp>
#include <dockpki/goverify/certificate.hpp>

namespace dockpki::goverify {

struct PemBlock {
  std::string label;
  std::map<std::string, std::string> headers;
  Secret octets;
};

/// decode_pem takes the first block of `rest` and what stands before it; none, and `rest` as it was, if there is none.
std::optional<PemBlock> decode_pem(std::string_view& rest);
std::vector<PemBlock> decode_all_pem(Bytes text);

/// The serial number in decimal, as Go prints it.
std::string serial_text(const Certificate& certificate);

} // namespace dockpki::goverify
