#include "platform/gemini/text_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/log.hpp"
#include "platform/gemini/api_error.hpp"

namespace reprise::gemini {

namespace {

constexpr std::size_t kErrorBytesMax = 256 * 1024;
constexpr std::uint64_t kAnswerBytesMax = 1024 * 1024;
constexpr std::chrono::seconds kErrorBodyWithin{5};

bool is_busy(int status) { return status == 500 || status == 503; }

/// The whole of a short answer: an error.
Task<http::ClientResponse> whole(http::StreamedAnswer& stream) {
  http::ClientResponse answer{.status = stream.status(), .headers = stream.headers()};
  const Deadline deadline = Deadline::after(kErrorBodyWithin);
  while (answer.body.size() < kErrorBytesMax) {
    const auto piece = co_await stream.next(deadline);
    if (!piece || piece->empty()) break;
    answer.body += *piece;
  }
  co_return answer;
}

}  // namespace

bool is_model_name(std::string_view name) {
  constexpr std::size_t kNameMax = 100;
  return !name.empty() && name.size() <= kNameMax &&
         std::ranges::all_of(name, [](unsigned char letter) {
           return std::isalnum(letter) != 0 || letter == '-' || letter == '.' || letter == '_';
         });
}

Asked TextApi::asked() const {
  return {.base_url = service_.base_url,
          .google = service_.base_url == kGoogleUrl,
          .model = model_,
          .proxy = service_.proxy ? service_.proxy->shown : "",
          .secrets = {service_.key},
          .now_utc_ns = now_()};
}

http::ClientRequest TextApi::request(std::string_view method, std::string body,
                                     Deadline deadline) const {
  http::ClientRequest request{
      .method = http::Method::Post,
      .url = fmt::format("{}/{}/models/{}:{}", service_.base_url, kApiVersion, model_, method),
      .body = std::move(body),
      .deadline = deadline,
      .body_bytes_max = kAnswerBytesMax,
      .proxy = service_.proxy};
  request.headers.add("Content-Type", "application/json");
  request.headers.add("x-goog-api-key", service_.key);
  return request;
}

NoAnswer TextApi::refused(const http::ClientResponse& answer) const {
  Refusal refusal = refusal_of(answer, asked());
  // The words of refusal.hpp are about live sessions.
  if (refusal.error.type == "model-unknown") {
    refusal.error.client_message = fmt::format(
        "The model's service has no model {} that this key may use. Choose another "
        "with --chat-model.",
        safe_words(model_, {}));
  }
  return {.error = std::move(refusal.error), .retry_after = refusal.retry_after};
}

NoAnswer TextApi::explain(std::string error_body) const {
  const auto error = read_api_error(error_body);
  constexpr int kUnknown = 500;
  return refused(
      {.status = error && error->code > 0 ? error->code : kUnknown, .body = std::move(error_body)});
}

Error TextApi::explain(const http::FetchError& failure) const {
  return failure_of(failure, asked());
}

Task<Answer<std::unique_ptr<http::StreamedAnswer>>> TextApi::stream(std::string body,
                                                                    Deadline deadline) {
  auto wait = kFirstWait;
  for (int tries = 1;; ++tries, wait *= 2) {
    auto opened = co_await open_(request("streamGenerateContent?alt=sse", body, deadline));
    if (!opened) {
      co_return std::unexpected(NoAnswer{.error = failure_of(opened.error(), asked())});
    }
    constexpr int kOk = 200;
    if ((*opened)->status() == kOk) co_return std::move(*opened);
    NoAnswer no = refused(co_await whole(**opened));
    log::warn("gemini.no_answer", {{"type", no.error.type}, {"what", no.error.log_detail}});
    if (!is_busy((*opened)->status()) || tries == kTriesMax)
      co_return std::unexpected(std::move(no));
    opened->reset();
    co_await sleep_for(wait);
  }
}

Task<Answer<std::string>> TextApi::ask(std::string body, Deadline deadline) {
  auto answer = co_await send_(request("generateContent", std::move(body), deadline));
  if (!answer) {
    co_return std::unexpected(NoAnswer{.error = failure_of(answer.error(), asked())});
  }
  constexpr int kOk = 200;
  if (answer->status != kOk) co_return std::unexpected(refused(*answer));
  co_return std::move(answer->body);
}

}  // namespace reprise::gemini
