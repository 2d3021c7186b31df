// Why: each setting of dockerd is a flag, a key of daemon.json, or both, and not in every release.
#pragma once

#include <string_view>
#include <vector>

#include <dockpki/goverify/rules.hpp>

#include "docker/go_flags.hpp"

namespace dockpki::docker {

using goverify::DockerVersion;

/// What a key of daemon.json must hold.
enum class FileKind {
  ignored, ///< the key is let in and nobody reads it
  boolean,
  integer,
  text,
  texts,     ///< a list of texts
  address,   ///< a text that net.IP takes
  text_map,  ///< an object of texts
  switches,  ///< an object of booleans
  objects,   ///< a list of objects
  object,    ///< an object
  object_map ///< an object of objects
};

struct DaemonOption {
  Flag flag;
  std::string_view key; ///< in daemon.json; "" where no key sets it
  FileKind file;
  unsigned releases;             ///< in_20_10, in_28, in_29
  std::string_view element = {}; ///< Go's name for what an object or a list of objects holds

  [[nodiscard]] bool is_named() const { return !key.empty() && key != flag.name; }
};

/// The options of a release (moby cmd/dockerd, daemon/config).
const std::vector<DaemonOption>& daemon_options(DockerVersion release);
/// Keys whose objects are values; any other object's members count as keys of their own.
bool is_flat_key(std::string_view key);

} // namespace dockpki::docker
