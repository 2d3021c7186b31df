// Why: each extension that Go knows is read where the certificate is; any other matters only if it is critical.
#pragma once

#include <dockpki/goverify/certificate.hpp>

#include "goverify/der_view.hpp"

namespace dockpki::goverify {

struct Extension {
  std::string type; ///< dotted
  bool is_critical = false;
  Bytes value;
};

/// process_extension adds to `out` what the extension says. Throws Refusal.
void process_extension(const Extension& extension, Certificate& out, const Rules& rules);

} // namespace dockpki::goverify
