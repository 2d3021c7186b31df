// Why: what docker and dockerd print is known by a part of it that stays the same; the list is long.
#pragma once

#include <span>
#include <string_view>

namespace dockpki::app {

/// `causes` are ids of findings, parted by blanks, the most likely one first.
struct Message {
  std::string_view part;
  std::string_view meaning;
  std::string_view causes;
  std::string_view find_out;
};

/// The first whose part is found counts: what says more stands before what says less.
std::span<const Message> messages();

} // namespace dockpki::app
