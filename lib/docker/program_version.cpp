#include <dockpki/docker/daemons.hpp>

#include <algorithm>
#include <cstring>
#include <fstream>

#include <elf.h>

namespace dockpki::docker {
namespace {

/// Reads parts of a program that anybody may have written: nothing that it says of itself is believed.
class Program {
public:
  explicit Program(const std::filesystem::path& path) : file_(path, std::ios::binary) {}

  /// The contents of a section; "" if there is no such, or it is larger than it has any right to be.
  std::string section(std::string_view name) {
    const auto header = read<Elf64_Ehdr>(0);
    if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_ident[EI_CLASS] != ELFCLASS64 ||
        header->e_shentsize != sizeof(Elf64_Shdr))
      return {};
    const auto entry = [&](std::uint64_t index) { return read<Elf64_Shdr>(header->e_shoff + index * sizeof(Elf64_Shdr)); };
    const auto name_table = entry(header->e_shstrndx);
    const std::string names = name_table ? contents(*name_table) : "";
    for (std::uint64_t i = 0; i < header->e_shnum; ++i) {
      const auto one = entry(i);
      if (one && one->sh_name < names.size() && std::string_view(names.c_str() + one->sh_name) == name)
        return contents(*one);
    }
    return {};
  }

private:
  template <class Part>
  std::optional<Part> read(std::uint64_t at) {
    Part part{};
    file_.clear();
    file_.seekg(static_cast<std::streamoff>(at));
    file_.read(reinterpret_cast<char*>(&part), sizeof part); // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
    return file_ ? std::optional(part) : std::nullopt;
  }

  std::string contents(const Elf64_Shdr& section) {
    constexpr std::uint64_t most = 1U << 18U;
    std::string text(std::min(section.sh_size, most), '\0');
    file_.clear();
    file_.seekg(static_cast<std::streamoff>(section.sh_offset));
    file_.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file_.gcount()));
    return text;
  }

  std::ifstream file_;
};

} // namespace

std::string program_version(const std::filesystem::path& program) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(program, error))
    return {};
  const std::string information = Program(program).section(".go.buildinfo");
  for (const std::string_view mark : {"dockerversion.Version=", "cli/version.Version="}) { // among the linker's flags
    const std::size_t at = information.find(mark);
    if (at == std::string::npos)
      continue;
    const std::string rest = information.substr(at + mark.size(), 64);
    return rest.substr(0, rest.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.+~-_"));
  }
  return information.find("\tgithub.com/moby/moby/v2") == std::string::npos ? "" : "29";
}

} // namespace dockpki::docker
