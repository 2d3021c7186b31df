#include <dockpki/app/context.hpp>

#include <unistd.h>

namespace dockpki::app {

std::string Context::actor() const {
  std::string who = caller.user + " (uid " + std::to_string(::getuid()) + ")";
  if (!caller.sudo_user.empty())
    who += " by sudo of " + caller.sudo_user;
  return who + " on " + caller.host;
}

} // namespace dockpki::app
