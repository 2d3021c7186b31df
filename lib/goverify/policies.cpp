#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "goverify/chain.hpp"

namespace dockpki::goverify {
namespace {

constexpr char any_policy_octets[] = {0x55, 0x1d, 0x20, 0x00};
const std::string any_policy(any_policy_octets, sizeof any_policy_octets); // 2.5.29.32.0

/// The policies that are valid so far, each with those that the next certificate may name for it. As nobody is asked for a
/// certain policy, it is enough to know the lowest level of the graph of RFC 9618.
using Level = std::map<std::string, std::set<std::string>>;

Level next_level(const Level& parents, const Certificate& certificate, bool any_counts) {
  Level level;
  const bool has_any_parent = parents.contains(any_policy);
  std::set<std::string> named;
  for (const std::string& policy : certificate.policies) {
    named.insert(policy);
    if (policy == any_policy)
      continue;
    const bool is_expected = std::ranges::any_of(parents, [&](const auto& parent) { return parent.second.contains(policy); });
    if (is_expected || has_any_parent)
      level[policy] = {policy};
  }
  if (named.contains(any_policy) && any_counts)
    for (const auto& [parent, expected] : parents)
      for (const std::string& policy : expected)
        level.try_emplace(policy, std::set<std::string>{policy});
  return level;
}

/// False for a mapping from or to anyPolicy, which is never valid.
bool map_policies(Level& level, const Certificate& certificate, bool mapping_counts) {
  std::map<std::string, std::set<std::string>> mappings;
  for (const auto& [issuer, subject] : certificate.policy_mappings) {
    if (!mapping_counts) {
      level.erase(issuer);
      continue;
    }
    if (issuer == any_policy || subject == any_policy)
      return false;
    mappings[issuer].insert(subject);
  }
  for (auto& [issuer, subjects] : mappings)
    if (level.contains(issuer) || level.contains(any_policy))
      level[issuer] = std::move(subjects);
  return true;
}

void lower(std::int64_t& counter, const std::optional<std::int64_t>& limit) {
  if (limit && *limit < counter)
    counter = *limit;
}

} // namespace

bool has_valid_policies(const Chain& chain) {
  if (chain.size() == 1)
    return true;
  const auto count = static_cast<std::int64_t>(chain.size()) - 1;
  std::int64_t explicit_policy = count + 1;
  std::int64_t mapping = count + 1;
  std::int64_t inhibit_any = count + 1;
  std::optional<Level> level = Level{{any_policy, {any_policy}}};
  for (std::size_t i = chain.size() - 1; i-- > 0;) {
    const Certificate& certificate = *chain[i];
    const bool is_self_issued = std::ranges::equal(certificate.issuer, certificate.subject);
    if (certificate.policies.empty())
      level.reset();
    if (explicit_policy == 0 && !level)
      return false;
    if (level) {
      level = next_level(*level, certificate, inhibit_any > 0 || (i > 0 && is_self_issued));
      if (level->empty())
        level.reset();
    }
    if (i == 0)
      break;
    if (level && !map_policies(*level, certificate, mapping > 0))
      return false;
    if (!is_self_issued)
      for (std::int64_t* counter : {&explicit_policy, &mapping, &inhibit_any})
        *counter = std::max<std::int64_t>(*counter - 1, 0);
    lower(explicit_policy, certificate.policy_limits.require_explicit);
    lower(mapping, certificate.policy_limits.inhibit_mapping);
    lower(inhibit_any, certificate.policy_limits.inhibit_any);
  }
  explicit_policy = std::max<std::int64_t>(explicit_policy - 1, 0);
  if (chain.front()->policy_limits.require_explicit == 0)
    explicit_policy = 0;
  return explicit_policy > 0 || (level && !level->empty());
}

} // namespace dockpki::goverify
