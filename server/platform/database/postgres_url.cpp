#include "platform/database/postgres_url.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <memory>
#include <optional>
#include <vector>

#include "platform/database/postgres.hpp"

namespace reprise::database {
namespace {

/// libpq refuses this value after it has put all others together, and before it looks a host up.
constexpr std::array<const char*, 2> kOnlyResolve{"ssl_min_protocol_version", "only-resolve"};

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

bool is_near(const std::string& host) {
  // `@` begins the name of an abstract socket.
  if (host.empty() || host.starts_with('/') || host.starts_with('@')) return true;
  if (host == "localhost") return true;
  boost::system::error_code not_an_address;
  const auto address = boost::asio::ip::make_address(host, not_an_address);
  return !not_an_address && address.is_loopback();
}

/// `a,b,` is three items, the last of them empty, as in libpq.
std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> items;
  std::size_t from = 0;
  for (std::size_t comma = list.find(','); comma != list.npos; comma = list.find(',', from)) {
    items.push_back(list.substr(from, comma - from));
    from = comma + 1;
  }
  items.push_back(list.substr(from));
  return items;
}

std::optional<int> number_in(const std::string& text) {
  int number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Whether libpq takes each of these ports. Empty: its default.
bool are_ports(const std::string& list) {
  return std::ranges::all_of(split(list), [](const std::string& text) {
    return text.empty() || (number_in(text) >= 1 && number_in(text) <= 65'535);
  });
}

/// libpq finds out only while it connects that these are no numbers.
constexpr std::array<const char*, 6> kNumbers{"connect_timeout",     "keepalives",
                                              "keepalives_idle",     "keepalives_count",
                                              "keepalives_interval", "tcp_user_timeout"};
/// With these no server that takes writes is ever connected to.
constexpr std::array<std::string_view, 3> kNeverWritable{"read-only", "standby", "prefer-standby"};

/// Where each host of the list is reached, as in libpq: an address counts more than its name.
std::vector<std::string> places(const PostgresSettings& settings) {
  const auto list = [&settings](const char* name) {
    const auto found = settings.find(name);
    return found == settings.end() ? std::vector<std::string>() : split(found->second);
  };
  const std::vector<std::string> names = list("host");
  std::vector<std::string> all = list("hostaddr");
  if (all.empty()) all = names;
  for (std::size_t i = 0; i < std::min(all.size(), names.size()); ++i) {
    if (all[i].empty()) all[i] = names[i];
  }
  return all;
}

std::string value_of(const PostgresSettings& settings, const char* name) {
  const auto found = settings.find(name);
  return found == settings.end() ? "" : found->second;
}

std::string without_end(const char* message) {
  std::string text(message == nullptr ? "" : message);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

}  // namespace

Result<PostgresSettings> resolve(const std::string& url) {
  const std::array<const char*, 3> names{"dbname", kOnlyResolve[0], nullptr};
  const std::array<const char*, 3> values{url.c_str(), kOnlyResolve[1], nullptr};
  const std::unique_ptr<PGconn, Finish> connection(
      PQconnectStartParams(names.data(), values.data(), 1));
  const Options options(connection ? PQconninfo(connection.get()) : nullptr);
  if (!options) throw std::bad_alloc();
  const std::string why = without_end(PQerrorMessage(connection.get()));
  if (!why.contains(kOnlyResolve[1])) {
    return fail(ErrorCode::Invalid,
                why.starts_with("service file") ? why + " (or it cannot be read)" : why);
  }
  PostgresSettings settings;
  for (const auto* one = options.get(); one->keyword != nullptr; ++one) {
    const std::string value = one->val == nullptr ? "" : one->val;
    if (!value.empty() && one->keyword != std::string_view(kOnlyResolve[0])) {
      settings[one->keyword] = value;
    }
  }
  return settings;
}

Status may_connect(const PostgresSettings& settings) {
  for (const char* name : kNumbers) {
    const std::string text = value_of(settings, name);
    if (!text.empty() && !number_in(text)) {
      return fail(ErrorCode::Invalid, fmt::format("its {} must be a whole number.", name));
    }
  }
  const std::string session = value_of(settings, "target_session_attrs");
  if (std::ranges::find(kNeverWritable, session) != kNeverWritable.end()) {
    return fail(ErrorCode::Invalid,
                "its target_session_attrs wants a server that takes no writes: leave it out, or "
                "say read-write or primary.");
  }
  if (settings.contains("replication")) {
    return fail(ErrorCode::Invalid, "replication= is for copying servers: leave it out.");
  }
  if (!are_ports(value_of(settings, "port"))) {
    return fail(ErrorCode::Invalid, "its port must be a number from 1 to 65535.");
  }
  const std::string authorities = value_of(settings, "sslrootcert");
  const bool verifies = value_of(settings, "sslmode").starts_with("verify-");
  if (verifies && !authorities.empty() && authorities != "system" &&
      ::access(authorities.c_str(), R_OK) != 0) {
    return fail(ErrorCode::Invalid,
                fmt::format("its sslrootcert is no file that can be read: {}.", authorities));
  }
  const bool near = std::ranges::all_of(places(settings), is_near);
  if (!near && value_of(settings, "sslmode") != "verify-full") {
    return fail(
        ErrorCode::Invalid,
        "over a network it needs sslmode=verify-full (and sslrootcert=FILE, where the certificate "
        "is not from a public authority), else anybody on the way could read and change "
        "everything.");
  }
  return {};
}

Result<PostgresTarget> read_target(std::string_view url, std::string_view setting) {
  // Do not show the URL: it may hold a password.
  const auto invalid = [setting](std::string_view what) {
    return fail(ErrorCode::Invalid, fmt::format("{}: {}", setting, what));
  };
  if (!url.starts_with("postgres://") && !url.starts_with("postgresql://")) {
    return invalid("must be postgres://USER[:PASSWORD]@HOST[:PORT]/DATABASE.");
  }
  PostgresTarget target{.url = std::string(url)};
  char* why = nullptr;
  if (!Options(PQconninfoParse(target.url.c_str(), &why))) {
    PQfreemem(why);  // the text may quote the password
    return invalid("is no URI of PostgreSQL (libpq, section 34.1.1.2).");
  }
  const auto settings = resolve(target.url);
  if (!settings) return invalid(settings.error().client_message + ".");
  if (const auto may = may_connect(*settings); !may) return invalid(may.error().client_message);
  const std::string hosts = fmt::format("{}", fmt::join(places(*settings), ","));
  const std::string ports = value_of(*settings, "port");
  const bool own_port = ports.find_first_not_of(',') != ports.npos;
  target.shown = fmt::format("{}:{}/{}", hosts.empty() ? "(socket)" : hosts,
                             own_port ? ports : "5432", value_of(*settings, "dbname"));
  return target;
}

}  // namespace reprise::database
