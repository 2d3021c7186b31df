// Why: Prometheus' text format has rules of its own for what stands in a label.
#pragma once

#include <string>

#include <dockpki/x509/names.hpp>

namespace dockpki::report {

/// A label's value: backslash, quotation mark and line feed escaped.
inline std::string label(const std::string& value) {
  std::string text;
  for (const char c : x509::printable(value, value.size())) {
    if (c == '\\' || c == '"')
      text += '\\';
    text += c;
  }
  return text;
}

/// The lines before a gauge's samples.
inline std::string gauge(const std::string& name, const std::string& help) {
  return "# HELP " + name + ' ' + help + "\n# TYPE " + name + " gauge\n";
}

} // namespace dockpki::report
