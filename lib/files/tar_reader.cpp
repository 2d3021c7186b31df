#include <dockpki/files/tar.hpp>

#include <optional>
#include <set>

#include <dockpki/base/error.hpp>

#include "files/tar_format.hpp"

namespace dockpki::files {
namespace {

/// True for a path that stays below the folder where it is unpacked.
bool leads_downwards(std::string_view path) {
  for (;;) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == ".." || part.find('\0') != std::string_view::npos)
      return false;
    if (slash == std::string_view::npos)
      return true;
    path.remove_prefix(slash + 1);
  }
}

class TarReader {
public:
  TarReader(Bytes archive, std::string_view name) : rest_(archive), name_(name) {}

  std::vector<SetFile> read() {
    std::vector<SetFile> files;
    std::set<std::string> seen;
    while (!is_at_end()) {
      SetFile file = next();
      if (!leads_downwards(file.name))
        fail("a file's path leads out of the folder");
      if (!seen.insert(file.name).second)
        fail("a file stands in it twice");
      files.push_back(std::move(file));
    }
    return files;
  }

private:
  [[noreturn]] void fail(const std::string& cause) const {
    throw Error(Errc::invalid_input, "failed to read archive '" + std::string(name_) + "': " + cause);
  }

  Bytes take(std::size_t octets) {
    if (octets > rest_.size())
      fail("it is cut off");
    const Bytes taken = rest_.first(octets);
    rest_ = rest_.subspan(octets);
    return taken;
  }

  /// Two blocks of zeros and nothing behind them.
  [[nodiscard]] bool is_at_end() const {
    return rest_.size() == end_blocks * block_octets && std::ranges::all_of(rest_, [](std::uint8_t octet) { return octet == 0; });
  }

  template <std::size_t Size>
  [[nodiscard]] std::uint64_t number(const char (&field)[Size]) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i + 1 < Size; ++i) {
      if (field[i] < '0' || field[i] > '7')
        fail("a number in it is malformed");
      value = value * 8 + static_cast<std::uint64_t>(field[i] - '0');
    }
    return value;
  }

  Header header() {
    Header header{};
    std::memcpy(&header, take(block_octets).data(), block_octets);
    if (std::string_view(header.magic, sizeof header.magic) != ustar_magic || number(header.checksum) != checksum_of(header))
      fail("a header in it is malformed");
    return header;
  }

  Bytes contents(const Header& header) {
    const std::uint64_t size = number(header.size);
    if (size > rest_.size())
      fail("it is cut off");
    return take(in_blocks(size)).first(size);
  }

  /// The path in an extended header, which holds nothing else.
  [[nodiscard]] std::string long_path(Bytes record) const {
    const std::string_view text(reinterpret_cast<const char*>(record.data()), record.size());
    const std::string start = std::to_string(text.size()) + ' ' + std::string(path_keyword);
    if (!text.starts_with(start) || !text.ends_with('\n') || text.size() == start.size())
      fail("an extended header in it is malformed");
    return std::string(text.substr(start.size(), text.size() - start.size() - 1));
  }

  SetFile next() {
    Header found = header();
    std::optional<std::string> path;
    if (found.type == extended_header_type) {
      path = long_path(contents(found));
      found = header();
    }
    if (found.type != regular_file)
      fail("something in it is no regular file");
    if (!path)
      path = std::string(found.name, std::find(std::begin(found.name), std::end(found.name), '\0'));
    const auto mode = static_cast<mode_t>(number(found.mode) & 0777U);
    return {std::move(*path), contents(found), mode};
  }

  Bytes rest_;
  std::string_view name_;
};

} // namespace

std::vector<SetFile> read_tar(Bytes archive, std::string_view name) {
  return TarReader(archive, name).read();
}

} // namespace dockpki::files
