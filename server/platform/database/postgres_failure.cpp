#include "platform/database/postgres_failure.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace reprise::database {
namespace {

constexpr std::size_t kStateLength = 5;

struct Known {
  std::string_view prefix;  ///< a whole SQLSTATE, or its class of two characters
  Verdict verdict;
};

/// The first entry that fits counts, so whole states stand before their class.
constexpr std::array<Known, 24> kKnown{{
    {"40001", {Failure::Busy, Remedy::Repeat}},  // could not serialize
    {"40P01", {Failure::Busy, Remedy::Repeat}},  // deadlock
    {"40003", {Failure::Unavailable, Remedy::Reconnect}},
    // A pooler gave us a connection without our statements, or a migration changed a table under
    // them.
    {"26000", {Failure::Busy, Remedy::Reconnect}},
    {"0A000", {Failure::Busy, Remedy::Reconnect}},
    {"08", {Failure::Unavailable, Remedy::Reconnect}},
    {"57P", {Failure::Unavailable, Remedy::Reconnect}},    // shutdown, crash, starting up
    {"25P03", {Failure::Unavailable, Remedy::Reconnect}},  // idle in a transaction for too long
    {"25006", {Failure::Unavailable, Remedy::Reconnect}},  // the server has become a standby
    {"55P03", {Failure::Busy, Remedy::None}},              // lock_timeout
    {"57014", {Failure::Busy, Remedy::None}},              // cancelled
    {"53100", {Failure::Full, Remedy::None}},
    {"53300", {Failure::Unavailable, Remedy::Reconnect}},  // too many connections
    {"53", {Failure::Busy, Remedy::None}},
    {"23", {Failure::Constraint, Remedy::None}},
    {"22", {Failure::Constraint, Remedy::None}},
    {"58", {Failure::Unavailable, Remedy::None}},  // the server's own input and output
    {"XX001", {Failure::Unavailable, Remedy::None}},
    {"XX002", {Failure::Unavailable, Remedy::None}},
    {"28", {Failure::Unavailable, Remedy::Operator}},     // login
    {"3D000", {Failure::Unavailable, Remedy::Operator}},  // no such database
    {"3F000", {Failure::Unavailable, Remedy::Operator}},  // no schema to work in
    {"42501", {Failure::Unavailable, Remedy::Operator}},  // not allowed to
    {"", {Failure::Other, Remedy::None}},
}};

bool is_state(std::string_view text) {
  return text.size() == kStateLength && std::ranges::all_of(text, [](unsigned char c) {
           return std::isdigit(c) != 0 || std::isupper(c) != 0;
         });
}

}  // namespace

Verdict verdict_of(std::string_view sqlstate) {
  if (!is_state(sqlstate)) return {Failure::Unavailable, Remedy::Reconnect};
  const auto* known = std::ranges::find_if(
      kKnown, [&](const Known& one) { return sqlstate.starts_with(one.prefix); });
  return known->verdict;
}

Verdict verdict_of_refusal(std::string_view sqlstate, std::string_view message) {
  if (sqlstate.empty()) return verdict_of("08001");
  // As PgBouncer 1.18 has them in src/client.c; what it says of a server that is away is none of
  // these.
  constexpr std::string_view kOfPooler = "08P01";
  constexpr std::array<std::string_view, 4> kForAPerson{"authentication failed", "no such user",
                                                        "no such database", "does not exist"};
  const bool operators = std::ranges::any_of(
      kForAPerson, [message](std::string_view words) { return message.contains(words); });
  if (sqlstate == kOfPooler && operators) return {Failure::Unavailable, Remedy::Operator};
  return verdict_of(sqlstate);
}

std::string sqlstate_in(std::string_view message) {
  constexpr std::string_view kBefore = ":  ";  // comes after the severity, in every language
  std::string found;
  for (std::size_t at = message.find(kBefore); at != message.npos;
       at = message.find(kBefore, at + 1)) {
    const std::string_view state = message.substr(at + kBefore.size(), kStateLength);
    const std::size_t end = at + kBefore.size() + state.size();
    if (is_state(state) && message.substr(end, 1) == ":") found = state;
  }
  return found;
}

bool said_nothing(std::string_view message) {
  return message.ends_with("timeout expired");  // this program has no locale
}

std::optional<std::chrono::microseconds> wait_before_repeat(Remedy remedy, int attempt,
                                                            double dice) {
  using std::chrono::microseconds;
  // About 1 s with the waits between; more would hint at a fault in this program.
  constexpr int kRepeatsMax = 20;
  // 1.6 to 3.2 s with the waits between: what a restart of the server takes.
  constexpr int kReconnectsMax = 6;
  constexpr std::int64_t kRepeatWaitMax = 100'000;
  const std::int64_t doubled = std::int64_t{1} << std::min(attempt, 20);
  if (remedy == Remedy::Repeat && attempt < kRepeatsMax) {
    const auto most = static_cast<double>(std::min(1'000 * doubled, kRepeatWaitMax));
    return microseconds(static_cast<std::int64_t>(dice * most));
  }
  if (remedy == Remedy::Reconnect && attempt < kReconnectsMax) {
    const auto most = static_cast<double>(50'000 * doubled);
    return microseconds(static_cast<std::int64_t>((0.5 + dice / 2) * most));
  }
  return std::nullopt;
}

}  // namespace reprise::database
