#include "report/audit_page.hpp"

#include "report/audit_parts.hpp"

namespace dockpki::report {

using kainjow::mustache::data;

data if_any(std::string_view text) {
  return text.empty() ? data(false) : data(harmless(text));
}

std::string heading(std::string_view words) {
  std::string text(words);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z' && !text.starts_with("docker") && !text.starts_with("tls"))
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

} // namespace dockpki::report
