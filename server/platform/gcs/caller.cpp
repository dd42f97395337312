#include "platform/gcs/caller.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <random>

#include "base/log.hpp"
#include "base/text.hpp"
#include "base/time_left.hpp"

namespace reprise::gcs {
namespace {

using std::chrono::steady_clock;

double roll() {
  thread_local std::mt19937 dice{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(dice);
}

/// The value of Retry-After in seconds. Google sends no dates in it.
std::optional<std::chrono::seconds> retry_after(const http::Headers& headers) {
  const auto text = headers.find("Retry-After");
  constexpr int kMost = 86'400;
  int seconds = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return std::chrono::seconds(std::clamp(seconds, 0, kMost));
}

Error away(std::string detail) {
  return {.code = ErrorCode::Unavailable,
          .client_message = "The object store does not answer.",
          .log_detail = std::move(detail),
          .type = kNoAnswer};
}

/// Sends the request once. The attempt ends at its own time limit or at the deadline of the call.
Task<std::expected<http::ClientResponse, http::FetchError>> attempt(const Send& send,
                                                                    const Call& what,
                                                                    std::string token) {
  http::ClientRequest request = what.request;
  request.deadline = sooner_of(what.deadline, what.attempt_within);
  if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
  co_return co_await send(std::move(request));
}

}  // namespace

Task<Result<http::ClientResponse>> call(const Send& send, Call what) {
  bool renewed = false;
  for (int count = 1;; ++count) {
    std::string token;
    if (what.tokens != nullptr) {
      auto got = co_await what.tokens->token(what.deadline);
      if (!got) co_return std::unexpected(std::move(got.error()));
      token = *std::move(got);
    }
    auto answer = co_await attempt(send, what, token);
    Attempt how{.token_was_renewed = renewed || token.empty()};
    if (answer) {
      how.status = answer->status;
    } else {
      how.fault = answer.error().fault;
    }
    const Next next = next_step(what.repeatable, how);
    if (next == Next::Accept) co_return *std::move(answer);
    const std::string detail = answer ? refusal(*answer, "call").log_detail : answer.error().detail;
    if (next == Next::NewToken) {
      what.tokens->refuse(token);
      renewed = true;
      continue;
    }
    if (next == Next::GiveUp || count == kAttemptsMax) co_return std::unexpected(away(detail));
    const auto wait =
        wait_before(count, roll(), answer ? retry_after(answer->headers) : std::nullopt);
    if (what.deadline.at() - steady_clock::now() <= wait) co_return std::unexpected(away(detail));
    log::debug("gcs.repeat", {{"count", count}, {"detail", detail}});
    co_await sleep_for(wait);
  }
}

Error refusal(const http::ClientResponse& answer, std::string_view what) {
  constexpr std::size_t kLettersMax = 300;
  // The JSON API answers {"error": {"message": "…"}}. Any other text is taken as it is.
  std::string words = answer.body.substr(0, kLettersMax * 4);
  boost::system::error_code no_json;
  const auto body = boost::json::parse(answer.body, no_json);
  const auto* error =
      no_json || !body.is_object() ? nullptr : body.get_object().if_contains("error");
  if (error != nullptr && error->is_object()) {
    const auto* message = error->get_object().if_contains("message");
    if (message != nullptr && message->is_string()) words = message->get_string();
  }
  words = text::first_letters(text::one_line(text::well_formed(words)), kLettersMax);
  const std::string detail =
      fmt::format("{}: status {}{}{}", what, answer.status, words.empty() ? "" : ": ", words);
  switch (answer.status) {
    case 404:
      return {ErrorCode::NotFound, "There is no such object.", detail};
    case 401:
    case 403:
      return {ErrorCode::Forbidden, "The object store refuses access.", detail};
    case 412:
      return {ErrorCode::Conflict, "The object is another than expected.", detail};
    case 416:
      return {ErrorCode::Invalid, "The object has no such bytes.", detail};
    default:
      return {ErrorCode::Unavailable, "The object store cannot do this now.", detail};
  }
}

}  // namespace reprise::gcs
