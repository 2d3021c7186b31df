// Why: log and status both prove that the log is whole; only one of them keeps what it reads.
#pragma once

#include <functional>

#include <dockpki/app/context.hpp>

namespace dockpki::app {

/// read_sealed_log visits every entry of the log, its seals checked from the first one to the one that the inventory remembers.
/// Throws Errc::damaged.
void read_sealed_log(const Context& context, store::ReadSession& session,
                     const std::function<void(const store::Event&, const store::LogHead&)>& visit);

} // namespace dockpki::app
