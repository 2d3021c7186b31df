// dockpki_docgen FOLDER: writes the man pages (scdoc) and the completion scripts that belong to this build of dockpki.
#include "docgen.hpp"

#include <algorithm>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>

namespace dockpki::cmd {
namespace {

OptionDoc read_option(const CLI::Option& option) {
  OptionDoc doc{.text = option.get_description()};
  doc.operand = option.get_positional();
  if (doc.operand)
    doc.names.push_back(option.get_name(true));
  for (const std::string& name : option.get_snames())
    doc.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames())
    doc.names.push_back("--" + name);
  if (!doc.operand && option.get_items_expected_max() > 0)
    doc.value = option.get_type_name();
  for (const CLI::Option* other : option.get_excludes())
    doc.excludes.push_back(other->get_name());
  std::ranges::sort(doc.excludes);
  doc.required = option.get_required();
  doc.repeatable = option.get_items_expected_max() > 1;
  return doc;
}

/// The options that `app` shows in its help.
std::vector<OptionDoc> read_options(const CLI::App& app) {
  std::vector<OptionDoc> options;
  for (const CLI::Option* option : app.get_options())
    if (!option->get_group().empty())
      options.push_back(read_option(*option));
  // --help is the first that CLI11 knows and the last that anybody looks up.
  std::stable_partition(options.begin(), options.end(), [](const OptionDoc& option) { return option.names.back() != "--help"; });
  return options;
}

void write(const std::filesystem::path& folder, const std::vector<Page>& pages) {
  std::filesystem::create_directories(folder);
  for (const Page& page : pages) {
    std::ofstream file(folder / page.name, std::ios::binary | std::ios::trunc);
    file << page.text;
    file.close();
    if (!file)
      throw std::runtime_error("failed to write '" + (folder / page.name).string() + "'");
  }
}

} // namespace

Documentation read_documentation() {
  CLI::App app("", "dockpki");
  Invocation invocation;
  build_app(app, invocation, "");
  Documentation documentation{.description = app.get_description(), .globals = read_options(app)};
  for (const Command& command : commands()) {
    CommandDoc doc{.command = &command, .options = read_options(*app.get_subcommand(std::string(command.name)))};
    std::erase_if(doc.options, [](const OptionDoc& option) { return option.names.back() == "--help"; }); // it is a global, too
    documentation.commands.push_back(std::move(doc));
  }
  return documentation;
}

std::string ends_sentence(std::string_view text) {
  std::string sentence(text);
  if (!sentence.empty() && !sentence.ends_with('.') && !sentence.ends_with('?'))
    sentence += '.';
  return sentence;
}

} // namespace dockpki::cmd

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: dockpki_docgen FOLDER\n";
    return 2;
  }
  try {
    const std::filesystem::path folder = argv[1];
    const dockpki::cmd::Documentation documentation = dockpki::cmd::read_documentation();
    dockpki::cmd::write(folder / "man", dockpki::cmd::man_pages(documentation));
    dockpki::cmd::write(folder / "completion", dockpki::cmd::completions(documentation));
    dockpki::cmd::write(folder, {dockpki::cmd::findings_page()});
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "dockpki_docgen: error: " << error.what() << '\n';
    return 1;
  }
}
