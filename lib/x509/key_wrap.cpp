#include "x509/key_wrap.hpp"

#include <algorithm>
#include <cassert>

#include <dockpki/base/random.hpp>

#include "x509/cipher.hpp"

namespace dockpki::x509 {
namespace {

constexpr std::size_t block_octets = 16;
constexpr std::size_t check_octets = 3;
constexpr std::size_t head_octets = 1 + check_octets;

Secret run(Bytes key, Bytes initialization_vector, Bytes input, Direction direction) {
  return *run_cipher("AES-256-CBC", key, initialization_vector, input, direction, Padding::none);
}

} // namespace

Secret wrap_key(Bytes key, Bytes key_encryption_key, Bytes initialization_vector) {
  assert(key.size() >= check_octets && key.size() <= 0xff);
  const std::size_t blocks = (head_octets + key.size() + block_octets - 1) / block_octets;
  Secret block(std::max<std::size_t>(blocks, 2) * block_octets);
  fill_random(block.writable());
  block.writable()[0] = static_cast<std::uint8_t>(key.size());
  for (std::size_t i = 0; i < check_octets; ++i)
    block.writable()[1 + i] = static_cast<std::uint8_t>(~key[i]);
  std::ranges::copy(key, block.writable().begin() + head_octets);
  const Secret once = run(key_encryption_key, initialization_vector, block.bytes(), Direction::encrypt);
  return run(key_encryption_key, once.bytes().last(block_octets), once.bytes(), Direction::encrypt);
}

std::optional<Secret> unwrap_key(Bytes wrapped, Bytes key_encryption_key, Bytes initialization_vector) {
  if (wrapped.size() < 2 * block_octets || wrapped.size() % block_octets != 0)
    return std::nullopt;
  // The second pass began with the last block of the first, which is found by decrypting the last block alone.
  const Bytes last = wrapped.last(block_octets);
  const Bytes before = wrapped.last(2 * block_octets).first(block_octets);
  const Secret began_with = run(key_encryption_key, before, last, Direction::decrypt);
  const Secret once = run(key_encryption_key, began_with.bytes(), wrapped, Direction::decrypt);
  const Secret block = run(key_encryption_key, initialization_vector, once.bytes(), Direction::decrypt);
  const std::size_t size = block.bytes()[0];
  std::uint8_t wrong = size < check_octets || size > block.size() - head_octets ? 1 : 0;
  for (std::size_t i = 0; i < check_octets; ++i)
    wrong |= static_cast<std::uint8_t>(block.bytes()[1 + i] ^ block.bytes()[head_octets + i] ^ 0xffU);
  if (wrong != 0)
    return std::nullopt;
  return Secret::copy_of(block.bytes().subspan(head_octets, size));
}

} // namespace dockpki::x509
