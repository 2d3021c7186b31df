#include <dockpki/files/tar.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

#include "files/tar_format.hpp"

namespace dockpki::files {
namespace {

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

using Block = std::array<std::uint8_t, block_octets>;

/// What stands before a member of `size` octets.
struct Member {
  std::string name;
  mode_t mode = 0;
  std::size_t size = 0;
  char type = regular_file;
};

Block header_of(const Member& member, TimePoint at) {
  Header header{};
  put_text(header.name, member.name);
  put_number(header.mode, member.mode);
  put_number(header.uid, 0);
  put_number(header.gid, 0);
  put_number(header.size, member.size);
  put_number(header.mtime, static_cast<std::uint64_t>(std::max<std::int64_t>(at.time_since_epoch().count(), 0)));
  header.type = member.type;
  put_text(header.magic, ustar_magic);
  put_text(header.version, ustar_version);
  put_text(header.user, "root");
  put_text(header.group, "root");
  put_number(header.device_major, 0);
  put_number(header.device_minor, 0);
  put_number(header.checksum, checksum_of(header));
  Block block{};
  std::memcpy(block.data(), &header, block.size());
  return block;
}

/// "30 path=servers/docker.example\n" begins with its own length.
std::string path_record(const std::string& path) {
  const std::string rest = " " + std::string(path_keyword) + path + '\n';
  std::size_t length = rest.size() + 1;
  while (std::to_string(length).size() + rest.size() != length)
    ++length;
  return std::to_string(length) + rest;
}

/// What stands in an extended header before `file`; empty if its name fits without.
std::string extended_header(const SetFile& file) {
  return file.name.size() > sizeof(Header::name) ? path_record(file.name) : std::string();
}

} // namespace

Secret write_tar(std::span<const SetFile> files, TimePoint at) {
  std::size_t size = end_blocks * block_octets;
  for (const SetFile& file : files) {
    const std::string extended = extended_header(file);
    size += (extended.empty() ? 0 : block_octets + in_blocks(extended.size())) + block_octets + in_blocks(file.contents.size());
  }
  Secret archive(size); // zero where nothing is put
  auto out = archive.writable().begin();
  const auto put = [&](const Member& member, Bytes contents) {
    out = std::ranges::copy(header_of(member, at), out).out;
    std::ranges::copy(contents, out);
    out += static_cast<std::ptrdiff_t>(in_blocks(contents.size()));
  };
  for (const SetFile& file : files) {
    const std::string extended = extended_header(file);
    if (!extended.empty())
      put({.name = "path", .mode = file.mode, .size = extended.size(), .type = extended_header_type}, bytes_of(extended));
    put({.name = file.name.substr(0, sizeof(Header::name)), .mode = file.mode, .size = file.contents.size()}, file.contents);
  }
  return archive;
}

} // namespace dockpki::files
