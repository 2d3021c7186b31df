#include "app/renew_contexts.hpp"

#include <array>
#include <map>
#include <set>

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
  const std::array set = {files::SetFile{layout.ca, ca.bytes(), files::certificate_mode},
                          files::SetFile{layout.certificate, certificate.bytes(), files::certificate_mode},
                          files::SetFile{layout.key, key.bytes(), files::private_key_mode}};
  files::StagedSet::stage(to, set, files::Existing::replaced, format_basic(now)).commit();
}

/// Sets by the owner of their files and their name.
using ClientSets = std::map<std::pair<std::string, std::string>, std::pair<const Candidate*, RenewedSet*>>;

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

/// True if `found`, which lies in a context, is an earlier certificate of the set, or is about to become one.
bool is_earlier(const store::CertificateRecord& found, const RenewedSet& set) {
  if (found.serial == set.old_serial)
    return set.outcome == Renewal::renewed || set.outcome == Renewal::due;
  return found.state == store::CertificateState::superseded;
}

void renew_contexts_of(const Context& context, const std::string& owner, store::Inventory& inventory, const ClientSets& sets,
                       DryRun dry_run) {
  const files::AsUser as_owner(owner);
  const std::array names = docker::client_layout.names();
  const files::Path config = owner.empty() ? docker::config_folder(context.caller.docker, context.caller.working_folder)
                                           : files::Path(files::home_folder(owner)) / ".docker";
  for (const docker::ContextSet& set : docker::context_sets(config)) {
    std::optional<store::CertificateRecord> found;
    try {
      if (dry_run == DryRun::no)
        files::recover_set(set.folder, names);
      found = certificate_in(inventory, set.folder, docker::client_layout);
    } catch (const Error&) {
      continue; // whatever it is, it is not one of ours
    }
    const auto ours = found ? sets.find({owner, found->name}) : sets.end();
    if (ours != sets.end() && found->kind == pki::Kind::client && is_earlier(*found, *ours->second.second))
      renew_context(set, *ours->second.first, *ours->second.second, dry_run, context.now);
  }
}

} // namespace

void renew_contexts(const Context& context, const std::vector<Candidate>& candidates, std::vector<RenewedSet>& results,
                    DryRun dry_run) {
  ClientSets sets;
  std::set<std::string> owners;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Candidate& one = candidates[i];
    if (one.record.kind != pki::Kind::client || results[i].outcome == Renewal::failed)
      continue;
    owners.insert(one.placement.owner);
    sets.try_emplace({one.placement.owner, one.record.name}, &one, &results[i]);
  }
  store::ReadSession session(context.home);
  for (const std::string& owner : owners)
    renew_contexts_of(context, owner, session.inventory(), sets, dry_run);
}

} // namespace dockpki::app
