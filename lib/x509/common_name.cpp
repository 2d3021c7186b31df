#include <dockpki/x509/names.hpp>

#include <dockpki/base/error.hpp>

#include "x509/utf8.hpp"

namespace dockpki::x509 {
namespace {

[[noreturn]] void refuse(std::string_view text, const std::string& cause) {
  throw Error(Errc::usage, "failed to read name '" + printable(text) + "': " + cause);
}

} // namespace

CommonName CommonName::parse(std::string_view text) {
  constexpr std::size_t longest = 64; // ub-common-name
  if (text.empty())
    refuse(text, "it is empty");
  if (text.size() > longest)
    refuse(text, "it has " + std::to_string(text.size()) + " octets, and 64 is the most");
  if (text.front() == ' ' || text.back() == ' ')
    refuse(text, "it begins or ends with a blank");
  for (std::string_view rest = text; !rest.empty();) {
    const auto character = take_utf8(rest);
    if (!character)
      refuse(text, "it is not UTF-8");
    if (is_control(*character))
      refuse(text, "it has a control character in it");
    if (is_deceptive(*character))
      refuse(text, "it has a character in it that hides or reverses text");
  }
  return CommonName(std::string(text));
}

} // namespace dockpki::x509
