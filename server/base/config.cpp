#include "base/config.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>

#include "base/assert.hpp"

extern char** environ;

namespace reprise {
namespace {

constexpr std::string_view kConfigFile = "config-file";
constexpr std::string_view kFileSuffix = "_FILE";
constexpr int kFileRank = 1;
constexpr int kEnvironmentRank = 2;
constexpr int kFlagRank = 3;
constexpr std::size_t kFileBytesMax = 64 * 1024;

std::unexpected<Error> invalid(std::string sentence) {
  return fail(ErrorCode::Invalid, std::move(sentence));
}

std::string variable_of(std::string_view prefix, std::string_view name) {
  std::string variable(prefix);
  for (const char c : name) variable += c == '-' ? '_' : static_cast<char>(std::toupper(c));
  return variable;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// A secret is sent in a header, where CR LF would begin another field.
bool is_one_word(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

/// What the value must be, for an error; empty when the value is right.
std::string complaint(const Setting& setting, const std::string& value) {
  switch (setting.kind) {
    case Setting::Kind::Text: {
      const auto& choices = setting.choices;
      if (choices.empty() || std::ranges::find(choices, value) != choices.end()) return {};
      return fmt::format("one of {}", fmt::join(choices, ", "));
    }
    case Setting::Kind::Integer: {
      const auto number = whole_number(value);
      if (number && *number >= setting.least && *number <= setting.most) return {};
      return fmt::format("a whole number from {} to {}", setting.least, setting.most);
    }
    case Setting::Kind::Switch:
      return value == "true" || value == "false" ? "" : "true or false";
    case Setting::Kind::Address:
      return parse_host_port(value) ? "" : "HOST:PORT";
    case Setting::Kind::Secret:
      if (value.empty()) return "set to something, or not at all";
      return is_one_word(value) ? "" : "one line without blanks or control characters";
    case Setting::Kind::Url:
      return is_one_word(value) ? "" : "a URL without blanks or control characters";
  }
  return {};
}

bool is_secret(const Setting& setting, std::string_view value) {
  return setting.kind == Setting::Kind::Secret ||
         (setting.kind == Setting::Kind::Url && holds_password(value));
}

bool may_come_from_file(const Setting& setting) {
  return setting.kind == Setting::Kind::Secret || setting.kind == Setting::Kind::Url;
}

}  // namespace

bool holds_password(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == url.npos) return false;
  const std::string_view rest = url.substr(scheme + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const auto at = authority.rfind('@');
  if (at != authority.npos && authority.substr(0, at).contains(':')) return true;
  const auto query = rest.find('?');
  return query != rest.npos && rest.substr(query).contains("password=");
}

Result<HostPort> parse_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos) return invalid("The address must be HOST:PORT.");
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto port = whole_number(text.substr(colon + 1));
  const bool plain =
      host.find_first_of("[] \t/") == host.npos && (bracketed || host.find(':') == host.npos);
  if (host.empty() || !plain || !port || *port < 0 || *port > 65535) {
    return invalid("The address must be HOST:PORT.");
  }
  return HostPort{std::string(host), static_cast<std::uint16_t>(*port)};
}

Result<Config> Config::load(const std::vector<Setting>& settings, const ConfigSources& sources) {
  Config config;
  config.held_.push_back(
      {.setting = {.name = std::string(kConfigFile), .help = "A file of `key = value` lines"}});
  for (const Setting& setting : settings) {
    REPRISE_ASSERT(config.find(setting.name) == nullptr);
    Held held{.setting = setting, .value = setting.default_value};
    if (setting.kind == Setting::Kind::Switch && held.value.empty()) held.value = "false";
    REPRISE_ASSERT(held.value.empty() || complaint(setting, held.value).empty());
    config.held_.push_back(std::move(held));
  }
  Status status = config.read_arguments(sources.arguments);
  if (status) status = config.read_environment(sources);
  if (status) status = config.read_config_file(sources);
  if (!status) return std::unexpected(std::move(status.error()));
  return config;
}

Status Config::read_arguments(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (!argument.starts_with("--"))
      return invalid(fmt::format("Unexpected argument {}.", argument));
    const auto equals = argument.find('=');
    const std::string flag(argument.substr(0, equals));
    Held* held = find(std::string_view(flag).substr(2));
    if (held == nullptr) return invalid(fmt::format("Unknown flag {}.", flag));
    const auto secret = [&flag](std::string_view what) {
      return invalid(
          fmt::format("{}{}: give it by the environment, process lists show flags.", flag, what));
    };
    if (held->setting.kind == Setting::Kind::Secret) return secret(" is a secret");
    if (held->rank == kFlagRank) return invalid(fmt::format("The flag {} is given twice.", flag));
    std::string value = "true";
    if (equals != argument.npos) {
      value = argument.substr(equals + 1);
    } else if (held->setting.kind != Setting::Kind::Switch) {
      if (++i == arguments.size()) return invalid(fmt::format("The flag {} needs a value.", flag));
      value = arguments[i];
    }
    if (is_secret(held->setting, value)) return secret(" holds a password");
    Status status = set(held, std::move(value), "flag " + flag, kFlagRank);
    if (!status) return status;
  }
  return {};
}

