// Why: files are copied and daemons restarted by people: they are told which, where and in what order.
#pragma once

#include <dockpki/app/rotate.hpp>

namespace dockpki::app {

/// What of a set has to reach whoever uses a copy.
enum class Copied { ca_alone, whole_set };
Copied copied_after(RotationPhase phase);

/// is_concerned: after a phase of the rotation of `role` the place has to get what is `copied`, and can.
bool is_concerned(const RotationPlace& place, pki::Role role, Copied copied);

/// A set that lies in the home is used from a copy, any other where it lies.
bool lies_in_home(const Context& context, const files::Path& folder);
/// The archive of the set in a folder of the home, below the folder of all bundles: "servers/web.tar".
std::string bundle_name(const Context& context, const files::Path& folder);

/// steps_by_hand gives a sentence for each place that a person has to look after once `rotation` stands where it does. A docker
/// client reads its files each time, and dockerd only when it starts. `bundles` is the folder where archives of the sets are
/// written, if they are.
std::vector<std::string> steps_by_hand(const Context& context, const std::vector<RotationPlace>& places, const Rotation& rotation,
                                       const std::optional<files::Path>& bundles);

} // namespace dockpki::app
