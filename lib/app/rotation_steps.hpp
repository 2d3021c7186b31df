// Why: files are copied and daemons restarted by people: they are told which, where and in what order.
#pragma once

#include <dockpki/app/rotate.hpp>

namespace dockpki::app {

/// What of a set has to reach whoever uses a copy.
enum class Copied { ca_alone, whole_set };

/// steps_by_hand gives a sentence for each place that a person has to look after. A set that lies in the home is used from a
/// copy, any other where it lies; a docker client reads its files each time, and dockerd only when it starts.
std::vector<std::string> steps_by_hand(const Context& context, const std::vector<RotationPlace>& places,
                                       const std::vector<pki::Role>& roles, Copied copied);

} // namespace dockpki::app
