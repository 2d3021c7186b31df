#include "app/rotation_places.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <dockpki/base/error.hpp>
#include <dockpki/files/as_user.hpp>
#include <dockpki/files/set.hpp>

#include "app/placed_sets.hpp"
#include "app/renew_contexts.hpp"
#include "app/trust.hpp"

namespace dockpki::app {
namespace {

RotationPhase phase_of(const store::AuthorityRecord& signs, const store::AuthorityRecord& other) {
  if (other.state == store::AuthorityState::incoming)
    return RotationPhase::begun;
  return other.generation < signs.generation ? RotationPhase::reissuing : RotationPhase::returning;
}

bool is_concerned(pki::Kind kind, const std::vector<pki::Role>& roles) {
  return std::ranges::any_of(roles, [&](pki::Role role) { return trusts(kind, role) || pki::signs(role, kind); });
}

/// Looks at places one by one.
class Surveyor {
public:
  Surveyor(const Context& context, store::Inventory& inventory, const std::vector<pki::Role>& roles, Spread spread)
      : context_(context), inventory_(inventory), authorities_(inventory), roles_(roles), spread_(spread) {}

  void look_at(const store::CertificateRecord& record, const store::PlacementRecord& placement) {
    if (!is_concerned(record.kind, roles_))
      return;
    RotationPlace place = place_of(record, placement.folder, {});
    guarded(place, [&] {
      const files::AsUser as_owner(placement.owner);
      refuse_astray(placement_state(inventory_, placement), "rotate", placement.folder);
      // An earlier set may have been put back there by hand: what lies there counts.
      if (const auto found = certificate_in(inventory_, placement.folder, layout_of(placement.layout)))
        place.authority = found->authority;
      settle(place, layout_of(placement.layout));
    });
    places_.push_back(std::move(place));
  }

  /// What cannot be read of one user's stops nobody else's.
  void look_at_contexts(const std::string& owner) {
    try {
      const files::AsUser as_owner(owner);
      for (const docker::ContextSet& set : contexts_of(context_, owner))
        look_at(set);
    } catch (const Error& error) {
      if (error.code() != Errc::usage) // there is no such user any more: the user's set tells it
        places_.push_back(unreadable({"*", "docker contexts"}, error));
    }
  }

  [[nodiscard]] std::vector<RotationPlace> places() && { return std::move(places_); }

private:
  static RotationPlace place_of(const store::CertificateRecord& record, const files::Path& folder, const std::string& context) {
    RotationPlace place;
    place.kind = record.kind;
    place.name = record.name;
    place.folder = folder;
    place.context = context;
    place.authority = record.authority;
    return place;
  }

  static RotationPlace unreadable(const docker::ContextSet& set, const Error& error) {
    RotationPlace place;
    place.kind = pki::Kind::client;
    place.name = set.context;
    place.folder = set.folder;
    place.context = set.context;
    place.ca = CaFile::failed;
    place.failure = error.what();
    place.hint = error.hint();
    return place;
  }

  void look_at(const docker::ContextSet& set) {
    std::optional<store::CertificateRecord> record;
    try {
      if (spread_ == Spread::yes)
        files::recover_set(set.folder, docker::client_layout.names());
      record = certificate_in(inventory_, set.folder, docker::client_layout);
    } catch (const Error& error) {
      if (error.code() == Errc::io) // else it is not one of ours
        places_.push_back(unreadable(set, error));
      return;
    }
    const bool is_in_use =
        record && (record->state == store::CertificateState::issued || record->state == store::CertificateState::superseded);
    if (!is_in_use || !is_concerned(record->kind, roles_))
      return;
    RotationPlace place = place_of(*record, set.folder, set.context);
    guarded(place, [&] { settle(place, docker::client_layout); });
    places_.push_back(std::move(place));
  }

  template <class Work>
  static void guarded(RotationPlace& place, Work work) {
    try {
      work();
    } catch (const Error& error) {
      place.ca = CaFile::failed;
      place.failure = error.what();
      place.hint = error.hint();
    }
  }

