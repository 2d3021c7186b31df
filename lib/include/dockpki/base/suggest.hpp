// Why: a wrong name gets "did you mean", on the command line and in the settings file.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace dockpki {

/// nearest gives the one of `known` that `word` was probably meant to be: the smallest edit distance (insert, delete, change,
/// swap), at most a third of the word's length and never more than three; nullopt if none is that near.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> known);

} // namespace dockpki
