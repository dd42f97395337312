#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/types.hpp"

// Settings of a program. A flag counts before the environment, the environment before the file, the
// file before the default. An unknown name is an error. Pure: files and environment come in as
// arguments.
namespace reprise {

/// One setting. Its name in lower case with dashes (`data-dir`) gives the flag `--data-dir`, the
/// variable `REPRISE_DATA_DIR` and the key `data-dir` in the file.
struct Setting {
  enum class Kind {
    Text,
    Integer,
    Switch,   ///< `true` or `false`; the flag alone means true
    Address,  ///< `HOST:PORT` or `[V6]:PORT`
    Secret,   ///< only from the variable, or from the file that `<variable>_FILE` names
    Url,      ///< a Secret when it holds a password, otherwise a Text; may also come from `_FILE`
  };
  std::string name;
  Kind kind = Kind::Text;
  std::string default_value = {};  ///< empty for Integer and Address: no value, see `Config::has`
  std::string help = {};
  std::int64_t least = 0;  ///< for Integer: the bounds, both included
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  std::vector<std::string> choices = {};  ///< Text: what is allowed; empty: anything
};

/// Whether a URL names a password, in its authority or as a parameter.
bool holds_password(std::string_view url);

struct HostPort {
  std::string host;  ///< without brackets
  std::uint16_t port = 0;
  friend bool operator==(const HostPort&, const HostPort&) = default;
};
/// Errors: Invalid.
Result<HostPort> parse_host_port(std::string_view text);

struct ConfigSources {
  std::vector<std::string> arguments = {};  ///< flags only: neither program nor subcommand
  std::vector<std::pair<std::string, std::string>> environment = {};
  /// Reads a configuration file; the error's message becomes part of ours.
  std::function<Result<std::string>(const std::string& path)> read_file = {};
  /// The same for a file that holds a secret.
  std::function<Result<std::string>(const std::string& path)> read_secret_file = read_file;
  std::string prefix = "REPRISE_";  ///< each variable that begins with it must be a setting
};

/// The effective settings. Asking for a name that was not declared, or as another kind, asserts.
class Config {
 public:
  /// Reads all sources. `config-file` is a setting by itself: the file, with `key = value` lines
  /// and `#` comments. Errors: Invalid, one sentence that names the setting and where it came from.
  static Result<Config> load(const std::vector<Setting>& settings, const ConfigSources& sources);

  /// Whether there is a value that is not empty.
  bool has(std::string_view name) const;
  /// Text, Secret and Url.
  const std::string& text(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  bool is_on(std::string_view name) const;
  HostPort address(std::string_view name) const;

  struct Effective {
    std::string name;
    std::string value;   ///< of a secret only `(set)`, or nothing
    std::string origin;  ///< `flag --x`, `environment X`, `file PATH:LINE` or `default`
  };
  /// In the order of declaration.
  std::vector<Effective> effective() const;

 private:
  struct Held {
    Setting setting;
    std::string value;
    std::string origin = "default";
    int rank = 0;  ///< of the source; a higher one wins
  };
  Status read_arguments(const std::vector<std::string>& arguments);
  Status read_environment(const ConfigSources& sources);
  Status read_config_file(const ConfigSources& sources);
  Status set(Held* held, std::string value, std::string origin, int rank);
  Held* find(std::string_view name);
  const Held& at(std::string_view name) const;

  std::vector<Held> held_;
};

/// The variables of this process.
std::vector<std::pair<std::string, std::string>> process_environment();
/// A file of at most 64 KiB, for ConfigSources::read_file. Errors: NotFound, TooLarge, Invalid.
Result<std::string> read_small_file(const std::string& path);
/// The same for ConfigSources::read_secret_file. Error Forbidden when every account may read it.
Result<std::string> read_secret_file(const std::string& path);

}  // namespace reprise
