// Which of several authorities signs, and which are trusted, where the log does not tell.
#include <algorithm>
#include <string>
#include <vector>

#include "store/layout.hpp"
#include "store/rebuild.hpp"

namespace dockpki::store {

/// A row may be older than what the log told: nothing goes back.
void Rebuild::add_states(const InventoryScan& scan) {
  constexpr const char* source = "in the old inventory alone";
  if (log_has_gaps_)
    for (const AuthorityRecord& one : model_->authorities())
      uncertain_.insert(one.name);
  for (const AuthorityRow& row : scan.authorities)
    if (row.state == AuthorityState::outgoing && state_of(row.name) == AuthorityState::incoming)
      add(AuthorityActivated{row.name}, now_, source);
  // The way back from a newer authority: it leads nowhere else, so the row is no older than what the log told.
  const auto gave_way_to = [&](const AuthorityRow& row) {
    return std::ranges::any_of(scan.authorities, [&](const AuthorityRow& other) {
      return other.role == row.role && other.generation > row.generation && state_of(other.name) == AuthorityState::active &&
             (other.state == AuthorityState::outgoing || other.state == AuthorityState::retired);
    });
  };
  for (const AuthorityRow& row : scan.authorities) {
    const std::optional<AuthorityState> state = state_of(row.name);
    if (row.state == AuthorityState::active &&
        (state == AuthorityState::incoming || (state == AuthorityState::outgoing && gave_way_to(row))))
      add(AuthorityActivated{row.name}, now_, source);
  }
  for (const AuthorityRow& row : scan.authorities) {
    if (row.state == AuthorityState::retired && state_of(row.name))
      add(AuthorityRetired{row.name}, now_, source);
    uncertain_.erase(row.name);
  }
}

void Rebuild::add_generations() {
  const std::vector<AuthorityRecord> authorities = model_->authorities();
  const std::vector<CertificateRecord> leaves = model_->certificates();
  const auto has_signed = [&](const AuthorityRecord& one) {
    return std::any_of(leaves.begin(), leaves.end(), [&](const CertificateRecord& leaf) { return leaf.authority == one.name; });
  };
  const auto signed_nothing = [&](pki::Role role) {
    return std::none_of(authorities.begin(), authorities.end(),
                        [&](const AuthorityRecord& one) { return one.role == role && has_signed(one); });
  };
  const auto source = [&](const AuthorityRecord& one) { return "in '" + home_.authority(one.name).string() + "'"; };
  for (const AuthorityRecord& one : authorities) {
    // Where nothing is left of what they signed, the newest: an older one may have been shut out.
    const bool is_blank = signed_nothing(one.role);
    const bool is_newest = std::none_of(authorities.begin(), authorities.end(), [&](const AuthorityRecord& other) {
      return other.role == one.role && other.generation > one.generation && (is_blank || has_signed(other));
    });
    if (uncertain_.contains(one.name) && is_trusted(one.state) && (is_blank || has_signed(one)) && is_newest)
      add(AuthorityActivated{one.name}, now_, source(one));
  }
  std::vector<std::vector<Der>> trusting; // the ca.pem of each set that is looked after
  for (const PlacementRecord& placement : model_->placements())
    trusting.push_back(read_certificates(files::Path(placement.folder) / authority_certificate_file));
  const auto holds = [](const std::vector<Der>& ca, const AuthorityRecord& one) {
    return std::ranges::find(ca, one.certificate) != ca.end();
  };
  // A set that was left out of a rotation still trusts the old one; a single set that trusts its successor alone shows that the
  // rotation is over.
  const auto is_over_for = [&](const AuthorityRecord& one) {
    return std::ranges::any_of(authorities, [&](const AuthorityRecord& other) {
      return other.role == one.role && state_of(other.name) == AuthorityState::active &&
             std::ranges::any_of(trusting, [&](const std::vector<Der>& ca) { return holds(ca, other) && !holds(ca, one); });
    });
  };
  for (const AuthorityRecord& one : authorities) {
    const std::optional<AuthorityState> state = state_of(one.name);
    const bool is_in_rotation = state == AuthorityState::incoming || state == AuthorityState::outgoing;
    const bool is_trusted_by_any = std::ranges::any_of(trusting, [&](const std::vector<Der>& ca) { return holds(ca, one); });
    if (uncertain_.contains(one.name) && is_in_rotation && (!is_trusted_by_any || is_over_for(one)))
      add(AuthorityRetired{one.name}, now_, source(one));
  }
}

} // namespace dockpki::store
