// Why: the forms of an audit agree on what they call an area, a place and a text of a stranger.
#pragma once

#include <string>
#include <string_view>

#include <dockpki/app/audit.hpp>

namespace dockpki::report {

/// The part of a set-up that a kind of finding is about; "other" for an id that is none.
std::string_view area_of(std::string_view id);

/// What is wrong, as the table of findings has it; the id where it has none.
std::string_view title_of(std::string_view id);

/// The number in the CIS Docker Benchmark, by its newest numbering: "3.14"; "" where the kind is not of it.
std::string cis_item(std::string_view id);

/// What was found, without the kind's title in front.
std::string_view evidence_of(const app::Finding& finding);

/// The file of a finding as the machine that was looked at sees it, for an image as well.
std::string file_in_root(const app::Audit& audit, const std::string& file);

/// `text` whole, without control characters, invalid UTF-8, or what reverses or hides text: \xNN instead. All of it may stand in
/// XML 1.0.
std::string harmless(std::string_view text);

/// With a capital, unless the first word is the name of a program, a setting or a file.
std::string heading(std::string_view words);

} // namespace dockpki::report
