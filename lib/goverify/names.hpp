// Why: Go's rules for names in certificates: their strings, domains, mailboxes and URIs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dockpki/goverify/certificate.hpp>

namespace dockpki::goverify {

/// Go's %q, as far as messages hold ASCII.
std::string quoted(std::string_view text);

std::string lower_ascii(std::string_view text);
bool equal_fold(std::string_view left, std::string_view right);
bool is_ascii(std::string_view text);

/// The value of a name's attribute as UTF-8; throws Refusal for a string that Go refuses.
std::string attribute_text(std::uint8_t tag, Bytes contents);

/// The labels of a domain, last first; none if it is none for Go.
std::optional<std::vector<std::string_view>> reverse_labels(std::string_view domain, const Rules& rules);
enum class DomainOf { name, constraint };
/// What is read as a domain at all.
bool is_domain(std::string_view text, DomainOf what, const Rules& rules);

struct Mailbox {
  std::string local;
  std::string domain;
};
/// RFC 2821 4.1.2, as far as Go minds it.
std::optional<Mailbox> parse_mailbox(std::string_view text, const Rules& rules);

/// The authority's host and port of a URI; throws Refusal where Go's url.Parse fails.
Uri parse_uri(std::string_view text);

} // namespace dockpki::goverify
