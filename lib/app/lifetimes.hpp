// Why: a certificate that ended early because its authority did was meant to live longer, and so is its renewal.
#pragma once

#include <set>
#include <vector>

#include <dockpki/app/context.hpp>
#include <dockpki/store/inventory.hpp>

namespace dockpki::app {

/// Lifetimes tells how long what is renewed was meant to live.
class Lifetimes {
public:
  explicit Lifetimes(store::Inventory& inventory) : records_(inventory.certificates()), ends_(inventory.authority_ends()) {}

  /// The lifetime of the certificate of `record`. If that one ended with its authority: the lifetime of the last one before it,
  /// of the same kind and name, that did not; else the setting's, else the default.
  [[nodiscard]] Seconds meant_for(const store::CertificateRecord& record, const Settings& settings) const;

private:
  [[nodiscard]] bool was_shortened(const store::CertificateRecord& record) const { return ends_.contains(record.not_after); }

  std::vector<store::CertificateRecord> records_; ///< in the order of their making
  std::set<TimePoint> ends_;                      ///< of authorities
};

} // namespace dockpki::app
