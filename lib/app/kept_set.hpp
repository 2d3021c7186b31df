// Why: a new set may not prove itself in the running daemon. Then the old one has to be there, key included.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <dockpki/app/context.hpp>
#include <dockpki/x509/certificate.hpp>

#include "app/renew_contexts.hpp"

namespace dockpki::app {

/// KeptSet holds, in memory, the files that lay in a set's folder before it was renewed.
class KeptSet {
public:
  /// Reads them, as the set's owner. Throws what reading throws.
  explicit KeptSet(const Candidate& one);

  [[nodiscard]] x509::Certificate certificate() const;

  /// Puts them in force again, as one, and records that the certificate `serial`, which took their place, gave way. Throws
  /// Errc::busy if another process has put a third set there meanwhile, and what a switch throws; then nothing has changed.
  void put_back(Context& context, const std::string& serial, const std::string& reason) const;

private:
  const Candidate& one_;
  std::vector<std::pair<std::string, Secret>> files_;
};

} // namespace dockpki::app
