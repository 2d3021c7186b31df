#include "app/standing_set.hpp"

#include <algorithm>
#include <array>

#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>
#include <dockpki/x509/pem.hpp>

#include "app/placed_sets.hpp"
#include "app/trust.hpp"

namespace dockpki::app {
namespace {

Secret read_set_file(const files::Path& folder, const std::string& name) {
  return files::read_file(folder / name, "file", docker::largest_set_file, files::Symlinks::refused);
}

/// True if `pem` holds certificates of this home's authorities and nothing else.
bool holds_only_authorities(store::Inventory& inventory, const Secret& pem) {
  const HomeAuthorities authorities(inventory);
  return std::ranges::all_of(x509::read_pem(pem.bytes(), "ca.pem"),
                             [&](const x509::PemBlock& block) { return authorities.find(block.der.bytes()) != nullptr; });
}

/// True if all that stands in `folder` is what this home put there: its authorities, a certificate that it issued, and that one's
/// key.
bool is_ours(store::Inventory& inventory, const files::Path& folder, const docker::SetLayout& layout) {
  try {
    const Secret certificate_pem = read_set_file(folder, layout.certificate);
    const auto certificate = x509::Certificate::from_pem(certificate_pem.bytes(), layout.certificate);
    const Secret key_pem = read_set_file(folder, layout.key);
    const auto key = x509::PrivateKey::from_pem(key_pem.bytes(), layout.key);
    return key.public_key() == certificate.contents().subject_public_key &&
           inventory.find_certificate(to_hex(certificate.fingerprint())).has_value() &&
           holds_only_authorities(inventory, read_set_file(folder, layout.ca));
  } catch (const Error&) {
    return false; // missing or unreadable: somebody else's, to be kept
  }
}

/// Before a passphrase is asked for and a serial number taken, where it can be known so early.
void refuse_unsafe(const SetOrder& order) {
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(order.folder, error)))
    files::check_private_folder(order.folder, "folder");
}

void refuse_standing(const SetOrder& order) {
  const std::vector<std::string> standing = files::standing_files(order.folder, written_names(order));
  if (!standing.empty() && order.options.force == Force::no)
    throw Error(Errc::already_exists,
                "failed to write the set to '" + order.folder.string() + "': " + standing.front() + " stands there already",
                "'dockpki renew' renews a set that dockpki put there; --force replaces it, --out DIR puts it elsewhere");
}

/// A certificate is of no use, and stops dockerd, beside a key that is not its own.
void refuse_other_key(const SetOrder& order) {
  const std::string& name = layout_of(order.layout).key;
  const std::array names = {name};
  if (order.request == nullptr || files::standing_files(order.folder, names).empty())
    return;
  const Secret pem = read_set_file(order.folder, name);
  if (x509::PrivateKey::from_pem(pem.bytes(), name).public_key() == order.request->contents().subject_public_key)
    return;
  throw Error(Errc::refused,
              "failed to write the set to '" + order.folder.string() + "': " + name +
                  " stands there, and is not the request's key",
              "--out DIR puts the certificate elsewhere");
}

/// The names of `replaced` that `names` lacks: "a.example, 10.0.0.1".
std::string lost_names(const x509::GeneralNames& replaced, const x509::SubjectAlternativeName& names) {
  std::string lost;
  const auto compare = [&](const std::string& text, const auto& kept) {
    if (std::ranges::none_of(kept, [&](const auto& name) { return name.text() == text; }))
      lost += (lost.empty() ? "" : ", ") + x509::printable(text);
  };
  for (const std::string& name : replaced.dns)
    compare(name, names.dns);
  for (const x509::IpAddress& address : replaced.ip)
    compare(address.text(), names.ip);
  for (const std::string& email : replaced.email)
    compare(email, names.email);
  return lost;
}

/// A certificate does not end when another takes its place, and its names are not taken over.
void note_on_replaced(SetOrder& order, TimePoint now) {
  const std::string& file = layout_of(order.layout).certificate;
  try {
    const Secret pem = read_set_file(order.folder, file);
    const auto certificate = x509::Certificate::from_pem(pem.bytes(), file);
    const x509::CertificateContents& replaced = certificate.contents();
    const std::string lost = lost_names(replaced.subject_alternative_name.value_or(x509::GeneralNames{}), order.leaf.names);
    if (!lost.empty())
      order.notes.push_back("this certificate lacks " + lost +
                            ", which the replaced one has: give all names again if they are still used");
    const TimePoint end = replaced.validity.not_after;
    if (end >= now && order.leaf.kind != pki::Kind::server)
      order.notes.push_back("the replaced certificate still opens every daemon that trusts its authority, until it expires on " +
                            format_day(end) + " or the daemon trusts another authority");
    if (end >= now && order.leaf.kind != pki::Kind::client)
      order.notes.push_back("the replaced certificate stays valid until " + format_day(end) +
                            ": whoever has its key can pose as this daemon");
  } catch (const Error&) {
    return; // there is none, or none that can be read
  }
}

} // namespace

std::vector<std::string> written_names(const SetOrder& order) {
  const docker::SetLayout& layout = layout_of(order.layout);
  if (order.request != nullptr)
    return {layout.ca, layout.certificate};
  return {layout.ca, layout.certificate, layout.key};
}

bool keeps_trust(const SetOrder& order, const std::string& authority) {
  return order.renews && order.renews->has_trust && order.renews->authority == authority;
}

void check_unchanged(store::Inventory& inventory, const SetOrder& order) {
  refuse_other_key(order);
  if (!order.renews)
    return;
  const std::optional<store::PlacementRecord> there = inventory.find_placement(order.folder.string(), order.layout);
  if (!there || there->certificate_id != order.renews->certificate_id)
    throw Error(Errc::busy,
                "failed to renew the set in '" + order.folder.string() + "': another process replaced or forgot it meanwhile",
                "run it again if the set is still due");
}

void check_standing(SetOrder& order, TimePoint now) {
  refuse_unsafe(order);
  refuse_standing(order);
  refuse_other_key(order);
  if (!order.renews)
    note_on_replaced(order, now);
}

std::string ca_pem_for(store::Inventory& inventory, const SetOrder& order) {
  const HomeAuthorities authorities(inventory);
  if (!order.renews || !order.renews->has_trust)
    return authorities.trust_pem(order.leaf.kind);
  return authorities.weigh(order.leaf.kind, read_set_file(order.folder, layout_of(order.layout).ca).bytes()).pem;
}

files::Existing existing_policy(store::Inventory& inventory, const SetOrder& order) {
  if (order.options.force == Force::no)
    return files::Existing::refused;
  if (order.renews) // what is written is known to be ours, and what is somebody else's in ca.pem stays there
    return files::Existing::replaced;
  return is_ours(inventory, order.folder, layout_of(order.layout)) ? files::Existing::replaced : files::Existing::backed_up;
}

} // namespace dockpki::app
