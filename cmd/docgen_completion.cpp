// Completion for bash, zsh and fish: commands, their options, and what may stand behind those.
#include <algorithm>
#include <iterator>

#include <dockpki/x509/key.hpp>

#include "docgen.hpp"

namespace dockpki::cmd {
namespace {

/// What may stand behind an option, told by the name that help gives its value.
enum class Value { none, file, folder, key_type, other };

Value value_of(const OptionDoc& option) {
  const std::string& name = option.operand ? option.names.front() : option.value;
  if (name.empty())
    return Value::none;
  if (name == "FILE" || name == "CERTIFICATE")
    return Value::file;
  if (name == "DIR")
    return Value::folder;
  return name == "TYPE" ? Value::key_type : Value::other;
}

std::string join(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? std::string() : std::string(between)) + word;
  return text;
}

std::string key_types() {
  std::string names;
  for (const x509::KeyType type : x509::all_key_types)
    names.append(names.empty() ? "" : " ").append(to_string(type));
  return names;
}

std::vector<std::string> command_names(const Documentation& documentation) {
  std::vector<std::string> names;
  for (const CommandDoc& doc : documentation.commands)
    names.emplace_back(doc.command->name);
  return names;
}

/// The names of all options, without operands.
std::vector<std::string> option_names(const std::vector<OptionDoc>& options) {
  std::vector<std::string> names;
  for (const OptionDoc& option : options)
    if (!option.operand)
      names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

/// The names of those options that take `value`.
std::vector<std::string> option_names(const std::vector<OptionDoc>& options, Value value) {
  std::vector<OptionDoc> chosen;
  std::ranges::copy_if(options, std::back_inserter(chosen),
                       [value](const OptionDoc& option) { return value_of(option) == value; });
  return option_names(chosen);
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// ---- bash -----------------------------------------------------------------------------------------------------------

/// Adds the options that take `value` to the shell's variable: " --out --home ", so that one can be looked for with blanks around
/// it.
std::string bash_values(const std::vector<OptionDoc>& options, Value value, const std::string& variable) {
  const std::vector<std::string> names = option_names(options, value);
  return names.empty() ? std::string() : variable + "+=' " + join(names, " ") + " '";
}

std::string bash_all_values(const std::vector<OptionDoc>& options, const std::string& indent) {
  std::string text;
  for (const std::string& line : {bash_values(options, Value::file, "files"), bash_values(options, Value::folder, "folders"),
                                  bash_values(options, Value::key_type, "keys"), bash_values(options, Value::other, "others")})
    if (!line.empty())
      text += indent + line + '\n';
  return text;
}

std::string bash_command(const CommandDoc& doc) {
  std::string text =
      "    " + std::string(doc.command->name) + ")\n      options='" + join(option_names(doc.options), " ") + "'\n";
  text += bash_all_values(doc.options, "      ");
  const bool takes_files =
      std::ranges::any_of(doc.options, [](const OptionDoc& option) { return option.operand && value_of(option) == Value::file; });
  return text + (takes_files ? "      operand=file\n" : "") + "      ;;\n";
}

/// Finds the command: the first word that is neither an option nor the value of one.
constexpr std::string_view bash_find_command = R"(  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ "$files$folders$keys$others" == *" ${COMP_WORDS[i]} "* ]]; then
      [[ ${COMP_WORDS[i+1]} == = ]] && ((i++))
      ((i++))
    elif [[ ${COMP_WORDS[i]} != -* ]]; then
      command=${COMP_WORDS[i]}
      break
    fi
  done
)";

std::string bash_offers(const Documentation& documentation) {
  return R"(  if [[ $files == *" $prev "* ]]; then
    compopt -o default
    return
  elif [[ $folders == *" $prev "* ]]; then
    compopt -o dirnames
    return
  elif [[ $keys == *" $prev "* ]]; then
    options=')" +
         key_types() + R"('
  elif [[ $others == *" $prev "* ]]; then
    return
  elif [[ $cur == -* ]]; then
    [[ $command ]] || options=
    options+=' )" +
         join(option_names(documentation.globals), " ") + R"('
  elif [[ $operand == file ]]; then
    compopt -o default
    return
  elif [[ $command ]]; then
    return
  fi
)";
}

std::string bash_script(const Documentation& documentation) {
  std::string text =
      "# bash completion for dockpki\n_dockpki() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= options= operand= i\n"
      "  local files= folders= keys= others=\n"
      "  COMPREPLY=()\n"
      "  # bash splits --key=p256 into three words\n"
      "  if [[ $cur == = ]]; then\n    cur=\n  elif [[ $prev == = ]]; then\n    prev=${COMP_WORDS[COMP_CWORD-2]}\n  fi\n";
  text += bash_all_values(documentation.globals, "  ");
  text += bash_find_command;
  text += "  case $command in\n    '')\n      options='" + join(command_names(documentation), " ") + "'\n      ;;\n";
  for (const CommandDoc& doc : documentation.commands)
    text += bash_command(doc);
  text += "  esac\n" + bash_offers(documentation);
  return text + "  mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n}\ncomplete -F _dockpki dockpki\n";
}

// ---- zsh ------------------------------------------------------------------------------------------------------------

/// Text that stands in an _arguments specification, within single quotes.
std::string zsh_text(std::string text) {
  for (const std::string_view special : {"\\", "[", "]", ":"})
    text = replace_all(std::move(text), special, "\\" + std::string(special));
  return replace_all(std::move(text), "'", "'\\''");
}

std::string zsh_action(const OptionDoc& option) {
  switch (value_of(option)) {
  case Value::file:
    return "_files";
  case Value::folder:
    return "_files -/";
  case Value::key_type:
    return "(" + key_types() + ")";
  default:
    return "";
  }
}

std::string zsh_specification(const OptionDoc& option) {
  if (option.operand)
    return "'" + std::string(option.repeatable ? "*" : "1") + ":" + option.names.front() + ":" + zsh_action(option) + "'";
  std::vector<std::string> excluded = option.excludes;
  if (!option.repeatable)
    excluded.insert(excluded.end(), option.names.begin(), option.names.end());
  const std::string head = option.repeatable ? "*" : "(" + join(excluded, " ") + ")";
  const bool takes_value = value_of(option) != Value::none;
  std::string tail = (takes_value ? "=[" : "[") + zsh_text(option.text) + "]";
  if (takes_value)
    tail += ":" + option.value + ":" + zsh_action(option);
  std::string specifications;
  for (const std::string& name : option.names)
    specifications.append(specifications.empty() ? "'" : " \\\n        '").append(head).append(name).append(tail).append("'");
  return specifications;
}

std::string zsh_script(const Documentation& documentation) {
  std::string globals;
  for (const OptionDoc& option : documentation.globals)
    globals += "    " + replace_all(zsh_specification(option), "\n        ", "\n    ") + "\n";
  globals = replace_all(std::move(globals), " \\\n", "\n");
  std::string names;
  std::string cases;
  for (const CommandDoc& doc : documentation.commands) {
    const std::string name(doc.command->name);
    names += "    '" + name + ":" + zsh_text(std::string(doc.command->summary)) + "'\n";
    cases += "    " + name + ")\n      _arguments -s \\\n";
    for (const OptionDoc& option : doc.options)
      cases += "        " + zsh_specification(option) + " \\\n";
    cases += "        $globals && ret=0\n      ;;\n";
  }
  return "#compdef dockpki\n"
         "_dockpki() {\n"
         "  local curcontext=\"$curcontext\" state line ret=1\n"
         "  typeset -A opt_args\n"
         "  local -a globals commands\n"
         "  globals=(\n" +
         globals + "  )\n  commands=(\n" + names +
         "  )\n"
         "  _arguments -C -s $globals '1:command:->command' '*::argument:->argument' && ret=0\n"
         "  if [[ $state == command ]]; then\n"
         "    _describe command commands && ret=0\n"
         "    return ret\n"
         "  fi\n"
         "  [[ $state == argument ]] || return ret\n"
         "  case $words[1] in\n" +
         cases +
         "  esac\n"
         "  return ret\n"
         "}\n"
         "_dockpki \"$@\"\n";
}

// ---- fish -----------------------------------------------------------------------------------------------------------

std::string fish_text(std::string_view text) {
  return "'" + replace_all(replace_all(std::string(text), "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish_line(const OptionDoc& option, const std::string& condition) {
  std::string line = "complete -c dockpki" + condition;
  for (const std::string& name : option.names)
    line += name.starts_with("--") ? " -l " + name.substr(2) : name.starts_with('-') ? " -s " + name.substr(1) : "";
  switch (value_of(option)) {
  case Value::none:
    break;
  case Value::file:
    line += option.operand ? " -F" : " -r -F";
    break;
  case Value::folder:
    line += " -x -a '(__fish_complete_directories)'";
    break;
  case Value::key_type:
    line += " -x -a '" + key_types() + "'";
    break;
  case Value::other:
    line += " -x";
    break;
  }
  return line + (option.operand ? "" : " -d " + fish_text(option.text)) + "\n";
}

std::string fish_script(const Documentation& documentation) {
  std::string text = "# fish completion for dockpki\ncomplete -c dockpki -f\n";
  for (const OptionDoc& option : documentation.globals)
    text += fish_line(option, "");
  const std::string no_command = " -n 'not __fish_seen_subcommand_from " + join(command_names(documentation), " ") + "'";
  for (const CommandDoc& doc : documentation.commands)
    text += "complete -c dockpki" + no_command + " -a " + std::string(doc.command->name) + " -d " +
            fish_text(doc.command->summary) + "\n";
  for (const CommandDoc& doc : documentation.commands)
    for (const OptionDoc& option : doc.options)
      text += fish_line(option, " -n '__fish_seen_subcommand_from " + std::string(doc.command->name) + "'");
  return text;
}

} // namespace

std::vector<Page> completions(const Documentation& documentation) {
  return {{"dockpki.bash", bash_script(documentation)},
          {"_dockpki", zsh_script(documentation)},
          {"dockpki.fish", fish_script(documentation)}};
}

} // namespace dockpki::cmd
