// Why: a person says by a name, a serial number or a file what is to be revoked. Which certificates that means is decided here,
// and nothing is ever guessed.
#pragma once

#include <dockpki/app/revoke.hpp>

namespace dockpki::app {

/// What was meant: to be revoked now, and those that are so already.
struct Revocable {
  std::vector<store::CertificateRecord> fresh;
  std::vector<store::CertificateRecord> already;
};

/// find_revocable finds the certificates that `options` mean, all of which may be revoked at `context.now` (or are already, for
/// the same reason). Throws as revoke does; a name that means several certificates is Errc::usage, and the message lists them.
Revocable find_revocable(const Context& context, store::Inventory& inventory, const RevokeOptions& options);

} // namespace dockpki::app
