#include "app/renew_contexts.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/context_store.hpp>
#include <dockpki/files/as_user.hpp>
#include <dockpki/files/set.hpp>

#include "app/placed_sets.hpp"

namespace dockpki::app {
namespace {

Secret read_file_of_set(const files::Path& folder, const std::string& name) {
  return files::read_file(folder / name, "file", docker::largest_set_file, files::Symlinks::refused);
}

/// Puts the set that lies in `from` into `to` as well.
void copy_set(const files::Path& from, const files::Path& to, TimePoint now) {
  const docker::SetLayout& layout = docker::client_layout;
  const Secret ca = read_file_of_set(from, layout.ca);
  const Secret certificate = read_file_of_set(from, layout.certificate);
  const Secret key = read_file_of_set(from, layout.key);
  std::vector<files::SetFile> set = {{layout.certificate, certificate.bytes(), files::certificate_mode},
                                     {layout.key, key.bytes(), files::private_key_mode}};
  // A context may trust further authorities: its ca.pem is left alone.
  if (files::standing_files(to, std::array{layout.ca}).empty())
    set.push_back({layout.ca, ca.bytes(), files::certificate_mode});
  files::StagedSet::stage(to, set, files::Existing::replaced, format_basic(now)).commit();
}

struct ClientSet {
  const Candidate* candidate;
  RenewedSet* result;
};

/// The set that `found`, an earlier certificate of it or one about to become so, was issued for: the one of its folder, or else
/// the only one of its name. None for a certificate that is still in force, and where that cannot be told.
ClientSet* set_of(const store::CertificateRecord& found, std::vector<ClientSet>& sets) {
  const auto was_there = [&](const ClientSet& set) {
    const bool is_replaced = set.result->outcome == Renewal::renewed || set.result->outcome == Renewal::due;
    return found.serial == set.result->old_serial && is_replaced;
  };
  if (const auto set = std::ranges::find_if(sets, was_there); set != sets.end())
    return &*set;
  if (found.kind == pki::Kind::server || found.state != store::CertificateState::superseded)
    return nullptr;
  const auto in_its_folder = [&](const ClientSet& set) {
    return set.candidate->record.name == found.name && set.candidate->placement.folder == found.folder;
  };
  if (const auto set = std::ranges::find_if(sets, in_its_folder); set != sets.end())
    return &*set;
  const auto has_its_name = [&](const ClientSet& set) { return set.candidate->record.name == found.name; };
  const auto named = std::ranges::find_if(sets, has_its_name);
  return std::ranges::count_if(sets, has_its_name) == 1 ? &*named : nullptr;
}

/// Whatever the context held, it is to hold what lies in the set's folder now.
void renew_context(const docker::ContextSet& context, const Candidate& one, RenewedSet& result, DryRun dry_run, TimePoint now) {
  RenewedContext renewed{context.context, context.folder, {}};
  try {
    if (dry_run == DryRun::no)
      copy_set(one.placement.folder, context.folder, now);
  } catch (const Error& error) {
    renewed.failure = error.what();
  }
  result.contexts.push_back(std::move(renewed));
}

} // namespace

std::vector<docker::ContextSet> contexts_of(const Context& context, const std::string& owner) {
  return docker::context_sets(owner.empty() ? docker::config_folder(context.caller.docker, context.caller.working_folder)
                                            : files::Path(files::home_folder(owner)) / ".docker");
}

namespace {

void renew_contexts_of(const Context& context, const std::string& owner, store::Inventory& inventory,
                       std::vector<ClientSet>& sets, DryRun dry_run) {
  const files::AsUser as_owner(owner);
  const std::array names = docker::client_layout.names();
  for (const docker::ContextSet& set : contexts_of(context, owner)) {
    std::optional<store::CertificateRecord> found;
    try {
      if (dry_run == DryRun::no)
        files::recover_set(set.folder, names);
      found = certificate_in(inventory, set.folder, docker::client_layout);
    } catch (const Error&) {
      continue; // whatever it is, it is not one of ours
    }
    if (ClientSet* ours = found ? set_of(*found, sets) : nullptr)
      renew_context(set, *ours->candidate, *ours->result, dry_run, context.now);
  }
}

} // namespace

void renew_contexts(const Context& context, const std::vector<Candidate>& candidates, std::vector<RenewedSet>& results,
                    DryRun dry_run) {
  std::map<std::string, std::vector<ClientSet>> sets; // by owner
  for (std::size_t i = 0; i < results.size(); ++i)
    if (candidates[i].placement.layout == store::Layout::client && results[i].outcome != Renewal::failed)
      sets[candidates[i].placement.owner].push_back({&candidates[i], &results[i]});
  store::ReadSession session(context.home);
  for (auto& [owner, owned] : sets) {
    try {
      renew_contexts_of(context, owner, session.inventory(), owned, dry_run);
    } catch (const Error&) {
      continue; // a user who is no more has no contexts either
    }
  }
}

} // namespace dockpki::app
