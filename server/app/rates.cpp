#include "app/rates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "domain/access/access.hpp"
#include "platform/http/forwarded.hpp"
#include "platform/http/responses.hpp"

namespace reprise::app {

using access::Action;
using limits::Bucket;
using limits::Rate;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

namespace {

struct Limits {
  Costly what;
  std::string_view name;  ///< in the key of a bucket
  Rate user;
  Rate address;  ///< many people may share one: an office, a school
  Rate all;
};

constexpr std::array kLimits = {
    // A person logs in a few times a day; a school may do so at once. Whoever floods sends
    // thousands.
    Limits{.what = Costly::Login,
           .name = "login",
           .user = {.burst = 20, .per = seconds(10)},
           .address = {.burst = 300, .per = seconds(1)},
           .all = {.burst = 1'000, .per = milliseconds(20)}},
    // A live session takes a token at its start and at each new socket, about one in ten minutes;
    // on a bad network one each few seconds.
    Limits{.what = Costly::Mint,
           .name = "mint",
           .user = {.burst = 30, .per = seconds(4)},
           .address = {.burst = 200, .per = milliseconds(500)},
           .all = {.burst = 1'000, .per = milliseconds(50)}},
    // The page asks at most once in 150 ms while somebody types.
    Limits{.what = Costly::Search,
           .name = "search",
           .user = {.burst = 60, .per = milliseconds(250)},
           .address = {.burst = 600, .per = milliseconds(25)},
           .all = {.burst = 2'000, .per = milliseconds(5)}},
    // A talk stores a chunk a second. After an hour without a network it sends the hour as fast as
    // it can.
    Limits{.what = Costly::Upload,
           .name = "upload",
           .user = {.burst = 4'000, .per = milliseconds(20)},
           .address = {.burst = 20'000, .per = milliseconds(4)},
           .all = {.burst = 50'000, .per = nanoseconds(500'000)}},
    // A person types a message in some seconds; whoever floods spends the quota of all.
    Limits{.what = Costly::Chat,
           .name = "chat",
           .user = {.burst = 60, .per = seconds(2)},
           .address = {.burst = 600, .per = milliseconds(200)},
           .all = {.burst = 2'000, .per = milliseconds(20)}},
    // A download that is resumed asks for many ranges.
    Limits{.what = Costly::Download,
           .name = "download",
           .user = {.burst = 200, .per = seconds(2)},
           .address = {.burst = 2'000, .per = milliseconds(200)},
           .all = {.burst = 10'000, .per = milliseconds(10)}},
    // Each reads all that a person has.
    Limits{.what = Costly::Export,
           .name = "export",
           .user = {.burst = 30, .per = seconds(120)},
           .address = {.burst = 50, .per = seconds(60)},
           .all = {.burst = 200, .per = seconds(5)}},
    // A class opens its link at once. Guessing one is hopeless at any rate.
    Limits{.what = Costly::OpenLink,
           .name = "link",
           .user = {.burst = 60, .per = seconds(1)},
           .address = {.burst = 300, .per = milliseconds(500)},
           .all = {.burst = 2'000, .per = milliseconds(10)}},
};

const Limits& limits_of(Costly what) { return *std::ranges::find(kLimits, what, &Limits::what); }

/// A zip of all that belongs to something, with its films.
bool is_archive(const http::Route& route) { return route.pattern.ends_with("/archive"); }

std::optional<Costly> cost_of(const http::Route& route) {
  if (!route.action) return std::nullopt;
  if (is_archive(route)) return Costly::Export;
  switch (*route.action) {
    case Action::StartLiveSession:
    case Action::MintToken:
      return Costly::Mint;
    case Action::SendMessage:
      return Costly::Chat;
    case Action::Search:
      return Costly::Search;
    case Action::StoreChunk:
    case Action::AddUpload:
      return Costly::Upload;
    case Action::DownloadRecording:
    case Action::DownloadExport:
    case Action::DownloadRecord:
      return Costly::Download;
    case Action::ExportAccount:
      return Costly::Export;
    default:
      return std::nullopt;
  }
}

Task<http::Response> within_rates(limits::Limiter& limiter, Costly what,
                                  std::shared_ptr<const http::Handler> handler,
                                  http::Request request) {
  const access::Principal& who = request.who();
  if (who.authenticated_by != access::AuthenticatedBy::LocalUser) {
    const auto wait = co_await limiter.take(buckets_of(what, who.user.value, request.peer_address),
                                            request.deadline);
    if (wait) co_return too_many(*wait);
  }
  co_return co_await (*handler)(std::move(request));
}

/// Nobody is known yet who could be counted.
Task<http::Response> within_public_rate(limits::Limiter& limiter, Costly what,
                                        std::shared_ptr<const http::Handler> handler,
                                        http::Request request) {
  const auto wait =
      co_await limiter.take(buckets_of(what, "", request.peer_address), request.deadline);
  if (wait) co_return too_many(*wait);
  co_return co_await (*handler)(std::move(request));
}

}  // namespace

std::vector<Bucket> buckets_of(Costly what, std::string_view user, std::string_view address) {
  const Limits& limits = limits_of(what);
  std::vector<Bucket> buckets;
  if (!user.empty()) {
    buckets.push_back({.key = fmt::format("{} user {}", limits.name, user), .rate = limits.user});
  }
  if (const std::string one = http::subscriber(address); !one.empty()) {
    buckets.push_back(
        {.key = fmt::format("{} address {}", limits.name, one), .rate = limits.address});
  }
  buckets.push_back({.key = fmt::format("{} all", limits.name), .rate = limits.all});
  return buckets;
}

http::Response too_many(nanoseconds wait) {
  const auto whole = std::chrono::ceil<seconds>(wait).count();
  auto response =
      http::problem(429, "rate-limited",
                    fmt::format("That was too often in a short time. Try again in {} s.", whole));
  response.headers.set("Retry-After", std::to_string(whole));
  return response;
}

http::Routes with_rates(limits::Limiter& limiter, http::Routes routes) {
  for (http::Route& route : routes) {
    const auto what = cost_of(route);
    if (!what || !route.handler) continue;
    auto handler = std::make_shared<const http::Handler>(std::move(route.handler));
    route.handler = [&limiter, what = *what, handler](http::Request request) {
      return within_rates(limiter, what, handler, std::move(request));
    };
  }
  return routes;
}

http::Route with_public_rate(limits::Limiter& limiter, Costly what, http::Route route) {
  auto handler = std::make_shared<const http::Handler>(std::move(route.handler));
  route.handler = [&limiter, what, handler](http::Request request) {
    return within_public_rate(limiter, what, handler, std::move(request));
  };
  return route;
}

http::Route with_login_rate(limits::Limiter& limiter, http::Route route) {
  return with_public_rate(limiter, Costly::Login, std::move(route));
}

}  // namespace reprise::app
