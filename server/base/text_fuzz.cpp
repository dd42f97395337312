#include <cstdint>
#include <cstdlib>

#include "base/clock.hpp"
#include "base/config.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "base/utf8.hpp"

// Parses configuration files, JSON and times, and formats log lines.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::vector<Setting> settings{
      {.name = "listen", .kind = Setting::Kind::Address, .default_value = "h:1"},
      {.name = "threads", .kind = Setting::Kind::Integer, .default_value = "1", .most = 9},
      {.name = "public", .kind = Setting::Kind::Switch}};
  const auto read = [&](const std::string&) -> Result<std::string> { return text; };
  const auto config = Config::load(settings, {.arguments = {"--config-file=x"}, .read_file = read});
  if (config) {
    config->address("listen");
    if (config->integer("threads") > 9) std::abort();
  }
  if (const auto value = parse_json(text)) {
    if (!parse_json(boost::json::serialize(*value))) std::abort();
  }
  parse_rfc3339(text);
  const std::string line = log::format_line(log::Level::Info, "fuzz", {{"text", text}}, 0);
  if (line.find('\n') != line.size() - 1 || !is_utf8(line)) std::abort();
  if (!parse_json(std::string_view(line).substr(0, line.size() - 1))) std::abort();
  return 0;
}
