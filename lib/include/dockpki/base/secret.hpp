// Why: private keys and passphrases live here and nowhere else. Never in a std::string, whose
// copies and reallocations nobody wipes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace dockpki {

using Bytes = std::span<const std::uint8_t>;

/// bytes_of gives the characters as bytes; valid as long as they are. Not for a passphrase or a key: those are no std::string.
inline Bytes bytes_of(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Secret owns bytes that are wiped when it is destroyed, moved from or cleared.
/// Move-only. The capacity is fixed at birth, so that no reallocation leaves a copy behind.
class Secret {
public:
  Secret() = default;
  /// Makes a secret of `size` zero bytes.
  explicit Secret(std::size_t size);
  /// Copies `bytes`; wiping the source stays the caller's duty.
  static Secret copy_of(Bytes bytes);
  static Secret copy_of(std::string_view text);

  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  [[nodiscard]] Bytes bytes() const noexcept { return {data_.get(), size_}; }
  [[nodiscard]] std::span<std::uint8_t> writable() noexcept { return {data_.get(), size_}; }
  /// The bytes as characters; valid as long as the secret is.
  [[nodiscard]] std::string_view text() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// Forgets everything after the first `size` bytes (which it wipes). `size` <= size().
  void truncate(std::size_t size) noexcept;
  void clear() noexcept;

private:
  std::unique_ptr<std::uint8_t[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// wipe overwrites `bytes` in a way that the compiler may not leave out.
void wipe(std::span<std::uint8_t> bytes) noexcept;

/// equal_in_constant_time compares secrets; only the lengths show in the time it takes.
bool equal_in_constant_time(Bytes left, Bytes right) noexcept;

} // namespace dockpki
