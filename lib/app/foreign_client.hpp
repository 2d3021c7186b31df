// Why: whether strangers are kept out is tried with a stranger, made for the purpose and gone afterwards.
#pragma once

#include <dockpki/base/time.hpp>
#include <dockpki/net/handshake.hpp>

namespace dockpki::app {

/// make_foreign_client gives a client set of an authority that nobody trusts, which itself trusts `trust`. Valid for an hour from
/// `now`. Throws Errc::crypto.
net::Side make_foreign_client(const Secret& trust, TimePoint now);

} // namespace dockpki::app
