// Why: list and status name the folders of a set alike.
#pragma once

#include <string>
#include <vector>

#include <dockpki/app/look.hpp>

namespace dockpki::report {

/// The folder, or the docker context; with its state in brackets unless it is current.
std::vector<std::string> places(const app::ListedCertificate& listed);

} // namespace dockpki::report
