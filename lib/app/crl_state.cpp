// How the revocation lists stand: what was made, what lies in the folders, what is due.
#include <algorithm>

#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>
#include <dockpki/x509/pem.hpp>

#include "app/authority_files.hpp"
#include "app/crl_files.hpp"

namespace dockpki::app {
namespace {

/// The list in the authority's folder; nullopt if there is none that can be read.
std::optional<x509::Crl> read_crl(const files::Path& path) {
  try {
    return x509::Crl::from_der(files::read_file(path, "revocation list", x509::largest_input).bytes());
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool holds_pem_of(const files::Path& path, const x509::Crl& crl) {
  try {
    const std::string pem = crl.pem();
    return std::ranges::equal(files::read_file(path, "revocation list", 2 * x509::largest_input).bytes(), bytes_of(pem));
  } catch (const Error&) {
    return false;
  }
}

/// A third of its life is left, or less: as with certificates.
bool is_due(const store::CrlRecord& record, TimePoint now) {
  return record.next_update - now <= (record.next_update - record.this_update) / 3;
}

bool has_ended(const store::AuthorityRecord& authority, TimePoint now) {
  return x509::Certificate::from_der(authority.certificate).contents().validity.not_after < now;
}

} // namespace

bool is_crl_behind(const store::Home& home, store::Inventory& inventory, const std::string& authority) {
  const std::optional<store::CrlRecord> last = last_crl(inventory, authority);
  const pki::CrlOrder order = crl_order(inventory, authority);
  if (!last)
    return !order.revoked.empty();
  const std::optional<x509::Crl> crl = read_crl(home.authority(authority) / crl_der_name);
  if (!crl || to_hex(crl->fingerprint()) != last->sha256 || !holds_pem_of(home.authority(authority) / crl_pem_name, *crl))
    return true;
  return std::ranges::any_of(order.revoked, [&](const pki::RevokedLeaf& leaf) {
    return pki::belongs_on_list(leaf, order.last) &&
           std::ranges::find(crl->contents().revoked, leaf.revocation.serial_number, &x509::RevokedCertificate::serial_number) ==
               crl->contents().revoked.end();
  });
}

std::vector<CrlState> crl_states(const Context& context, store::Inventory& inventory) {
  std::vector<CrlState> states;
  for (const store::AuthorityRecord& authority : crl_authorities(inventory)) {
    const std::optional<store::CrlRecord> last = last_crl(inventory, authority.name);
    const bool is_behind = is_crl_behind(context.home, inventory, authority.name);
    if ((!last && !is_behind) || has_ended(authority, context.now))
      continue;
    const pki::CrlOrder order = crl_order(inventory, authority.name);
    const auto entries =
        std::ranges::count_if(order.revoked, [&](const pki::RevokedLeaf& leaf) { return belongs_on_list(leaf, order.last); });
    states.push_back({.authority = authority.name,
                      .last = last,
                      .revoked = static_cast<std::size_t>(entries),
                      .is_behind = is_behind,
                      .is_due = last && is_due(*last, context.now),
                      .pem = context.home.authority(authority.name) / crl_pem_name});
  }
  return states;
}

} // namespace dockpki::app
