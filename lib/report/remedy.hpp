// Why: a remedy is a command, or a sentence with one in it; a command is shown so that it can be copied.
#pragma once

#include <string_view>
#include <vector>

namespace dockpki::report {

struct RemedyPart {
  std::string_view text;
  bool is_command = false;
};

/// parts_of_remedy cuts at ", ", "; " and ": ": a part is a command if it begins with the name of a program that remedies speak
/// of. Together the parts are the text.
std::vector<RemedyPart> parts_of_remedy(std::string_view remedy);

} // namespace dockpki::report
