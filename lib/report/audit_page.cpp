#include "report/audit_page.hpp"

#include "report/audit_parts.hpp"

namespace dockpki::report {

using kainjow::mustache::data;

data if_any(std::string_view text) {
  return text.empty() ? data(false) : data(harmless(text));
}

} // namespace dockpki::report
