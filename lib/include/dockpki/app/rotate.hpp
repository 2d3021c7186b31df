// Why: an authority ends, is lost, or has to shut somebody out. A new generation takes its place while Docker stays reachable, in
// phases of which each can be interrupted and run again. docs/decisions/0005 tells why these.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/authority.hpp>
#include <dockpki/app/renew.hpp>

namespace dockpki::app {

/// RotationPhase: how far the rotation of a role's authority has come.
enum class RotationPhase {
  none,      ///< one authority
  begun,     ///< the new one is trusted, and the old one signs
  reissuing, ///< the new one signs, and the old one is still trusted
  returning  ///< aborted: the old one signs again, and the new one is still trusted
};
std::string_view to_string(RotationPhase phase);

/// Rotation of the authority of one role.
struct Rotation {
  pki::Role role = pki::Role::all;
  RotationPhase phase = RotationPhase::none;
  std::string signs;         ///< the authority that signs
  std::string trusted_still; ///< or already; empty if `phase` is none
  TimePoint not_after;       ///< of the one that signs
};

enum class CaFile {
  unconcerned, ///< it does not tell whom the rotated role signed for
  current,     ///< it holds what it is to hold
  behind,      ///< it does not; in a dry run: it would be brought up to date
  updated,     ///< it was brought up to date
  failed       ///< it could not be
};
std::string_view to_string(CaFile state);

/// RotationPlace is a set where it lies, or a docker context's copy of one.
struct RotationPlace {
  pki::Kind kind = pki::Kind::server;
  std::string name;
  files::Path folder;
  std::string context;             ///< the docker context's name; empty for a set that dockpki put there
  std::string authority;           ///< that signed its certificate
  std::vector<std::string> trusts; ///< this home's authorities in its ca.pem
  CaFile ca = CaFile::unconcerned;
  std::string failure; ///< if failed: why
  std::string hint;
};

struct RotateOptions {
  std::optional<pki::Role> role;      ///< in a home with separate authorities: which one
  std::optional<x509::KeyType> key;   ///< begin: of the new authority; else as the old one
  std::optional<Seconds> lifetime;    ///< of the new authority's certificate; else as the old one
  std::vector<std::string> names;     ///< reissue: these sets alone
  Rekey rekey = Rekey::no;            ///< reissue, abort: new keys too
  Force force = Force::no;            ///< finish, whatever it breaks
  std::optional<files::Path> bundles; ///< a folder to be made, for what has to reach other hosts
  DryRun dry_run = DryRun::no;
};

/// RotateResult tells what one phase did, or status found.
struct RotateResult {
  std::vector<Rotation> rotations;   ///< of the roles concerned, as they are now
  std::optional<AuthorityCard> made; ///< the new authority, or the authority with its new certificate
  std::vector<RotationPlace> places;
  std::vector<RenewedSet> reissued; ///< those that stood on the other authority, and contexts that were brought up to date
  std::vector<std::string> left;    ///< by reissue and abort, though they were to take it along: a sentence each
  std::vector<std::string> broken;  ///< by finish with Force::yes: a sentence each
  std::vector<std::string> notes;
  std::vector<std::string> by_hand; ///< what only a person can do, a sentence each
  std::vector<std::string> next;    ///< commands to run once that is done
  files::Path bundle_folder;        ///< empty if no bundles were written
  std::vector<std::string> bundles; ///< in that folder: an archive each
  DryRun dry_run = DryRun::no;
};

/// Each phase continues where an interrupted run of it stopped. A set whose files cannot be changed does not stop the others: see
/// RotationPlace::failure. All throw Errc::usage (the home has separate authorities, and which is meant cannot be told),
/// Errc::refused (it is not the turn of this phase), and as load_issuer does.

/// begin_rotation makes the next generation of the authority, with its passphrase, key type, lifetime and constraints, and lets
/// every ca.pem hold both. The old one goes on signing.
RotateResult begin_rotation(Context& context, const RotateOptions& options);
/// reissue_sets lets the new authority sign from now on, and issues anew what the old one signed; as renew does, contexts
/// included. Throws Errc::refused where a set does not trust the new authority yet.
RotateResult reissue_sets(Context& context, const RotateOptions& options);
/// finish_rotation retires the old authority, and lets every ca.pem hold the new one alone. Throws Errc::refused, naming the
/// sets, while one stands on the old authority.
RotateResult finish_rotation(Context& context, const RotateOptions& options);
/// abort_rotation goes back. Before anything was reissued the new authority is retired; after that the old one signs again, and
/// finish_rotation is still to come, because sets of the new one are in use.
RotateResult abort_rotation(Context& context, const RotateOptions& options);
/// rotation_status changes nothing.
RotateResult rotation_status(const Context& context, const RotateOptions& options);
/// extend_authority gives the authority a new certificate for the same key and subject, valid from now on; what it signed stays
/// valid. Puts it into every ca.pem.
RotateResult extend_authority(Context& context, const RotateOptions& options);

/// run_phase runs one of the above. If bundles are asked for, it puts a folder in place, 0700, that holds an archive for each set
/// that lies in the home (ca.pem alone where nothing else of the set has changed) and STEPS.txt, what to do with them in which
/// order. Throws Errc::already_exists, before anything is changed, unless that folder is new or empty.
using RotationRun = RotateResult (*)(Context&, const RotateOptions&);
RotateResult run_phase(Context& context, const RotateOptions& options, RotationRun phase);

} // namespace dockpki::app
