// Tests assert whole messages.
#pragma once

#include <functional>
#include <string>

#include <dockpki/base/error.hpp>

namespace dockpki::test {

/// What `action` says when it fails; "no error" if it does not.
inline std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

} // namespace dockpki::test
