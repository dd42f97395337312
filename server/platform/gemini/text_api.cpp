#include "platform/gemini/text_api.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "platform/gemini/api_error.hpp"
#include "platform/gemini/listed_models.hpp"

namespace reprise::gemini {
namespace json = boost::json;
using answering::Answer;
using answering::NoAnswer;

namespace {

constexpr int kOk = 200;
constexpr std::uint64_t kAnswerBytesMax = 1024 * 1024;
constexpr std::string_view kPrefix = "models/";

std::string path_of(std::string_view model, std::string_view method) {
  return fmt::format("{}{}:{}", kPrefix, model, method);
}

}  // namespace

TextApi::TextApi(Service service, std::string model, answering::OpenStream open,
                 answering::Send send, std::function<std::int64_t()> now)
    : service_(std::move(service)),
      facts_{.id = "gemini",
             .name = service_.base_url == kGoogleUrl ? "Google" : "The emulator",
             .default_model = std::move(model),
             .dialect = chat::Dialect::Gemini,
             .takes = {"text", "pictures", "sound", "video", "documents"}},
      open_(std::move(open)),
      send_(std::move(send)),
      now_(std::move(now)) {}

Asked TextApi::asked(const std::string& model) const {
  return {.base_url = service_.base_url,
          .google = service_.base_url == kGoogleUrl,
          .model = model,
          .proxy = service_.proxy ? service_.proxy->shown : "",
          .secrets = {service_.key},
          .now_utc_ns = now_()};
}

http::ClientRequest TextApi::request(http::Method method, std::string_view path, std::string body,
                                     Deadline deadline) const {
  http::ClientRequest request{.method = method,
                              .url = fmt::format("{}/{}/{}", service_.base_url, kApiVersion, path),
                              .body = std::move(body),
                              .deadline = deadline,
                              .body_bytes_max = kAnswerBytesMax,
                              .proxy = service_.proxy};
  if (!request.body.empty()) request.headers.add("Content-Type", "application/json");
  request.headers.add("x-goog-api-key", service_.key);
  return request;
}

NoAnswer TextApi::refused(const http::ClientResponse& answer, const std::string& model) const {
  Refusal refusal = refusal_of(answer, asked(model));
  // The words of refusal.hpp are about live sessions.
  if (refusal.error.type == "model-unknown") {
    refusal.error.client_message = fmt::format(
        "The model's service has no model {} that this key may use. Choose another one for this "
        "chat, or with --chat-model.",
        safe_words(model, {}));
  }
  return {.error = std::move(refusal.error), .retry_after = refusal.retry_after};
}

NoAnswer TextApi::failed(const http::FetchError& failure, const std::string& model) const {
  return {.error = failure_of(failure, asked(model))};
}

/// A name that would lead to another address.
NoAnswer TextApi::no_such_name() const {
  return {.error = {.code = ErrorCode::UpstreamRefused,
                    .client_message = fmt::format(
                        "{} has no model of this name. Choose another model.", facts_.name),
                    .log_detail = {},
                    .type = "model-unknown"}};
}

NoAnswer TextApi::explain(std::string model, std::string error_body) const {
  const auto error = read_api_error(error_body);
  constexpr int kUnknown = 500;
  return refused(
      {.status = error && error->code > 0 ? error->code : kUnknown, .body = std::move(error_body)},
      model);
}

Task<Answer<std::unique_ptr<http::StreamedAnswer>>> TextApi::stream(std::string model,
                                                                    chat::Prompt prompt,
                                                                    Deadline deadline) {
  if (!is_model_name(model)) co_return std::unexpected(no_such_name());
  std::string body = json::serialize(
      chat::request_body(chat::Dialect::Gemini, prompt, model, chat::Delivery::Streamed));
  co_return co_await answering::open_patiently(
      open_,
      request(http::Method::Post, path_of(model, "streamGenerateContent?alt=sse"), std::move(body),
              deadline),
      [this, model](const http::ClientResponse& answer) { return refused(answer, model); },
      [this, model](const http::FetchError& failure) { return failed(failure, model); });
}

Task<Answer<std::string>> TextApi::ask(std::string model, chat::Prompt prompt, Deadline deadline) {
  if (!is_model_name(model)) co_return std::unexpected(no_such_name());
  std::string body = json::serialize(
      chat::request_body(chat::Dialect::Gemini, prompt, model, chat::Delivery::Whole));
  const auto answer = co_await send_(
      request(http::Method::Post, path_of(model, "generateContent"), std::move(body), deadline));
  if (!answer) co_return std::unexpected(failed(answer.error(), model));
  if (answer->status != kOk) co_return std::unexpected(refused(*answer, model));
  co_return chat::words_in(chat::Dialect::Gemini, answer->body);
}

Task<Answer<std::vector<std::string>>> TextApi::models(Deadline deadline) {
  const std::string& own = facts_.default_model;
  const auto answer = co_await send_(request(http::Method::Get, kModelsPath, {}, deadline));
  if (!answer) co_return std::unexpected(failed(answer.error(), own));
  if (answer->status != kOk) co_return std::unexpected(refused(*answer, own));
  auto names = listed_models(answer->body, "generateContent", own);
  if (!names) co_return std::unexpected(answering::no_list(facts_.name));
  co_return *std::move(names);
}

}  // namespace reprise::gemini
