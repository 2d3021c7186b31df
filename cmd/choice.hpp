// Why: a word that is one of few is refused everywhere alike, with the one that was meant or with all of them.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace dockpki::cmd {

/// Throws Errc::usage: `word` is none of `known`. `what` is what the message calls it: "reason".
[[noreturn]] void refuse_choice(const std::string& what, const std::string& word, std::span<const std::string_view> known);

} // namespace dockpki::cmd
