#include "choice.hpp"

#include <dockpki/base/error.hpp>
#include <dockpki/base/suggest.hpp>
#include <dockpki/x509/names.hpp>

namespace dockpki::cmd {

void refuse_choice(const std::string& what, const std::string& word, std::span<const std::string_view> known) {
  std::string all;
  for (const std::string_view one : known)
    all += (all.empty() ? "" : ", ") + std::string(one);
  const auto meant = nearest(word, known);
  throw Error(Errc::usage, "failed to read the " + what + " '" + x509::printable(word) + "': there is no such " + what,
              meant ? "did you mean '" + std::string(*meant) + "'?" : "give one of " + all);
}

} // namespace dockpki::cmd
