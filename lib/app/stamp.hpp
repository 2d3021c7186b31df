// Why: backups are marked with when they were made, in a form that sorts and that every file system takes.
#pragma once

#include <string>

#include <dockpki/base/time.hpp>

namespace dockpki::app {

/// stamp gives "20261121T101500Z".
inline std::string stamp(TimePoint time) {
  std::string text = format_rfc3339(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

} // namespace dockpki::app
