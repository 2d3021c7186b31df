#include "x509/idn.hpp"

#include <dlfcn.h>

#include <dockpki/base/error.hpp>
#include <dockpki/x509/names.hpp>

namespace dockpki::x509 {
namespace {

// From libidn2's documentation of its interface, which is stable since 2.0.
constexpr int idn2_nfc_input = 1;
constexpr int idn2_nontransitional = 8;
constexpr int idn2_ok = 0;

struct Libidn2 {
  int (*to_ascii_8z)(const char* input, char** output, int flags) = nullptr;
  const char* (*strerror)(int code) = nullptr;
  void (*free)(void* pointer) = nullptr;

  [[nodiscard]] bool is_there() const noexcept { return to_ascii_8z != nullptr && strerror != nullptr && free != nullptr; }
};

Libidn2 load_libidn2() {
  Libidn2 library;
  // Never closed again: it lives as long as the process.
  void* const handle = ::dlopen("libidn2.so.0", RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr)
    return library;
  library.to_ascii_8z = reinterpret_cast<decltype(library.to_ascii_8z)>(::dlsym(handle, "idn2_to_ascii_8z"));
  library.strerror = reinterpret_cast<decltype(library.strerror)>(::dlsym(handle, "idn2_strerror"));
  library.free = reinterpret_cast<decltype(library.free)>(::dlsym(handle, "idn2_free"));
  return library;
}

} // namespace

std::string to_a_labels(std::string_view name) {
  static const Libidn2 library = load_libidn2();
  const std::string failed = "failed to read DNS name '" + printable(name) + "': ";
  if (!library.is_there())
    throw Error(Errc::usage, failed + "it is not ASCII, and libidn2, which converts such names, is not installed",
                "install libidn2-0, or give the name in its xn-- form");
  char* converted = nullptr;
  const int code = library.to_ascii_8z(std::string(name).c_str(), &converted, idn2_nfc_input | idn2_nontransitional);
  if (code != idn2_ok)
    throw Error(Errc::usage, failed + "it is not a valid international name (" + library.strerror(code) + ")");
  std::string ascii = converted;
  library.free(converted);
  return ascii;
}

} // namespace dockpki::x509
