#include "platform/database/postgres_connect.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "platform/database/postgres_failure.hpp"
#include "platform/database/postgres_url.hpp"

namespace reprise::database {
namespace {

/// For each address, because a firewall may drop packets without an answer. libpq's minimum is 2 s.
constexpr const char* kConnectSeconds = "3";
/// A peer that vanished is noticed after 30 + 3 * 10 s; one that does not acknowledge what we sent,
/// after 15 s.
constexpr std::array<std::pair<const char*, const char*>, 7> kDefaults{{
    {"application_name", "reprise"},
    {"connect_timeout", kConnectSeconds},
    {"target_session_attrs", "read-write"},  // of several hosts, the primary
    {"keepalives_idle", "30"},
    {"keepalives_interval", "10"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "15000"},
}};
/// libpq's own `target_session_attrs`: nobody has asked for anything.
constexpr std::string_view kAnySession = "any";

/// The home directory, where libpq looks for files of its own.
std::filesystem::path home() {
  const char* named = std::getenv("HOME");
  if (named != nullptr && *named != '\0') return named;
  constexpr std::size_t kTextMax = 16'384;
  std::vector<char> text(kTextMax);
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(::geteuid(), &entry, text.data(), text.size(), &found);
  return found == nullptr ? "" : found->pw_dir;
}

/// The file of the public authorities that this system trusts. libpq before version 16 knows none
/// by itself (there it is sslrootcert=system). Empty: it shall use its own or what the URL names.
std::string public_authorities(const PostgresSettings& settings) {
  constexpr int kKnowsSystem = 160'000;
  constexpr const char* kBundle = "/etc/ssl/certs/ca-certificates.crt";
  const auto of = [&settings](const char* name) {
    const auto found = settings.find(name);
    return found == settings.end() ? "" : found->second;
  };
  std::error_code ignored;
  const std::string named = of("sslrootcert");
  const bool system = named == "system" && PQlibVersion() < kKnowsSystem;
  const bool own =
      named.empty() && std::filesystem::exists(home() / ".postgresql/root.crt", ignored);
  if (of("sslmode") != "verify-full" || own || (!named.empty() && !system)) return "";
  const char* file = std::getenv("SSL_CERT_FILE");
  if (file != nullptr && *file != '\0') return file;
  return std::filesystem::exists(kBundle, ignored) ? kBundle : "";
}

/// What PQconnectdbParams and its like are given. The target outlives it. Throws when the service
/// or the environment, which libpq reads anew each time, now say what may not be.
struct Options {
  explicit Options(const PostgresTarget& target) {
    const auto settings = resolve(target.url);
    const Status may = settings ? may_connect(*settings) : std::unexpected(settings.error());
    if (!may) {
      throw PostgresError({Failure::Unavailable, Remedy::Operator}, may.error().client_message);
    }
    for (const auto& [name, value] : kDefaults) {
      const auto said = settings->find(name);
      if (said == settings->end() || said->second == kAnySession) add(name, value);
    }
    // Expanded at this place: what the URL says comes after the defaults and wins.
    add("dbname", target.url.c_str());
    authorities = public_authorities(*settings);
    if (!authorities.empty()) add("sslrootcert", authorities.c_str());
    add("client_encoding", kPostgresEncoding);
    add(nullptr, nullptr);
  }
  void add(const char* name, const char* value) {
    names.push_back(name);
    values.push_back(value);
  }
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  std::string authorities;
  std::vector<const char*> names;
  std::vector<const char*> values;
};

}  // namespace

void FinishConnection::operator()(pg_conn* connection) const { PQfinish(connection); }

std::unique_ptr<pg_conn, FinishConnection> connect_to(const PostgresTarget& target) {
  const Options options(target);
  std::unique_ptr<pg_conn, FinishConnection> connection(
      PQconnectdbParams(options.names.data(), options.values.data(), 1));
  if (!connection) throw std::bad_alloc();
  return connection;
}

bool is_tried(const PostgresTarget& target) {
  const Options options(target);
  return PQpingParams(options.names.data(), options.values.data(), 1) != PQPING_NO_ATTEMPT;
}

std::string trimmed(const char* message) {
  std::string text(message == nullptr ? "" : message);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

std::string why_not_connected(const pg_conn* connection) {
  std::vector<std::string> lines;
  std::istringstream all(trimmed(PQerrorMessage(connection)));
  for (std::string line; std::getline(all, line);) {
    if (std::ranges::find(lines, line) == lines.end()) lines.push_back(line);
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::string why_refused(const PostgresTarget& target) {
  constexpr std::chrono::seconds kWait{3};
  const Deadline deadline = Deadline::after(kWait);
  const auto settings = resolve(target.url);
  const std::string authorities = settings ? public_authorities(*settings) : "";
  const std::array<const char*, 3> names{"dbname", authorities.empty() ? nullptr : "sslrootcert",
                                         nullptr};
  const std::array<const char*, 3> values{target.url.c_str(), authorities.c_str(), nullptr};
  const std::unique_ptr<pg_conn, FinishConnection> connection(
      PQconnectStartParams(names.data(), values.data(), 1));
  if (!connection) throw std::bad_alloc();
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  for (auto state = PGRES_POLLING_WRITING; !deadline.passed();
       state = PQconnectPoll(connection.get())) {
    if (state == PGRES_POLLING_FAILED || state == PGRES_POLLING_OK) break;
    pollfd wait{.fd = PQsocket(connection.get()),
                .events = static_cast<short>(state == PGRES_POLLING_READING ? POLLIN : POLLOUT),
                .revents = 0};
    ::poll(&wait, 1, 100);
  }
  return sqlstate_in(PQerrorMessage(connection.get()));
}

}  // namespace reprise::database
