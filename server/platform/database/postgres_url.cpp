// Reads a URI for PostgreSQL, before anything connects.

#include <fmt/format.h>
#include <libpq-fe.h>

#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <cstdlib>
#include <map>
#include <memory>

#include "platform/database/postgres.hpp"

namespace reprise::database {
namespace {

std::unexpected<Error> invalid(std::string_view setting, std::string_view what) {
  // Do not show the URL: it may hold a password.
  return fail(ErrorCode::Invalid, fmt::format("{}: {}", setting, what));
}

bool is_near(const std::string& host) {
  if (host.empty() || host.starts_with('/') || host == "localhost") return true;
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

/// Whether libpq takes each of these ports. Empty: its default.
bool are_ports(const std::string& list) {
  for (const std::string& text : split(list)) {
    int port = 1;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool is_number = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
    if (!text.empty() && (!is_number || port < 1 || port > 65'535)) return false;
  }
  return true;
}

/// What libpq will use: what the URI says, else what its variable in the environment says (libpq,
/// section 34.15), else nothing.
std::map<std::string, std::string> in_use(const PQconninfoOption* options) {
  std::map<std::string, std::string> used;
  for (const auto* one = options; one->keyword != nullptr; ++one) {
    const char* from_environment = one->envvar == nullptr ? nullptr : std::getenv(one->envvar);
    if (one->val != nullptr) used[one->keyword] = one->val;
    if (one->val == nullptr && from_environment != nullptr) used[one->keyword] = from_environment;
  }
  return used;
}

}  // namespace

Result<PostgresTarget> read_target(std::string_view url, std::string_view setting) {
  if (!url.starts_with("postgres://") && !url.starts_with("postgresql://")) {
    return invalid(setting, "must be postgres://USER[:PASSWORD]@HOST[:PORT]/DATABASE.");
  }
  PostgresTarget target{.url = std::string(url)};
  char* why = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(target.url.c_str(), &why), &PQconninfoFree);
  if (!options) {
    PQfreemem(why);  // the text may quote the password
    return invalid(setting, "is no URI of PostgreSQL (libpq, section 34.1.1.2).");
  }
  std::map<std::string, std::string> given = in_use(options.get());
  if (!given["service"].empty()) {
    return invalid(setting,
                   "names a service (service=, or PGSERVICE in the environment), whose file could "
                   "say anything: write host, port and database into the URL.");
  }
  const std::string& hosts = given.contains("hostaddr") ? given["hostaddr"] : given["host"];
  bool near = true;
  for (const std::string& host : split(hosts)) near = near && is_near(host);
  if (!near && given["sslmode"] != "verify-full") {
    return invalid(
        setting,
        "over a network it needs sslmode=verify-full (and sslrootcert, where the certificate is "
        "not from a public authority), else anybody on the way could read and change everything.");
  }
  const std::string& ports = given["port"];
  if (!are_ports(ports)) return invalid(setting, "its port must be a number from 1 to 65535.");
  const bool own_port = ports.find_first_not_of(',') != ports.npos;
  target.shown =
      fmt::format("{}:{}/{}", hosts.empty() ? "(socket)" : hosts, own_port ? ports : "5432",
                  given["dbname"].empty() ? given["user"] : given["dbname"]);
  return target;
}

}  // namespace reprise::database
