// Why: one line of HTTP/1.0 is all that is ever sent, and what comes back may be anything.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "net/dial.hpp"

namespace dockpki::net {

/// The request for `path`. In HTTP/1.0 the response is all that comes before the end, never in chunks.
std::string request_for(const std::string& path);

/// Reads with `read`, which gives nothing at the end, until a response is whole, or cannot become one, or is over `limit` octets.
/// What came before a failure is given. Throws Failure if nothing did.
std::string read_response(const std::function<std::string()>& read, std::size_t limit);

/// Takes a response apart. Throws Failure if it is none.
Response parse_response(const std::string& text);

} // namespace dockpki::net
