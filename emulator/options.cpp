#include "emulator/options.hpp"

#include <charconv>
#include <string_view>

namespace reprise::emulator {
namespace {

template <class T>
bool read_number(std::string_view text, T& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool read_address(std::string_view text, Options& options) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  options.host = host;
  return !host.empty() && read_number(text.substr(colon + 1), options.port);
}

}  // namespace

const char* const kUsage =
    "Usage: reprise-emulator [--listen HOST:PORT] [--seed N] [--scenario FILE] [--key KEY]\n"
    "A stand-in for the Gemini Live API on this machine: it hears, understands and speaks.\n"
    "\n"
    "  --listen HOST:PORT  where to listen; port 0 takes a free one (localhost:8081)\n"
    "  --seed N            equal seeds give equal behaviour (otherwise random)\n"
    "  --scenario FILE     script answers, delays and closes (YAML, see docs/emulator.md)\n"
    "  --key KEY           the API key that is accepted (emulator-key)\n"
    "  --version, --help\n"
    "\n"
    "Prints \"ready http://HOST:PORT\" when it listens. SIGTERM or Ctrl-C ends it.\n";

std::expected<Options, std::string> read_options(std::span<const char* const> arguments) {
  Options options;
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    std::string_view name = arguments[at];
    if (name == "--help" || name == "--version") {
      (name == "--help" ? options.help : options.version) = true;
      continue;
    }
    std::optional<std::string> value;
    if (const std::size_t equals = name.find('='); equals != std::string_view::npos) {
      value = name.substr(equals + 1);
      name = name.substr(0, equals);
    }
    const bool known =
        name == "--listen" || name == "--seed" || name == "--scenario" || name == "--key";
    if (!known) return std::unexpected("There is no option " + std::string(name) + ".");
    if (!value && at + 1 < arguments.size()) value = arguments[++at];
    if (!value || value->empty()) return std::unexpected(std::string(name) + " needs a value.");
    if (name == "--listen" && !read_address(*value, options)) {
      return std::unexpected("--listen wants HOST:PORT, not " + *value + ".");
    }
    if (name == "--seed" && !read_number(*value, options.seed.emplace())) {
      return std::unexpected("--seed wants a whole number, not " + *value + ".");
    }
    if (name == "--scenario") options.scenario_path = *value;
    if (name == "--key") options.key = *value;
  }
  return options;
}

}  // namespace reprise::emulator
