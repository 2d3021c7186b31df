#include "app/issue_set.hpp"

#include <algorithm>
#include <array>

#include <dockpki/app/authority.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>
#include <dockpki/files/as_user.hpp>
#include <dockpki/files/set.hpp>
#include <dockpki/x509/pem.hpp>

namespace dockpki::app {
namespace {

Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Secret read_set_file(const files::Path& folder, const std::string& name) {
  return files::read_file(folder / name, "file", docker::largest_set_file, files::Symlinks::refused);
}

/// True if `pem` holds certificates of this home's authorities and nothing else.
bool holds_only_authorities(store::Inventory& inventory, const Secret& pem) {
  const std::vector<store::AuthorityRecord> authorities = inventory.authorities();
  return std::ranges::all_of(x509::read_pem(pem.bytes(), "ca.pem"), [&](const x509::PemBlock& block) {
    return std::ranges::any_of(authorities, [&](const store::AuthorityRecord& authority) {
      return std::ranges::equal(block.der.bytes(), authority.certificate);
    });
  });
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

/// Which of the set's files this issue writes: with a request, the key is elsewhere.
std::vector<std::string> written_names(const SetOrder& order) {
  const docker::SetLayout& layout = layout_of(order.leaf.kind);
  if (order.request != nullptr)
    return {layout.ca, layout.certificate};
  return {layout.ca, layout.certificate, layout.key};
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
                "--force replaces it; --out DIR puts the set elsewhere");
}

/// A certificate is of no use, and stops dockerd, beside a key that is not its own.
void refuse_other_key(const SetOrder& order) {
  const std::string& name = layout_of(order.leaf.kind).key;
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
  const std::string& file = layout_of(order.leaf.kind).certificate;
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

files::Existing existing_policy(store::Inventory& inventory, const SetOrder& order) {
  if (order.options.force == Force::no)
    return files::Existing::refused;
  return is_ours(inventory, order.folder, layout_of(order.leaf.kind)) ? files::Existing::replaced : files::Existing::backed_up;
}

/// The request that is signed: the one brought along, or one made here with a new key.
struct Subject {
  std::optional<x509::PrivateKey> key;
  std::optional<x509::Request> made;
  const x509::Request* brought = nullptr;
  [[nodiscard]] const x509::Request& wishes() const { return made ? *made : *brought; }
};

Subject make_subject(Context& context, const SetOrder& order) {
  Subject subject;
  subject.brought = order.request;
  if (order.request != nullptr)
    return subject;
  subject.key = x509::PrivateKey::generate(*order.key, context.tick);
  subject.made = x509::Request::make(request_fields(order.leaf), *subject.key);
  return subject;
}

files::StagedSet stage(const Context& context, const SetOrder& order, store::Inventory& inventory, const std::string& ca_pem,
                       const std::string& certificate_pem, const Secret& key_pem) {
  const docker::SetLayout& layout = layout_of(order.leaf.kind);
  std::vector<files::SetFile> files = {{layout.ca, bytes_of(ca_pem), files::certificate_mode},
                                       {layout.certificate, bytes_of(certificate_pem), files::certificate_mode}};
  if (order.request == nullptr)
    files.push_back({layout.key, key_pem.bytes(), files::private_key_mode});
  return files::StagedSet::stage(order.folder, files, existing_policy(inventory, order), format_basic(context.now));
}

void name_files(IssuedSet& result, const SetOrder& order) {
  const docker::SetLayout& layout = layout_of(order.leaf.kind);
  result.ca_path = order.folder / layout.ca;
  result.certificate_path = order.folder / layout.certificate;
  if (order.request == nullptr)
    result.key_path = order.folder / layout.key;
}

IssuedSet describe_order(SetOrder& order, const std::string& authority) {
  IssuedSet result{.kind = order.leaf.kind, .name = order.name, .authority = authority, .folder = order.folder};
  result.names = order.leaf.names;
  result.notes = std::move(order.notes);
  result.dry_run = order.options.dry_run;
  result.is_own = order.is_own;
  if (order.key)
    result.key = to_string(*order.key);
  else
    result.key = order.request->contents().subject_public_key.description();
  name_files(result, order);
  return result;
}

std::string shortened_note(const x509::Validity& validity) {
  return "shortened: the authority itself ends on " + format_rfc3339(validity.not_after) + ", so the certificate does too";
}

/// Best done at once; where the disk is full or the like, the next command does it.
void abandon(store::WriteSession& session, const std::string& authority, const std::string& serial, const std::string& reason) {
  try {
    session.record(store::CertificateAbandoned{.authority = authority, .serial = serial, .reason = reason});
  } catch (const Error&) {
    return; // the failure that led here is the one to report
  }
}

/// Signs, stages, records and puts in force. If it fails once the certificate is signed, that one is recorded as abandoned:
/// nobody has got it.
x509::Certificate make_set(Context& context, const SetOrder& order, const std::string& authority, const pki::Issuer& issuer,
                           const Subject& subject, std::vector<files::Path>& backups) {
  const Secret key_pem = subject.key ? subject.key->write_unencrypted_pem() : Secret();
  store::WriteSession session(context.home, context.command, context.actor(), context.now, store::Create::no);
  const pki::Reservation reservation{
      .authority = authority, .kind = order.leaf.kind, .name = order.name, .folder = order.folder.string(), .at = context.now};
  pki::IssuedLeaf leaf = issuer.issue(subject.wishes(), order.leaf, session.inventory(), reservation);
  const std::string serial = leaf.certificate.contents().serial_number.text();
  const std::string ca_pem = trust_pem(session.inventory(), order.leaf.kind);
  // What fails up to here leaves a reserved serial number, which the next command gives up.
  files::StagedSet staged = [&] {
    const files::AsUser as_owner(order.owner);
    return stage(context, order, session.inventory(), ca_pem, leaf.certificate.pem(), key_pem);
  }();
  const Bytes der = leaf.certificate.der();
  try {
    session.record(store::CertificateIssued{.authority = authority,
                                            .kind = order.leaf.kind,
                                            .name = order.name,
                                            .serial = serial,
                                            .certificate = {der.begin(), der.end()},
                                            .folder = order.folder.string(),
                                            .layout = store_layout_of(order.leaf.kind),
                                            .owner = order.owner});
    const files::AsUser as_owner(order.owner);
    backups = staged.commit();
  } catch (const Error& error) {
    abandon(session, authority, serial, error.what());
    throw;
  }
  return std::move(leaf.certificate);
}

/// Under a constrained authority OpenSSL and GnuTLS take a common name for a DNS name where there is no other, and refuse it.
void mind_constraints(SetOrder& order, const x509::CertificateContents& authority) {
  if (authority.permitted_names.empty() || !order.leaf.names.dns.empty())
    return;
  if (order.leaf.kind != pki::Kind::client) {
    order.leaf.common_name.reset();
    order.notes.emplace_back(
        "without a common name: some clients would take it for a DNS name, for which this authority may not sign");
  } else if (order.leaf.common_name && order.leaf.common_name->text().find('.') != std::string::npos) {
    order.notes.push_back("'" + order.leaf.common_name->text() +
                          "' looks like a DNS name: Docker does not mind, but OpenSSL refuses it from a constrained authority");
  }
}

} // namespace

const docker::SetLayout& layout_of(pki::Kind kind) {
  return kind == pki::Kind::client ? docker::client_layout : docker::server_layout;
}

store::Layout store_layout_of(pki::Kind kind) {
  return kind == pki::Kind::client ? store::Layout::client : store::Layout::server;
}

x509::RequestFields request_fields(const pki::LeafOrder& order) {
  return {.subject = pki::leaf_subject(order),
          .extended_key_usage = pki::extended_key_usage(order.kind),
          .subject_alternative_name = order.names};
}

Seconds lifetime_of(const LeafOptions& options, const IssueSettings& settings) {
  const Seconds lifetime = options.lifetime.value_or(settings.lifetime.value_or(pki::default_leaf_lifetime));
  if (lifetime > pki::longest_leaf_lifetime && options.long_lifetime == pki::LongLifetime::refused)
    throw Error(Errc::refused,
                "failed to issue for " + format_duration(lifetime) + ": more than " +
                    format_duration(pki::longest_leaf_lifetime) + " is refused by many clients",
                "--allow-long-lifetime does it all the same");
  return lifetime;
}

IssuedSet issue_set(Context& context, SetOrder order) {
  context.home.check();
  // Stays open to the end: the second connection then need not go through the write-ahead log anew.
  store::ReadSession reading(context.home);
  const store::AuthorityRecord authority = active_authority(reading.inventory(), order.leaf.kind, context.home);
  {
    const files::AsUser as_owner(order.owner);
    refuse_unsafe(order);
    refuse_standing(order);
    refuse_other_key(order);
    note_on_replaced(order, context.now);
  }
  if (trust_pem(reading.inventory(), order.leaf.kind).empty())
    throw Error(Errc::not_found,
                "failed to issue a certificate for '" + order.name + "': this home has no authority for the other side yet",
                "complete it with 'dockpki init-ca --separate-clients'");
  const x509::Certificate signer = load_certificate(context.home, authority);
  mind_constraints(order, signer.contents());
  IssuedSet result = describe_order(order, authority.name);
  pki::check_names(signer, order.leaf.names);
  const pki::LeafValidity expected = pki::leaf_validity(context.now, order.leaf.lifetime, signer);
  result.validity = expected.validity;
  if (expected.shortened)
    result.notes.push_back(shortened_note(expected.validity));
  if (order.options.dry_run == DryRun::yes)
    return result;

  const pki::Issuer issuer = load_issuer(context, authority);
  const Subject subject = make_subject(context, order);
  result.certificate = make_set(context, order, authority.name, issuer, subject, result.backups);
  result.validity = result.certificate->contents().validity;
  return result;
}

} // namespace dockpki::app
