// Why: the return value of an OpenSSL call decides whether it failed; the error queue only explains.
#pragma once

#include <concepts>
#include <string_view>

namespace dockpki::x509::ossl {

/// fail drains OpenSSL's error queue of this thread and throws Errc::crypto "failed to <doing>: reason; reason".
[[noreturn]] void fail(std::string_view doing);

/// check fails unless `ok`. It takes nothing but a bool, so that `== 1` or `> 0` has to be written.
inline void check(bool ok, std::string_view doing) {
  if (!ok)
    fail(doing);
}
template <class T>
requires(!std::same_as<T, bool>) void check(T, std::string_view) = delete;

/// own gives `handle` back, and fails if it holds nothing.
template <class H>
H own(H handle, std::string_view doing) {
  if (!handle)
    fail(doing);
  return handle;
}

/// forget_errors empties the queue after a call whose failure was an ordinary answer.
void forget_errors() noexcept;

} // namespace dockpki::x509::ossl
