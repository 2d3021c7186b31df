#include "report/remedy.hpp"

#include <algorithm>
#include <array>

namespace dockpki::report {
namespace {

constexpr std::array<std::string_view, 22> programs = {
    "chgrp", "chmod",   "chown",   "cp", "docker", "dockerd", "dockpki",   "echo",        "getent", "gpasswd", "loginctl",
    "mv",    "openssl", "python3", "rm", "ss",     "sudo",    "systemctl", "timedatectl", "umask",  "unset",   "usermod"};

bool is_command(std::string_view part) {
  const std::size_t blank = part.find(' ');
  const std::string_view first = part.substr(0, blank);
  if (std::ranges::find(programs, first) == programs.end())
    return false;
  // "dockerd has no listener" is a sentence.
  return blank == std::string_view::npos || first != "dockerd" || part.substr(blank + 1).starts_with('-');
}

/// A command may be the subject of a sentence: "ss -ltn tells what".
std::size_t end_of_command(std::string_view text) {
  std::size_t end = text.size();
  for (const std::string_view verb : {" tells ", " shows ", " lists "})
    end = std::min(end, text.find(verb));
  return end;
}

/// The place of the next ", ", "; " or ": ".
std::size_t end_of_part(std::string_view text) {
  for (std::size_t at = text.find(' ', 1); at != std::string_view::npos; at = text.find(' ', at + 1))
    if (std::string_view(",;:").find(text[at - 1]) != std::string_view::npos)
      return at - 1;
  return text.size();
}

} // namespace

std::vector<RemedyPart> parts_of_remedy(std::string_view remedy) {
  std::vector<RemedyPart> parts;
  const auto add = [&](std::string_view text) {
    if (text.empty())
      return;
    for (const std::string_view joint : {"then ", "and ", "or ", "with "})
      if (text.starts_with(joint) && is_command(text.substr(joint.size()))) {
        parts.push_back({.text = joint});
        text.remove_prefix(joint.size());
        break;
      }
    const std::size_t end = is_command(text) ? end_of_command(text) : text.size();
    parts.push_back({.text = text.substr(0, end), .is_command = is_command(text)});
    if (end < text.size())
      parts.push_back({.text = text.substr(end)});
  };
  while (!remedy.empty()) {
    const std::size_t end = end_of_part(remedy);
    add(remedy.substr(0, end));
    if (end < remedy.size())
      parts.push_back({.text = remedy.substr(end, 2)});
    remedy.remove_prefix(std::min(end + 2, remedy.size()));
  }
  return parts;
}

} // namespace dockpki::report
