// A ledger that forgets everything at the end of the test, and can be told that a serial is taken.
#pragma once

#include <set>
#include <vector>

#include <dockpki/pki/ledger.hpp>

namespace dockpki::test {

class MemoryLedger : public pki::Ledger {
public:
  bool reserve(const x509::SerialNumber& serial, const pki::Reservation& reservation) override {
    if (refuse_next > 0) {
      --refuse_next;
      return false;
    }
    reservations.push_back(reservation);
    return serials.insert(serial.text()).second;
  }

  int refuse_next = 0;
  std::set<std::string> serials;
  std::vector<pki::Reservation> reservations;
};

} // namespace dockpki::test
