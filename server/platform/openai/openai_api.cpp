#include "platform/openai/openai_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/json.hpp"
#include "platform/gemini/api_error.hpp"
#include "platform/gemini/refusal.hpp"

namespace reprise::openai {
namespace json = boost::json;
using answering::Answer;
using answering::NoAnswer;

namespace {

constexpr int kOk = 200;
constexpr std::uint64_t kAnswerBytesMax = 1024 * 1024;

std::string text_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

/// The service's own words, and its name for the cause: `{"error": {"message", "type", "code"}}`.
struct Said {
  std::string message;
  std::string cause;
};
Said said_in(std::string_view body) {
  const auto value = parse_json(body);
  const auto* object = value ? value->if_object() : nullptr;
  const auto* error = object == nullptr ? nullptr : object->if_contains("error");
  if (error == nullptr) return {};
  if (error->is_string()) return {std::string(error->get_string()), ""};
  if (!error->is_object()) return {};
  std::string cause = text_in(error->get_object(), "code");
  if (cause.empty()) cause = text_in(error->get_object(), "type");
  return {text_in(error->get_object(), "message"), std::move(cause)};
}

struct Words {
  std::string_view type;
  std::string_view sentence;
};
Words words_of(int status) {
  switch (status) {
    case 401:
      return {"model-key-wrong", "{} does not accept the key in REPRISE_OPENAI_KEY."};
    case 403:
      return {"model-account", "{} does not let this key do that."};
    case 404:
      return {"model-unknown", "{} has no such model, or no such address. Choose another model."};
    case 429:
      return {"model-quota", "{} takes no more requests for this key now."};
    default:
      return status >= 500
                 ? Words{"model-busy", "{} cannot answer now. Try again in a minute."}
                 : Words{"model-request-refused", "{} does not understand what Reprise asks for."};
  }
}

}  // namespace

bool is_model_name(std::string_view name) {
  constexpr std::size_t kNameMax = 100;
  return !name.empty() && name.size() <= kNameMax &&
         std::ranges::all_of(name, [](char letter) { return letter > ' ' && letter <= '~'; });
}

OpenAiApi::OpenAiApi(Service service, answering::OpenStream open, answering::Send send,
                     std::function<std::int64_t()> now)
    : service_(std::move(service)),
      facts_{.id = "openai",
             .name = service_.name,
             .default_model = service_.model,
             .dialect = chat::Dialect::OpenAi,
             .takes = service_.takes},
      open_(std::move(open)),
      send_(std::move(send)),
      now_(std::move(now)) {}

http::ClientRequest OpenAiApi::request(http::Method method, std::string_view path,
                                       Deadline deadline) const {
  http::ClientRequest request{.method = method,
                              .url = service_.base_url + std::string(path),
                              .deadline = deadline,
                              .body_bytes_max = kAnswerBytesMax,
                              .proxy = service_.proxy};
  if (!service_.key.empty()) request.headers.add("Authorization", "Bearer " + service_.key);
  return request;
}

NoAnswer OpenAiApi::refused(const http::ClientResponse& answer, std::string_view model) const {
  const std::vector<std::string> secrets{service_.key};
  const Said said = said_in(answer.body);
  const Words words = words_of(answer.status);
  const auto wait =
      gemini::read_wait(std::string(answer.headers.find("Retry-After").value_or("")) + "s");
  const std::string message = gemini::safe_words(said.message, secrets);
  std::string sentence = fmt::format(fmt::runtime(words.sentence), service_.name);
  if (!message.empty()) sentence += fmt::format(" It says: “{}” ({}).", message, answer.status);
  return {.error = {.code = ErrorCode::UpstreamRefused,
                    .client_message = std::move(sentence),
                    .log_detail = fmt::format("status {} {} for {}: {}", answer.status,
                                              gemini::safe_words(said.cause, secrets),
                                              gemini::safe_words(model, secrets), message),
                    .type = std::string(words.type)},
          .retry_after =
              words.type == "model-quota" || words.type == "model-busy" ? wait : std::nullopt};
}

NoAnswer OpenAiApi::failed(const http::FetchError& failure) const {
  const gemini::Asked asked{.base_url = service_.base_url,
                            .google = false,
                            .model = service_.model,
                            .proxy = service_.proxy ? service_.proxy->shown : "",
                            .secrets = {service_.key},
                            .now_utc_ns = now_()};
  return {.error = gemini::failure_of(failure, asked)};
}

NoAnswer OpenAiApi::explain(std::string model, std::string error_body) const {
  constexpr int kUnknown = 500;
  return refused({.status = kUnknown, .body = std::move(error_body)}, model);
}

Task<Answer<std::unique_ptr<http::StreamedAnswer>>> OpenAiApi::stream(std::string model,
                                                                      chat::Prompt prompt,
                                                                      Deadline deadline) {
  http::ClientRequest wanted = request(http::Method::Post, "/chat/completions", deadline);
  wanted.headers.add("Content-Type", "application/json");
  wanted.body = json::serialize(
      chat::request_body(chat::Dialect::OpenAi, prompt, model, chat::Delivery::Streamed));
  co_return co_await answering::open_patiently(
      open_, std::move(wanted),
      [this, model](const http::ClientResponse& answer) { return refused(answer, model); },
      [this](const http::FetchError& failure) { return failed(failure); });
}

Task<Answer<std::string>> OpenAiApi::ask(std::string model, chat::Prompt prompt,
                                         Deadline deadline) {
  http::ClientRequest wanted = request(http::Method::Post, "/chat/completions", deadline);
  wanted.headers.add("Content-Type", "application/json");
  wanted.body = json::serialize(
      chat::request_body(chat::Dialect::OpenAi, prompt, model, chat::Delivery::Whole));
  const auto answer = co_await send_(std::move(wanted));
  if (!answer) co_return std::unexpected(failed(answer.error()));
  if (answer->status != kOk) co_return std::unexpected(refused(*answer, model));
  co_return chat::words_in(chat::Dialect::OpenAi, answer->body);
}

Task<Answer<std::vector<std::string>>> OpenAiApi::models(Deadline deadline) {
  const auto answer = co_await send_(request(http::Method::Get, "/models", deadline));
  if (!answer) co_return std::unexpected(failed(answer.error()));
  if (answer->status != kOk) co_return std::unexpected(refused(*answer, service_.model));
  std::vector<std::string> names;
  if (!service_.model.empty()) names.push_back(service_.model);
  const auto value = parse_json(answer->body);
  const auto* object = value ? value->if_object() : nullptr;
  const auto* data = object == nullptr ? nullptr : object->if_contains("data");
  const auto* list = data == nullptr ? nullptr : data->if_array();
  if (list == nullptr) co_return std::unexpected(answering::no_list(service_.name));
  for (const json::value& one : *list) {
    const auto* model = one.if_object();
    std::string name = model == nullptr ? "" : text_in(*model, "id");
    if (names.size() == answering::kModelsMax) break;
    if (is_model_name(name) && std::ranges::find(names, name) == names.end()) {
      names.push_back(std::move(name));
    }
  }
  co_return names;
}

}  // namespace reprise::openai
