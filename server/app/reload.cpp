#include "app/reload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/control.hpp"

namespace reprise::app {
namespace {

using Values = std::map<std::string, std::string, std::less<>>;

Values values_of(std::string_view lines) {
  Values values;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    const std::size_t equals = line.find('=');
    if (equals == line.npos) continue;
    values.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return values;
}

std::string shown(const std::string& value) { return value.empty() ? "nothing" : value; }

}  // namespace

std::string settings_lines(const std::vector<Config::Effective>& effective) {
  std::string lines;
  for (const Config::Effective& one : effective) {
    std::string value = one.value;
    std::ranges::replace(value, '\n', ' ');
    lines += fmt::format("{}={}\n", one.name, value);
  }
  return lines;
}

std::vector<std::string> restart_wanted(std::string_view running, std::string_view wanted) {
  const Values now = values_of(running);
  std::vector<std::string> sentences;
  for (const auto& [name, value] : values_of(wanted)) {
    const auto known = now.find(name);
    const std::string old = known == now.end() ? "" : known->second;
    if (name == kLogLevel || old == value) continue;
    sentences.push_back(
        fmt::format("{} is {} until a restart, then {}", name, shown(old), shown(value)));
  }
  return sentences;
}

int reload(const Config& config, std::FILE* out) {
  const std::string data_dir = config.text("data-dir");
  const auto running = ask_server(data_dir, "settings");
  const auto taken =
      running ? ask_server(data_dir, fmt::format("{} {}", kLogLevel, config.text(kLogLevel)))
              : running;
  if (!taken) {
    fmt::print(stderr, "reprise: {}\n", taken.error().client_message);
    return 1;
  }
  fmt::print(out, "{}", *taken);
  const auto left = restart_wanted(*running, settings_lines(config.effective()));
  for (const std::string& sentence : left) fmt::print(out, "{}\n", sentence);
  return left.empty() ? 0 : 1;
}

}  // namespace reprise::app
