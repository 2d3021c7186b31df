// Why: names come as UTF-8 from people and in six other encodings from certificates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dockpki::x509 {

/// take_utf8 reads one character at the front of `text` and removes it; nullopt (nothing removed) where it is not valid UTF-8.
std::optional<char32_t> take_utf8(std::string_view& text);
bool is_utf8(std::string_view text);
void append_utf8(std::string& text, char32_t character);

/// C0, DEL and C1.
bool is_control(char32_t character) noexcept;
/// Characters that reverse the direction of text or do not show: not for names.
bool is_deceptive(char32_t character) noexcept;

} // namespace dockpki::x509
