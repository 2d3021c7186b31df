#include "app/lifetimes.hpp"

#include <dockpki/pki/profile.hpp>

#include "app/carried_over.hpp"

namespace dockpki::app {

Seconds Lifetimes::meant_for(const store::CertificateRecord& record, const Settings& settings) const {
  if (!was_shortened(record))
    return issued_for({record.not_before, record.not_after});
  const store::CertificateRecord* last = nullptr;
  for (const store::CertificateRecord& one : records_)
    if (one.id < record.id && one.kind == record.kind && one.name == record.name && !one.sha256.empty() && !was_shortened(one))
      last = &one;
  if (last != nullptr)
    return issued_for({last->not_before, last->not_after});
  const IssueSettings& own = record.kind == pki::Kind::client ? settings.client : settings.server;
  return own.lifetime.value_or(pki::default_leaf_lifetime);
}

} // namespace dockpki::app