Status Config::read_environment(const ConfigSources& sources) {
  for (const auto& [variable, given] : sources.environment) {
    if (!variable.starts_with(sources.prefix)) continue;
    std::string value = given;
    const auto named = [&](std::string_view suffix) {
      return std::ranges::find_if(held_, [&](const Held& held) {
        const bool may = suffix.empty() || may_come_from_file(held.setting);
        return may &&
               variable_of(sources.prefix, held.setting.name) + std::string(suffix) == variable;
      });
    };
    auto held = named("");
    const bool plain = held != held_.end();
    if (!plain) held = named(kFileSuffix);
    if (!plain && held != held_.end()) {
      Result<std::string> content = sources.read_secret_file(given);
      if (!content) return invalid(fmt::format("{}: {}", variable, content.error().client_message));
      while (content->ends_with('\n') || content->ends_with('\r')) content->pop_back();
      // Whoever names a file means a value: without one, another database would be used.
      if (content->empty()) return invalid(fmt::format("{}: {} is empty.", variable, given));
      value = std::move(*content);
    }
    if (held == held_.end()) return invalid(fmt::format("Unknown variable {}.", variable));
    if (held->rank == kEnvironmentRank) {
      return invalid(
          fmt::format("{} and its {} form exclude each other.", held->setting.name, kFileSuffix));
    }
    Status status = set(&*held, std::move(value), "environment " + variable, kEnvironmentRank);
    if (!status) return status;
  }
  return {};
}

Status Config::read_config_file(const ConfigSources& sources) {
  const std::string path = text(kConfigFile);
  if (path.empty()) return {};
  const Result<std::string> content = sources.read_file(path);
  if (!content) return invalid(fmt::format("{}: {}", kConfigFile, content.error().client_message));
  std::string_view rest = *content;
  for (int number = 1; !rest.empty(); ++number) {
    const std::string_view line = trim(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(
        std::min(rest.size(), rest.find('\n') == rest.npos ? rest.size() : rest.find('\n') + 1));
    if (line.empty() || line.starts_with('#')) continue;
    const std::string place = fmt::format("{}:{}", path, number);
    const auto equals = line.find('=');
    if (equals == line.npos) return invalid(fmt::format("{}: expected `key = value`.", place));
    const std::string_view key = trim(line.substr(0, equals));
    Held* held = find(key);
    if (held == nullptr || key == kConfigFile)
      return invalid(fmt::format("{}: unknown key {}.", place, key));
    const std::string_view value = trim(line.substr(equals + 1));
    if (is_secret(held->setting, value)) {
      return invalid(fmt::format("{}: {} is a secret: give it by the environment.", place, key));
    }
    if (held->rank == kFileRank) return invalid(fmt::format("{}: {} is given twice.", place, key));
    Status status = set(held, std::string(value), "file " + place, kFileRank);
    if (!status) return status;
  }
  return {};
}

/// Also checks a value that a stronger source overrides: a wrong value is always an error.
Status Config::set(Held* held, std::string value, std::string origin, int rank) {
  const Setting& setting = held->setting;
  if (const std::string wanted = complaint(setting, value); !wanted.empty()) {
    const bool hide = may_come_from_file(setting);
    return invalid(fmt::format("{} ({}) must be {}{}.", setting.name, origin, wanted,
                               hide ? "" : fmt::format(", not \"{}\"", value)));
  }
  if (rank < held->rank) return {};
  held->value = std::move(value);
  held->origin = std::move(origin);
  held->rank = rank;
  return {};
}

Config::Held* Config::find(std::string_view name) {
  const auto found =
      std::ranges::find_if(held_, [&](const Held& held) { return held.setting.name == name; });
  return found == held_.end() ? nullptr : &*found;
}

const Config::Held& Config::at(std::string_view name) const {
  const Held* held = const_cast<Config*>(this)->find(name);
  REPRISE_ASSERT(held != nullptr);
  return *held;
}

bool Config::has(std::string_view name) const { return !at(name).value.empty(); }

const std::string& Config::text(std::string_view name) const {
  const Held& held = at(name);
  const auto kind = held.setting.kind;
  REPRISE_ASSERT(kind == Setting::Kind::Text || may_come_from_file(held.setting));
  return held.value;
}

std::int64_t Config::integer(std::string_view name) const {
  const Held& held = at(name);
  REPRISE_ASSERT(held.setting.kind == Setting::Kind::Integer);
  const auto number = whole_number(held.value);
  REPRISE_ASSERT(number.has_value());
  return *number;
}

bool Config::is_on(std::string_view name) const {
  const Held& held = at(name);
  REPRISE_ASSERT(held.setting.kind == Setting::Kind::Switch);
  return held.value == "true";
}

HostPort Config::address(std::string_view name) const {
  const Held& held = at(name);
  REPRISE_ASSERT(held.setting.kind == Setting::Kind::Address);
  auto address = parse_host_port(held.value);
  REPRISE_ASSERT(address.has_value());
  return std::move(*address);
}

std::vector<Config::Effective> Config::effective() const {
  std::vector<Effective> rows;
  for (const Held& held : held_) {
    const bool hide = is_secret(held.setting, held.value) && !held.value.empty();
    rows.push_back({held.setting.name, hide ? "(set)" : held.value, held.origin});
  }
  return rows;
}

std::vector<std::pair<std::string, std::string>> process_environment() {
  std::vector<std::pair<std::string, std::string>> rows;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals == text.npos) continue;
    rows.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return rows;
}

Result<std::string> read_small_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail(ErrorCode::NotFound,
                fmt::format("cannot read {}: {}.", path, std::strerror(errno)));
  }
  std::string content(kFileBytesMax + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (file.bad()) return invalid(fmt::format("cannot read {}.", path));
  content.resize(static_cast<std::size_t>(file.gcount()));
  if (content.size() > kFileBytesMax) {
    return fail(ErrorCode::TooLarge,
                fmt::format("{} has more than {} bytes.", path, kFileBytesMax));
  }
  return content;
}

Result<std::string> read_secret_file(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0) {
    return fail(ErrorCode::Forbidden, fmt::format("{} can be read by others: chmod 600 it.", path));
  }
  return read_small_file(path);
}

}  // namespace reprise
