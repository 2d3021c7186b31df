#include <dockpki/app/context.hpp>

#include <unistd.h>

namespace dockpki::app {

std::string Context::actor() const {
  std::string who = caller.user + " (uid " + std::to_string(::getuid()) + ")";
  if (!caller.sudo_user.empty())
    who += " by sudo of " + caller.sudo_user;
  return who + " on " + caller.host;
}

std::optional<std::string> Context::sudo_note() const {
  if (caller.sudo_user.empty())
    return std::nullopt;
  return "run by sudo: the PKI home '" + home.root().string() + "' is root's; " + caller.sudo_user +
         " does not use it without sudo";
}

} // namespace dockpki::app
