#include <algorithm>
#include <tuple>
#include <unordered_map>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/context_store.hpp>
#include <dockpki/pki/renewal.hpp>

#include "app/crl_files.hpp"
#include "app/placed_sets.hpp"

namespace dockpki::app {
namespace {

using Placements = std::unordered_map<std::int64_t, std::vector<ListedPlacement>>;

/// The certificates by their fingerprints, because asking the inventory for each would take longer than all the rest.
class Known {
public:
  explicit Known(const std::vector<store::CertificateRecord>& records) {
    for (const store::CertificateRecord& record : records)
      if (!record.sha256.empty())
        records_.emplace(record.sha256, Entry{record.id, record.state});
  }

  [[nodiscard]] PlacementState state_of(const store::PlacementRecord& placement) const {
    const auto find = [this](const std::string& sha256) -> std::optional<std::int64_t> {
      const auto found = records_.find(sha256);
      return found == records_.end() ? std::nullopt : std::optional(found->second.id);
    };
    return placement_state(find, placement);
  }

  /// Contexts hold copies that nobody told us of: they are looked for each time.
  void add_contexts(Placements& placements, const Context& context) const {
    const files::Path config = docker::config_folder(context.caller.docker, context.caller.working_folder);
    for (const docker::ContextSet& set : docker::context_sets(config)) {
      try {
        if (const auto found = records_.find(fingerprint_in(set.folder, docker::client_layout)); found != records_.end())
          placements[found->second.id].push_back(
              {.folder = set.folder,
               .state = found->second.state == store::CertificateState::issued ? PlacementState::current : PlacementState::stale,
               .context = set.context});
      } catch (const Error&) {
        continue; // whatever it is, it is not one of ours
      }
    }
  }

private:
  struct Entry {
    std::int64_t id;
    store::CertificateState state;
  };
  std::unordered_map<std::string, Entry> records_;
};

bool is_wanted(const ListedCertificate& listed, const ListOptions& options, TimePoint now) {
  const store::CertificateRecord& record = listed.record;
  if (options.kind && record.kind != *options.kind)
    return false;
  const bool issued = record.state == store::CertificateState::issued;
  switch (options.wanted) {
  case Wanted::in_force:
    return issued || !listed.placements.empty() || (record.revocation && record.not_after >= now);
  case Wanted::due:
    return listed.is_due;
  case Wanted::expired:
    return issued && record.not_after < now;
  case Wanted::all:
    return true;
  }
  return true;
}

bool is_astray(const ListedCertificate& listed) {
  return std::ranges::any_of(listed.placements,
                             [](const ListedPlacement& placement) { return placement.state != PlacementState::current; });
}

TrustedAuthority describe(store::Inventory& inventory, const store::AuthorityRecord& authority) {
  TrustedAuthority described{.name = authority.name,
                             .not_after = x509::Certificate::from_der(authority.certificate).contents().validity.not_after,
                             .crl_next_update = {}};
  if (const std::optional<store::CrlRecord> crl = last_crl(inventory, authority.name))
    described.crl_next_update = crl->next_update;
  return described;
}

/// What stands first in the list is small.
auto place_in_list(const ListedCertificate& listed) {
  const bool issued = listed.record.state == store::CertificateState::issued;
  const bool needs_care = listed.is_due || is_astray(listed);
  return std::tuple(needs_care ? 0 : issued ? 1 : 2, listed.record.not_after, listed.record.id);
}

} // namespace

std::string_view to_string(PlacementState state) {
  switch (state) {
  case PlacementState::current:
    return "current";
  case PlacementState::stale:
    return "stale";
  case PlacementState::changed:
    return "changed";
  case PlacementState::gone:
    return "gone";
  }
  return "?";
}

Listing list_certificates(const Context& context, const ListOptions& options) {
  context.home.check();
  store::ReadSession session(context.home);
  store::Inventory& inventory = session.inventory();
  std::vector<store::CertificateRecord> records = inventory.certificates();
  const Known known(records);
  Placements placements;
  for (const store::PlacementRecord& placement : inventory.placements())
    placements[placement.certificate_id].push_back({.folder = placement.folder, .state = known.state_of(placement)});
  known.add_contexts(placements, context);
  const std::set<std::string> retired = retired_authorities(inventory);
  Listing listing;
  for (const store::AuthorityRecord& authority : inventory.authorities())
    if (store::is_trusted(authority.state))
      listing.authorities.push_back(describe(inventory, authority));
  for (store::CertificateRecord& record : records) {
    ListedCertificate listed{.record = std::move(record), .placements = {}, .is_due = false};
    if (const auto found = placements.find(listed.record.id); found != placements.end())
      listed.placements = std::move(found->second);
    listed.is_due = listed.record.state == store::CertificateState::issued && !listed.placements.empty() &&
                    (retired.contains(listed.record.authority) || pki::is_due({listed.record.not_before, listed.record.not_after},
                                                                              context.now, context.settings.renew_before));
    if (is_wanted(listed, options, context.now))
      listing.certificates.push_back(std::move(listed));
    else
      ++listing.left_out;
  }
  std::ranges::sort(listing.certificates, {}, &place_in_list);
  return listing;
}

} // namespace dockpki::app
