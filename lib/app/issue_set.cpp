#include "app/issue_set.hpp"

#include <algorithm>

#include <dockpki/app/authority.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/files/as_user.hpp>
#include <dockpki/files/set.hpp>

#include "app/placed_sets.hpp"
#include "app/standing_set.hpp"

namespace dockpki::app {
namespace {

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

files::StagedSet stage(const Context& context, const SetOrder& order, const std::string& authority, store::Inventory& inventory,
                       const std::string& certificate_pem, const Secret& key_pem) {
  const docker::SetLayout& layout = layout_of(order.layout);
  const std::string ca_pem = keeps_trust(order, authority) ? std::string() : ca_pem_for(inventory, order);
  std::vector<files::SetFile> files = {{layout.certificate, bytes_of(certificate_pem), files::certificate_mode}};
  if (!keeps_trust(order, authority))
    files.push_back({layout.ca, bytes_of(ca_pem), files::certificate_mode});
  if (order.request == nullptr)
    files.push_back({layout.key, key_pem.bytes(), files::private_key_mode});
  // With a new key, the two must never be seen apart. Otherwise one file changes, and the folder need not.
  std::vector<std::string> kept;
  if (keeps_trust(order, authority) && order.request == nullptr)
    kept.push_back(layout.ca);
  return files::StagedSet::stage(order.folder, files, existing_policy(inventory, order), format_basic(context.now), kept);
}

void name_files(IssuedSet& result, const SetOrder& order) {
  const docker::SetLayout& layout = layout_of(order.layout);
  if (!keeps_trust(order, result.authority))
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
    result.key = x509::description_of(*order.key);
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
  {
    const files::AsUser as_owner(order.owner);
    check_unchanged(session.inventory(), order);
  }
  if (active_authority(session.inventory(), order.leaf.kind, context.home).name != authority)
    throw Error(Errc::busy, "failed to issue a certificate for '" + order.name + "': another authority signs by now",
                "try again");
  const pki::Reservation reservation{
      .authority = authority, .kind = order.leaf.kind, .name = order.name, .folder = order.folder.string(), .at = context.now};
  pki::IssuedLeaf leaf = issuer.issue(subject.wishes(), order.leaf, session.inventory(), reservation);
  const std::string serial = leaf.certificate.contents().serial_number.text();
  // What fails up to here leaves a reserved serial number, which the next command gives up.
  files::StagedSet staged = [&] {
    const files::AsUser as_owner(order.owner);
    return stage(context, order, authority, session.inventory(), leaf.certificate.pem(), key_pem);
  }();
  const Bytes der = leaf.certificate.der();
  try {
    session.record(store::CertificateIssued{.authority = authority,
                                            .kind = order.leaf.kind,
                                            .name = order.name,
                                            .serial = serial,
                                            .certificate = {der.begin(), der.end()},
                                            .folder = order.folder.string(),
                                            .layout = order.layout,
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

/// Hand-made authorities are often called as the daemon is. What has its issuer's name passes for signed by itself.
void mind_subject(SetOrder& order, const x509::CertificateContents& authority) {
  if (pki::leaf_subject(order.leaf).text() != authority.subject.text())
    return;
  if (order.leaf.kind == pki::Kind::client)
    throw Error(Errc::refused, "failed to issue a certificate for '" + order.name + "': this is the authority's own name",
                "choose another: dockpki issue-client --name NAME");
  order.leaf.common_name.reset();
  order.notes.emplace_back("without a common name: it would be the authority's own");
}

} // namespace

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

const pki::Issuer& Issuers::of(const store::AuthorityRecord& authority) {
  const auto found = opened_.find(authority.name);
  return found != opened_.end() ? found->second : opened_.emplace(authority.name, load_issuer(context_, authority)).first->second;
}

IssuedSet issue_set(Context& context, SetOrder order, Issuers& issuers) {
  context.home.check();
  store::ReadSession reading(context.home);
  return issue_set(context, reading.inventory(), std::move(order), issuers);
}

IssuedSet issue_set(Context& context, store::Inventory& reading, SetOrder order, Issuers& issuers) {
  const store::AuthorityRecord authority = active_authority(reading, order.leaf.kind, context.home);
  {
    const files::AsUser as_owner(order.owner);
    check_standing(order, context.now);
  }
  if (trust_pem(reading, order.leaf.kind).empty())
    throw Error(Errc::not_found,
                "failed to issue a certificate for '" + order.name + "': this home has no authority for the other side yet",
                "complete it with 'dockpki init-ca --separate-clients'");
  const x509::Certificate signer = load_certificate(context.home, authority);
  mind_constraints(order, signer.contents());
  mind_subject(order, signer.contents());
  IssuedSet result = describe_order(order, authority.name);
  pki::check_names(signer, order.leaf.names);
  const pki::LeafValidity expected = pki::leaf_validity(context.now, order.leaf.lifetime, signer);
  result.validity = expected.validity;
  if (expected.shortened)
    result.notes.push_back(shortened_note(expected.validity));
  if (order.options.dry_run == DryRun::yes)
    return result;

  reading.release_view();
  const pki::Issuer& issuer = issuers.of(authority);
  const Subject subject = make_subject(context, order);
  result.certificate = make_set(context, order, authority.name, issuer, subject, result.backups);
  result.validity = result.certificate->contents().validity;
  return result;
}

} // namespace dockpki::app
