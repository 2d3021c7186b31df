// Why: every question to a daemon begins with a connection, which comes into being by a deadline, or does not, with a reason.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <dockpki/net/look.hpp>

#include "files/fd.hpp"

namespace dockpki::net {

using Clock = std::chrono::steady_clock;

/// Failure ends a conversation.
struct Failure {
  Ending ending;
  std::string reason;
};

/// Waits until `fd` is ready for `events`. Throws Failure.
void wait_for(int fd, short events, Clock::time_point deadline);

/// Every address of the endpoint, in the resolver's order. Throws Failure.
std::vector<Address> resolve(const Endpoint& endpoint);

/// A connection to one of the addresses, which is put first; each of those that are left gets an equal share of the time that is
/// left. Throws Failure.
files::Fd connect_to_one(std::vector<Address>& addresses, Clock::time_point deadline);

/// Dialler connects to a target.
class Dialler {
public:
  /// Throws Failure.
  static files::Fd connect(Target& target);
};

} // namespace dockpki::net
