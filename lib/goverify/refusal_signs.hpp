// Why: the same refusal has the same reason wherever a certificate is read.
#pragma once

#include <dockpki/goverify/signs.hpp>

namespace dockpki::goverify {

/// What is behind Go's refusal of one certificate; `der` may be empty.
Sign sign_of_refusal(const std::string& text, Bytes der);

/// True if the certificate, which Go does not read, has an extension of that type twice.
bool has_extension_twice(Bytes der, std::string_view type);

} // namespace dockpki::goverify
