#include <dockpki/files/tar.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace dockpki::files {
namespace {

constexpr std::size_t block_octets = 512;
constexpr std::size_t end_blocks = 2;

/// The header of POSIX.1-2017, pax(1), "ustar Interchange Format". Numbers are octal text, ended by a zero octet.
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

template <std::size_t Size>
void put_text(char (&field)[Size], std::string_view text) {
  assert(text.size() <= Size);
  std::copy(text.begin(), text.end(), field);
}

template <std::size_t Size>
void put_number(char (&field)[Size], std::uint64_t number) {
  for (std::size_t i = Size - 1; i-- > 0; number /= 8)
    field[i] = static_cast<char>('0' + number % 8);
  assert(number == 0);
}

std::array<std::uint8_t, block_octets> header_of(const SetFile& file, TimePoint at) {
  Header header{};
  put_text(header.name, file.name);
  put_number(header.mode, file.mode);
  put_number(header.uid, 0);
  put_number(header.gid, 0);
  put_number(header.size, file.contents.size());
  put_number(header.mtime, static_cast<std::uint64_t>(std::max<std::int64_t>(at.time_since_epoch().count(), 0)));
  header.type = '0';
  put_text(header.magic, std::string_view("ustar\0", 6));
  put_text(header.version, "00");
  put_text(header.user, "root");
  put_text(header.group, "root");
  put_number(header.device_major, 0);
  put_number(header.device_minor, 0);
  std::fill(std::begin(header.checksum), std::end(header.checksum), ' '); // as such it counts
  std::array<std::uint8_t, block_octets> block{};
  std::memcpy(block.data(), &header, block.size());
  std::uint64_t sum = 0;
  for (const std::uint8_t octet : block)
    sum += octet;
  put_number(header.checksum, sum);
  std::memcpy(block.data(), &header, block.size());
  return block;
}

constexpr std::size_t in_blocks(std::size_t octets) {
  return (octets + block_octets - 1) / block_octets * block_octets;
}

} // namespace

Secret write_tar(std::span<const SetFile> files, TimePoint at) {
  std::size_t size = end_blocks * block_octets;
  for (const SetFile& file : files)
    size += block_octets + in_blocks(file.contents.size());
  Secret archive(size); // zero where nothing is put
  auto out = archive.writable().begin();
  for (const SetFile& file : files) {
    out = std::ranges::copy(header_of(file, at), out).out;
    std::ranges::copy(file.contents, out);
    out += static_cast<std::ptrdiff_t>(in_blocks(file.contents.size()));
  }
  return archive;
}

} // namespace dockpki::files
