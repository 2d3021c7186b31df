#include "app/fill_in.hpp"

#include <dockpki/base/error.hpp>

namespace dockpki::app {

std::string fill_in(std::string_view form, const kainjow::mustache::data& values) {
  kainjow::mustache::mustache compiled{std::string(form)};
  std::string text = compiled.render(values);
  if (!compiled.is_valid())
    throw Error(Errc::io, "failed to fill in a template: " + compiled.error_message());
  return text;
}

} // namespace dockpki::app
