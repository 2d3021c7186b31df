#include "report/card.hpp"

#include <sstream>

namespace dockpki::report {
namespace {

constexpr std::size_t label_width = 14;

} // namespace

Card& Card::row(const std::string& label, const std::string& value) {
  if (value.empty())
    return *this;
  std::string padded = label;
  padded.resize(std::max(label_width, label.size() + 1), ' ');
  text_ += "  " + padded + value + '\n';
  return *this;
}

Card& Card::rows(const std::string& label, const std::vector<std::string>& values) {
  std::string shown_label = label;
  for (const std::string& value : values) {
    row(shown_label, value);
    shown_label.clear();
  }
  return *this;
}

std::string join(const std::vector<std::string>& parts, const std::string& between) {
  std::string joined;
  for (const std::string& part : parts)
    joined += (joined.empty() ? "" : between) + part;
  return joined;
}

std::string day_and_distance(TimePoint time, TimePoint now) {
  // The last valid second is inside: what begins now and lasts ten years ends "in 10 years".
  return format_day(time) + " (" + describe_when(time + Seconds(1), now) + ")";
}

std::vector<std::string> name_list(const x509::SubjectAlternativeName& names) {
  std::vector<std::string> list;
  for (const x509::DnsName& name : names.dns)
    list.push_back(name.text());
  for (const x509::IpAddress& address : names.ip)
    list.push_back(address.text());
  for (const x509::EmailAddress& email : names.email)
    list.push_back(email.text());
  return list;
}

std::string revoked_count(std::size_t count) {
  return count == 0 ? "nothing revoked" : std::to_string(count) + " revoked";
}

std::string wrapped(const std::string& text, const std::string& indent) {
  constexpr std::size_t width = 80;
  std::istringstream words(text);
  std::string all;
  std::string line = indent;
  for (std::string word; words >> word;) {
    if (line.size() > indent.size() && line.size() + 1 + word.size() > width) {
      all += line + '\n';
      line = indent;
    }
    line += (line.size() > indent.size() ? " " : "") + word;
  }
  return all + line + '\n';
}

std::string notes_text(const std::vector<std::string>& notes) {
  std::string text;
  for (const std::string& note : notes)
    text += "note: " + note + '\n';
  return text;
}

std::string next_text(const std::vector<std::string>& commands) {
  std::string text;
  for (const std::string& command : commands)
    text += (text.empty() ? "Next: " : "      ") + command + '\n';
  return text;
}

} // namespace dockpki::report
