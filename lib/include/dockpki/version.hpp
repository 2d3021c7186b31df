// Why: a report about a fault is of little use without the versions.
#pragma once

#include <string>

namespace dockpki {

/// openssl_version gives what the OpenSSL that is loaded says of itself: "OpenSSL 3.0.17 1 Jul 2025".
std::string openssl_version();

} // namespace dockpki