  void settle(RotationPlace& place, const docker::SetLayout& layout) const {
    const bool trusts_them = std::ranges::any_of(roles_, [&](pki::Role role) { return trusts(place.kind, role); });
    if (!trusts_them)
      return;
    const std::array names = layout.names();
    if (spread_ == Spread::yes)
      files::recover_set(place.folder, names);
    const files::Path ca = place.folder / layout.ca;
    std::error_code error;
    // Who only looks may find a link of ours, where a switch was interrupted: it shows the set that is in force.
    const bool is_link = std::filesystem::is_symlink(std::filesystem::symlink_status(ca, error));
    Secret standing;
    if (!files::standing_files(place.folder, std::array{layout.ca}).empty())
      standing = files::read_file(ca, "file", docker::largest_set_file,
                                  spread_ == Spread::yes ? files::Symlinks::refused : files::Symlinks::followed);
    Trust trust = authorities_.weigh(place.kind, standing.bytes());
    place.trusts = trust.found;
    place.ca = trust.is_right && !is_link ? CaFile::current : CaFile::behind;
    if (place.ca == CaFile::current || spread_ == Spread::no)
      return;
    const std::array set = {files::SetFile{layout.ca, bytes_of(trust.pem), files::certificate_mode}};
    files::StagedSet::stage(place.folder, set, files::Existing::replaced, format_basic(context_.now)).commit();
    place.trusts = authorities_.weigh(place.kind, set.front().contents).found;
    place.ca = CaFile::updated;
  }

  const Context& context_;
  store::Inventory& inventory_;
  HomeAuthorities authorities_;
  const std::vector<pki::Role>& roles_;
  Spread spread_;
  std::vector<RotationPlace> places_;
};

} // namespace

std::string_view to_string(RotationPhase phase) {
  switch (phase) {
  case RotationPhase::none:
    return "none";
  case RotationPhase::begun:
    return "begun";
  case RotationPhase::reissuing:
    return "reissuing";
  case RotationPhase::returning:
    return "returning";
  }
  return "?";
}

std::string_view to_string(CaFile state) {
  switch (state) {
  case CaFile::unconcerned:
    return "unconcerned";
  case CaFile::current:
    return "current";
  case CaFile::behind:
    return "behind";
  case CaFile::updated:
    return "updated";
  case CaFile::failed:
    return "failed";
  }
  return "?";
}

std::vector<Rotation> rotations_of(store::Inventory& inventory) {
  const std::vector<store::AuthorityRecord> authorities = inventory.authorities();
  std::vector<Rotation> rotations;
  for (const store::AuthorityRecord& signs : authorities) {
    if (signs.state != store::AuthorityState::active)
      continue;
    Rotation rotation{.role = signs.role,
                      .phase = RotationPhase::none,
                      .signs = signs.name,
                      .trusted_still = {},
                      .not_after = x509::Certificate::from_der(signs.certificate).contents().validity.not_after};
    for (const store::AuthorityRecord& other : authorities)
      if (other.name != signs.name && store::is_trusted(other.state) && pki::overlap(other.role, signs.role)) {
        rotation.phase = phase_of(signs, other);
        rotation.trusted_still = other.name;
      }
    rotations.push_back(std::move(rotation));
  }
  return rotations;
}

std::vector<RotationPlace> rotation_places(const Context& context, store::Inventory& inventory,
                                           const std::vector<pki::Role>& roles, Spread spread) {
  std::map<std::int64_t, store::CertificateRecord> records;
  for (store::CertificateRecord& record : inventory.certificates())
    if (record.state == store::CertificateState::issued)
      records.emplace(record.id, std::move(record));
  Surveyor surveyor(context, inventory, roles, spread);
  std::set<std::string> owners = {std::string()};
  for (const store::PlacementRecord& placement : inventory.placements()) {
    const auto record = records.find(placement.certificate_id);
    if (record == records.end())
      continue;
    if (record->second.kind == pki::Kind::client)
      owners.insert(placement.owner);
    surveyor.look_at(record->second, placement);
  }
  for (const std::string& owner : owners)
    surveyor.look_at_contexts(owner);
  return std::move(surveyor).places();
}

} // namespace dockpki::app
