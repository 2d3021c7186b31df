// Why: writer and reader of tar archives must mean the same by an octet: POSIX.1-2017, pax(1), "ustar Interchange Format".
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace dockpki::files {

inline constexpr std::size_t block_octets = 512;
inline constexpr std::size_t end_blocks = 2;
inline constexpr char regular_file = '0';
inline constexpr char extended_header_type = 'x';
inline constexpr std::string_view ustar_magic("ustar\0", 6);
inline constexpr std::string_view ustar_version = "00";
inline constexpr std::string_view path_keyword = "path=";

/// Numbers are octal text, ended by a zero octet.
struct Header {
  char name[100];
  char mode[8];
  char uid[8];
  char gid[8];
  char size[12];
  char mtime[12];
  char checksum[8];
  char type;
  char link_name[100];
  char magic[6];
  char version[2];
  char user[32];
  char group[32];
  char device_major[8];
  char device_minor[8];
  char prefix[155];
  char padding[12];
};
static_assert(sizeof(Header) == block_octets);

/// The sum of all octets, the checksum's own counted as blanks.
inline std::uint64_t checksum_of(Header header) {
  std::fill(std::begin(header.checksum), std::end(header.checksum), ' ');
  std::array<std::uint8_t, block_octets> block{};
  std::memcpy(block.data(), &header, block.size());
  std::uint64_t sum = 0;
  for (const std::uint8_t octet : block)
    sum += octet;
  return sum;
}

constexpr std::size_t in_blocks(std::size_t octets) {
  return (octets + block_octets - 1) / block_octets * block_octets;
}

} // namespace dockpki::files
