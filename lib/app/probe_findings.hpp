// Why: what is wrong with an endpoint, how bad that is and what to do, is one table; the checks stand beside it.
#pragma once

#include <vector>

#include <dockpki/app/probe.hpp>

namespace dockpki::app {

/// judge gives what is wrong with what was seen at `now`, the worst first.
std::vector<ProbeFinding> judge(const ProbeResult& seen, TimePoint now);

} // namespace dockpki::app
