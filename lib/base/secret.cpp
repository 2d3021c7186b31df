#include <dockpki/base/secret.hpp>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace dockpki {

void wipe(std::span<std::uint8_t> bytes) noexcept {
  if (!bytes.empty())
    ::explicit_bzero(bytes.data(), bytes.size());
}

bool equal_in_constant_time(Bytes left, Bytes right) noexcept {
  if (left.size() != right.size())
    return false;
  volatile std::uint8_t difference = 0;
  for (std::size_t i = 0; i < left.size(); ++i)
    difference = static_cast<std::uint8_t>(difference | (left[i] ^ right[i]));
  return difference == 0;
}

Secret::Secret(std::size_t size) : data_(std::make_unique<std::uint8_t[]>(size)), size_(size), capacity_(size) {}

Secret Secret::copy_of(Bytes bytes) {
  Secret secret(bytes.size());
  std::copy(bytes.begin(), bytes.end(), secret.data_.get());
  return secret;
}

Secret Secret::copy_of(std::string_view text) {
  Secret secret(text.size());
  std::copy(text.begin(), text.end(), secret.data_.get());
  return secret;
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)), capacity_(std::exchange(other.capacity_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    clear();
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
  }
  return *this;
}

Secret::~Secret() {
  clear();
}

std::string_view Secret::text() const noexcept {
  return {reinterpret_cast<const char*>(data_.get()), size_};
}

void Secret::truncate(std::size_t size) noexcept {
  assert(size <= size_);
  wipe({data_.get() + size, size_ - size});
  size_ = size;
}

void Secret::clear() noexcept {
  wipe({data_.get(), capacity_});
  data_.reset();
  size_ = 0;
  capacity_ = 0;
}

} // namespace dockpki
