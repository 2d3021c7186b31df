// Why: what a shell is to eval must mean to it exactly what was meant, whatever stands in a path.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <dockpki/app/configure_client.hpp>

namespace dockpki::report {

enum class Shell { bash, zsh, fish, powershell };

inline constexpr std::array<std::string_view, 4> shell_names = {"bash", "zsh", "fish", "powershell"};
std::optional<Shell> parse_shell(std::string_view name);

/// shell_word gives `text` as one word that the shell takes literally. Throws Errc::usage for a control character.
std::string shell_word(std::string_view text, Shell shell);

/// shell_lines gives lines that set the variables; each ends with ';' where the shell knows it, so that an eval that joins them
/// does no harm.
std::string shell_lines(const app::DockerEnvironment& environment, Shell shell);

/// The lines that take them back. A variable that is not set is none the worse for it.
std::string unset_lines(Shell shell);

} // namespace dockpki::report
