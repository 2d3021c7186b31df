// Why: every card has the same shape: a title, then label and value in two columns.
#pragma once

#include <string>
#include <vector>

#include <dockpki/base/time.hpp>
#include <dockpki/x509/certificate.hpp>

namespace dockpki::report {

/// Card collects lines: "  label         value".
class Card {
public:
  explicit Card(std::string title) : text_(std::move(title) + '\n') {}
  /// A row; nothing where the value is empty.
  Card& row(const std::string& label, const std::string& value);
  /// Rows with one label; the further ones leave it blank.
  Card& rows(const std::string& label, const std::vector<std::string>& values);
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
  std::string text_;
};

std::string join(const std::vector<std::string>& parts, const std::string& between = ", ");

/// "2027-11-21 (in 364 days)"
std::string day_and_distance(TimePoint time, TimePoint now);

/// The names as a person reads them: without kinds, in the order DNS, IP, e-mail.
std::vector<std::string> name_list(const x509::SubjectAlternativeName& names);

/// "2 revoked", "nothing revoked".
std::string revoked_count(std::size_t count);

/// `text` on lines of at most 80 characters, `indent` before each; a word is never cut.
std::string wrapped(const std::string& text, const std::string& indent);

/// "note: ..." lines.
std::string notes_text(const std::vector<std::string>& notes);

/// "Next: ..." and, below it, the further commands.
std::string next_text(const std::vector<std::string>& commands);

} // namespace dockpki::report
