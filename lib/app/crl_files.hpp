// Why: revoke and make-crl put a list in force in one way: planned, signed, staged, recorded, switched. status looks at what
// came of it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/authority.hpp>
#include <dockpki/app/revoke.hpp>
#include <dockpki/files/set.hpp>

namespace dockpki::app {

/// Authorities whose lists have to be made, as long as they are valid: also those that issue nothing any more. With
/// `MayNot::kept`, also those whose certificate does not allow it, as imported ones may be.
enum class MayNot { left_out, kept };
std::vector<store::AuthorityRecord> crl_authorities(store::Inventory& inventory, MayNot may_not = MayNot::left_out);

/// False for an imported authority whose keyUsage lacks cRLSign.
bool may_sign_lists(const store::AuthorityRecord& authority);

/// What `authority` revoked, and how far its lists have come.
pki::CrlOrder crl_order(store::Inventory& inventory, const std::string& authority);

/// The newest list that was made; nullopt if there never was one.
std::optional<store::CrlRecord> last_crl(store::Inventory& inventory, const std::string& authority);

/// True if the list that lies in the authority's folder is not the last one, or lacks a revocation of `order`.
bool is_crl_behind(const store::Home& home, store::Inventory& inventory, const std::string& authority);

MadeCrl describe_crl(const store::Home& home, const std::string& authority, const pki::CrlPlan& plan);

/// load_issuers asks for a passphrase at most once, and takes it for every key.
std::map<std::string, pki::Issuer> load_issuers(Context& context, const std::vector<store::AuthorityRecord>& authorities);

/// StagedCrl is a list that was signed and lies beside its place.
struct StagedCrl {
  MadeCrl made;
  x509::Crl crl;
  files::StagedSet files;
};

/// stage_crl signs what `order` leads to. Nothing is recorded yet.
StagedCrl stage_crl(const Context& context, const std::string& authority, const pki::Issuer& issuer, const pki::CrlOrder& order);

/// Records the list and puts it in force. Throws Errc::io, with the hint to run make-crl.
void commit_crl(store::WriteSession& session, StagedCrl& staged);

/// "shortened: ..." where the authority's end cut the list's life.
std::optional<std::string> shortened_note(const pki::CrlPlan& plan);

} // namespace dockpki::app
