// Why: serial numbers and temporary names come straight from the kernel's CSPRNG; if it fails, so do we.
#pragma once

#include <cstdint>
#include <span>

namespace dockpki {

/// fill_random fills `bytes` from getrandom(2). Throws Errc::crypto if the kernel refuses:
/// there is no fallback.
void fill_random(std::span<std::uint8_t> bytes);

} // namespace dockpki
