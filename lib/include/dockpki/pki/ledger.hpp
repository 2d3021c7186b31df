// Why: issuing must reserve a serial number, durably, before anything is signed, so that no crash can leave a certificate that
// the inventory does not know. This is the interface that issuing needs; store implements it.
#pragma once

#include <string>

#include <dockpki/base/time.hpp>
#include <dockpki/pki/kind.hpp>
#include <dockpki/x509/certificate.hpp>

namespace dockpki::pki {

/// Reservation says what a serial number is taken for.
struct Reservation {
  std::string authority; ///< the authority's name in the home: "g1", "clients-g2"
  Kind kind = Kind::server;
  std::string name;   ///< the set's name
  std::string folder; ///< where the files are to go, absolute; empty where there is none
  TimePoint at;
};

class Ledger {
public:
  virtual ~Ledger() = default;
  /// Takes `serial` for `reservation`, durably. Gives false, and changes nothing, if that authority has it already. Throws
  /// Errc::io, Errc::damaged.
  virtual bool reserve(const x509::SerialNumber& serial, const Reservation& reservation) = 0;
};

} // namespace dockpki::pki
