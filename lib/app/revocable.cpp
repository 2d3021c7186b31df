#include "app/revocable.hpp"

#include <algorithm>

#include <dockpki/app/look.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>
#include <dockpki/base/suggest.hpp>
#include <dockpki/x509/pem.hpp>

#include "app/order.hpp"

namespace dockpki::app {
namespace {

using Records = std::vector<store::CertificateRecord>;

std::string failed(const std::string& which) {
  return "failed to revoke '" + x509::printable(which) + "': ";
}

[[noreturn]] void refuse_authority(const std::string& which) {
  throw Error(Errc::refused, failed(which) + "it is an authority, and an authority cannot be revoked by its own list",
              "whoever trusts it has to be told to trust another one: 'dockpki rotate-ca begin' makes it");
}

bool is_serial_of(const store::AuthorityRecord& authority, const std::string& serial) {
  return !authority.certificate.empty() &&
         x509::Certificate::from_der(authority.certificate).contents().serial_number.text() == serial;
}

/// The lower-case digits of what may be a serial number, as openssl and browsers show it, too.
std::string serial_digits(const std::string& which) {
  const auto octets = parse_hex(which);
  return octets && !octets->empty() ? to_hex(*octets) : std::string();
}

/// The one certificate that `path` holds.
x509::Certificate read_certificate(const files::Path& path, const std::string& which) {
  const Secret bytes = files::read_file(path, "certificate", x509::largest_input);
  const std::vector<Shown> shown = inspect(bytes.bytes(), which);
  const auto* certificate = shown.size() == 1 ? std::get_if<x509::Certificate>(&shown.front()) : nullptr;
  if (certificate == nullptr)
    throw Error(Errc::invalid_input, failed(which) + "the file holds something else than one certificate",
                "give the file of the certificate itself: cert.pem or server-cert.pem");
  return *certificate;
}

Records find_by_file(const Context& context, store::Inventory& inventory, const std::string& which) {
  const x509::Certificate certificate = read_certificate(absolute_folder(context, which), which);
  std::optional<store::CertificateRecord> record = inventory.find_certificate(to_hex(certificate.fingerprint()));
  if (!record)
    throw Error(Errc::not_found,
                failed(which) + "that certificate is not one of the PKI home '" + context.home.root().string() + "'",
                "'dockpki show' says who issued it");
  if (record->kind == pki::Kind::authority)
    refuse_authority(which);
  return {std::move(*record)};
}

[[noreturn]] void refuse_unknown(const Records& all, const std::string& which) {
  std::vector<std::string_view> names;
  for (const store::CertificateRecord& record : all)
    names.push_back(record.name);
  const auto meant = nearest(which, names);
  throw Error(Errc::not_found,
              failed(which) + "no certificate of this home has that name or serial number, and there is no such file",
              meant ? "did you mean '" + std::string(*meant) + "'?" : "'dockpki list --json' has the names and serial numbers");
}

/// What could not be revoked for want of being in force is left out, unless there is nothing else.
std::string objection_to_state(const store::CertificateRecord& record, TimePoint now) {
  if (record.state == store::CertificateState::abandoned || record.state == store::CertificateState::reserved)
    return "it never came into force: there is nothing to revoke";
  if (record.state != store::CertificateState::revoked && record.not_after < now)
    return "it expired on " + format_day(record.not_after) + ": nobody accepts it any more";
  return {};
}

std::string listing(const Records& records) {
  std::string text;
  for (const store::CertificateRecord& record : records)
    text += "\n  " + record.serial + "  " + std::string(to_string(record.kind)) + ", " + std::string(to_string(record.state)) +
            ", until " + format_day(record.not_after);
  return text;
}

void refuse_ambiguous(const Records& fresh, const RevokeOptions& options) {
  if (fresh.size() < 2)
    return;
  const bool are_of_one_kind = std::ranges::all_of(fresh, [&](const auto& one) { return one.kind == fresh.front().kind; });
  if (options.all == RevokeAll::yes && are_of_one_kind)
    return;
  throw Error(Errc::usage,
              failed(options.which) + "that name means " + std::to_string(fresh.size()) + " certificates in force" +
                  listing(fresh),
              are_of_one_kind ? "give the serial number of one, or --all for all of them"
                              : "give the serial number of one: they are of different kinds");
}

void refuse_other_reason(const Records& already, const RevokeOptions& options) {
  for (const store::CertificateRecord& record : already)
    if (record.revocation->reason != options.reason)
      throw Error(Errc::refused, failed(options.which) + "it is revoked already, since " + format_day(record.revocation->at) +
                                     ", for the reason " + std::string(to_string(record.revocation->reason)) +
                                     ", which cannot be changed");
}

/// Whatever `options` name, in any state.
Records find(const Context& context, store::Inventory& inventory, const RevokeOptions& options) {
  const Records all = inventory.certificates();
  Records found;
  std::ranges::copy_if(all, std::back_inserter(found), [&](const auto& record) { return record.name == options.which; });
  if (!found.empty())
    return found;
  const std::string serial = serial_digits(options.which);
  for (const store::AuthorityRecord& authority : inventory.authorities())
    if (authority.name == options.which || is_serial_of(authority, serial))
      refuse_authority(options.which);
  std::ranges::copy_if(all, std::back_inserter(found), [&](const auto& record) { return record.serial == serial; });
  if (!found.empty())
    return found;
  std::error_code error;
  if (std::filesystem::exists(absolute_folder(context, options.which), error))
    return find_by_file(context, inventory, options.which);
  refuse_unknown(all, options.which);
}

} // namespace

Revocable find_revocable(const Context& context, store::Inventory& inventory, const RevokeOptions& options) {
  Revocable result;
  std::string objection;
  for (store::CertificateRecord& record : find(context, inventory, options)) {
    if (std::string why = objection_to_state(record, context.now); !why.empty())
      objection = std::move(why);
    else if (record.revocation)
      result.already.push_back(std::move(record));
    else
      result.fresh.push_back(std::move(record));
  }
  if (result.fresh.empty() && result.already.empty())
    throw Error(Errc::refused, failed(options.which) + objection);
  refuse_ambiguous(result.fresh, options);
  if (result.fresh.empty())
    refuse_other_reason(result.already, options);
  else
    result.already.clear(); // an older one of the same name, which was not meant
  return result;
}

} // namespace dockpki::app
