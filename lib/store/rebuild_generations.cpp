// Which of several authorities signs, and which are trusted, where the log does not tell.
#include <algorithm>
#include <set>
#include <string>

#include "store/rebuild.hpp"

namespace dockpki::store {

/// A row may be older than what the log told: nothing goes back.
void Rebuild::add_states(const InventoryScan& scan) {
  constexpr const char* source = "in the old inventory alone";
  if (log_has_gaps_)
    for (const AuthorityRecord& one : model_->authorities())
      uncertain_.insert(one.name);
  std::set<std::string> gave_way; // after it had signed
  for (const AuthorityRow& row : scan.authorities)
    if (row.state == AuthorityState::outgoing && state_of(row.name) == AuthorityState::incoming) {
      add(AuthorityActivated{row.name}, now_, source);
      gave_way.insert(row.name);
    }
  for (const AuthorityRow& row : scan.authorities)
    if (row.state == AuthorityState::active &&
        (state_of(row.name) == AuthorityState::incoming || (!gave_way.empty() && state_of(row.name) == AuthorityState::outgoing)))
      add(AuthorityActivated{row.name}, now_, source);
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
  for (const AuthorityRecord& one : authorities) {
    const std::optional<AuthorityState> state = state_of(one.name);
    const bool is_in_rotation = state == AuthorityState::incoming || state == AuthorityState::outgoing;
    if (uncertain_.contains(one.name) && is_in_rotation && !trusted_.contains(one.certificate))
      add(AuthorityRetired{one.name}, now_, source(one));
  }
}

} // namespace dockpki::store
