// Why: list and status show an issued certificate alike.
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include <dockpki/app/look.hpp>

namespace dockpki::report {

nlohmann::ordered_json listed_json(const std::vector<app::ListedCertificate>& list);

} // namespace dockpki::report
