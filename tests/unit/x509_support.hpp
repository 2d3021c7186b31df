// What the tests of x509 share: files of strangers, and whole messages.
#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>
#include <dockpki/base/secret.hpp>

namespace dockpki::x509::test {

/// A file of tests/data/x509.
inline std::string data(const std::string& name) {
  std::ifstream file(DOCKPKI_TEST_DATA "/x509/" + name, std::ios::binary);
  if (!file)
    throw std::runtime_error("no test data '" + name + "'");
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

inline Bytes bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::vector<std::uint8_t> unhex(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (c != ' ')
      digits += c;
  return parse_hex(digits).value();
}

/// "message" or "message | hint" of the Error that `action` throws, "no error" if it throws none.
template <class Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.hint().empty() ? std::string(error.what()) : std::string(error.what()) + " | " + error.hint();
  }
  return "no error";
}

template <class Action>
Errc code_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  throw std::runtime_error("no error");
}

} // namespace dockpki::x509::test
