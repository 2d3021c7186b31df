#include "store/leftovers.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <unistd.h>

#include <dockpki/base/hex.hpp>
#include <dockpki/files/as_user.hpp>
#include <dockpki/files/set.hpp>
#include <dockpki/x509/certificate.hpp>

#include "files/set_impl.hpp"
#include "store/layout.hpp"

namespace dockpki::store {
namespace {

class Cleaner {
public:
  Cleaner(const Home& home, Inventory& inventory, const Abandon& abandon)
      : home_(home), inventory_(inventory), abandon_(abandon) {}

  void clean_root() const {
    // Temporary files of a new inventory or log, and what SQLite puts beside them.
    for (const std::string& name : names_in_folder(home_.root()))
      if (files::is_staging_name(name.substr(0, name.find('-', files::staging_prefix.size()))))
        ::unlink((home_.root() / name).c_str());
  }

  /// A key that was being written anew lies beside the old one, perhaps in the clear.
  void clean_key_files() const {
    const files::Path authorities = home_.root() / "authorities";
    for (const std::string& authority : names_in_folder(authorities))
      for (const std::string& name : names_in_folder(authorities / authority))
        if (files::is_staging_name(name))
          ::unlink((authorities / authority / name).c_str());
  }

  /// `folder` is where a set lies or was to lie, of the user `owner` where that is not empty.
  void clean(const files::Path& folder, const std::string& owner = {}) {
    try {
      const files::Path beside = folder.parent_path() / files::staging_name_for(folder.filename().string());
      abandon_if_never_placed(beside, folder);
      abandon_if_never_placed(folder / files::incoming_folder, folder);
      const files::AsUser as_owner(owner);
      if (files::recover_set(folder, known_files()))
        mended_.push_back(folder);
    } catch (const Error&) {
      // It may be gone, or another's by now. Whoever writes there next is told.
    }
  }

  void clean_below(const files::Path& parent) {
    for (const std::string& name : names_in_folder(parent)) {
      if (!files::is_staging_name(name))
        clean(parent / name);
      else
        clean_staging(parent, name);
    }
  }

  /// An authority's folder that no entry tells of, whose serial is only reserved or abandoned, comes from an init-ca that never
  /// ended.
  void clean_authorities(const std::vector<CertificateRecord>& reservations) const {
    const std::vector<AuthorityRecord> authorities = inventory_.authorities();
    for (const std::string& name : names_in_folder(home_.root() / "authorities")) {
      const auto known =
          std::find_if(authorities.begin(), authorities.end(), [&](const AuthorityRecord& one) { return one.name == name; });
      if (known == authorities.end() || is_established(known->state))
        continue;
      const std::optional<std::string> serial = serial_in(home_.authority(name));
      const bool reserved = std::any_of(reservations.begin(), reservations.end(), [&](const CertificateRecord& one) {
        return one.authority == name && one.kind == pki::Kind::authority && one.serial == serial;
      });
      if (serial && (reserved || inventory_.knows_serial(name, *serial)))
        remove(home_.root() / "authorities", name);
    }
  }

  [[nodiscard]] const std::vector<files::Path>& mended() const noexcept { return mended_; }

private:
  static std::optional<std::string> serial_in(const files::Path& folder) {
    for (const Der& der : read_certificates(folder / authority_certificate_file))
      try {
        return x509::Certificate::from_der(der).contents().serial_number.text();
      } catch (const Error&) {
        return std::nullopt;
      }
    return std::nullopt;
  }

  /// The fingerprint of the set's certificate in `folder`.
  static std::optional<std::string> fingerprint_in(const files::Path& folder, Layout layout) {
    const std::vector<Der> certificates = read_certificates(folder / certificate_file(layout));
    if (certificates.empty())
      return std::nullopt;
    return to_hex(x509::sha256(certificates.front()));
  }

  /// If what is staged was recorded as placed in `folder`, but is not there, nobody ever got it: its key is in the staging alone.
  void abandon_if_never_placed(const files::Path& staging, const files::Path& folder) const {
    for (const Layout layout : {Layout::server, Layout::client}) {
      const std::optional<std::string> staged = fingerprint_in(staging, layout);
      if (!staged || staged == fingerprint_in(folder, layout))
        continue;
      const std::optional<CertificateRecord> record = inventory_.find_certificate(*staged);
      if (record && record->state == CertificateState::issued && lies_in(record->id, folder))
        abandon_(*record, "its set was never put in place");
    }
  }

  [[nodiscard]] bool lies_in(std::int64_t certificate_id, const files::Path& folder) const {
    const std::vector<PlacementRecord> placements = inventory_.placements();
    return std::any_of(placements.begin(), placements.end(), [&](const PlacementRecord& one) {
      return one.certificate_id == certificate_id && files::Path(one.folder).lexically_normal() == folder.lexically_normal();
    });
  }

  /// Staging whose folder does not stand (any more): its folder is known only by the hash in the name.
  void clean_staging(const files::Path& parent, const std::string& name) const {
    for (const PlacementRecord& placement : inventory_.placements()) {
      const files::Path folder = placement.folder;
      if (folder.parent_path() == parent && files::staging_name_for(folder.filename().string()) == name)
        abandon_if_never_placed(parent / name, folder);
    }
    remove(parent, name);
  }

  static void remove(const files::Path& parent, const std::string& name) {
    try {
      if (const std::optional<files::Fd> at = files::open_folder(parent))
        files::remove_dead_staging(at->get(), name, known_files(), parent / name);
    } catch (const Error&) {
      // Somebody stages there just now.
    }
  }

  const Home& home_;
  Inventory& inventory_;
  const Abandon& abandon_;
  std::vector<files::Path> mended_;
};

} // namespace

std::vector<files::Path> clean_leftovers(const Home& home, Inventory& inventory,
                                         const std::vector<CertificateRecord>& reservations, Reach reach,
                                         const Abandon& abandon) {
  Cleaner cleaner(home, inventory, abandon);
  cleaner.clean_root();
  cleaner.clean_key_files();
  cleaner.clean_authorities(reservations);
  for (const files::Path& parent : folders_of_sets(home))
    cleaner.clean_below(parent);
  for (const CertificateRecord& reservation : reservations)
    if (!reservation.folder.empty())
      cleaner.clean(reservation.folder);
  const std::vector<PlacementRecord> placements = inventory.placements();
  const std::size_t count = placements.size();
  for (std::size_t i = reach == Reach::every_placement || count == 0 ? 0 : count - 1; i < count; ++i)
    cleaner.clean(placements[i].folder, placements[i].owner);
  return cleaner.mended();
}

} // namespace dockpki::store
