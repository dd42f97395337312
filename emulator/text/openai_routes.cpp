#include "emulator/text/openai_routes.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <deque>
#include <utility>

#include "emulator/text/openai_ask.hpp"
#include "emulator/text/prepare.hpp"

namespace reprise::emulator {
namespace json = boost::json;
namespace {

constexpr std::uint64_t kBodyMax = 100ULL * 1024 * 1024;
/// It plays the part of a model of another provider, so it has a name of its own.
constexpr std::string_view kModel = "emulated-1";

http::Response wrong(int status, std::string_view type, std::string message,
                     std::optional<std::string_view> code = std::nullopt) {
  json::object error{{"message", std::move(message)}, {"type", type}, {"param", nullptr}};
  error["code"] = code ? json::value(*code) : json::value(nullptr);
  return http::json(status, json::serialize(json::object{{"error", std::move(error)}}));
}

std::optional<http::Response> refused(const http::Request& request, const Services& services) {
  const std::string given(request.headers.find("Authorization").value_or(""));
  if (given == "Bearer " + services.key) return std::nullopt;
  return wrong(401, "invalid_request_error", "Incorrect API key provided.", "invalid_api_key");
}

std::string_view finish_of(const Reply& reply) {
  if (!reply.block_reason.empty() || reply.finish_reason == "SAFETY") return "content_filter";
  return reply.finish_reason == "MAX_TOKENS" ? "length" : "stop";
}

json::object usage_of(const Usage& usage) {
  return {{"prompt_tokens", usage.prompt},
          {"completion_tokens", usage.answer},
          {"total_tokens", usage.prompt + usage.answer}};
}

json::object head(const Prepared& prepared, std::string_view object, std::int64_t now_utc_ns) {
  return {{"id", "chatcmpl-" + prepared.id},
          {"object", object},
          {"created", now_utc_ns / 1'000'000'000},
          {"model", prepared.model}};
}

json::array choices(json::object choice) {
  choice["index"] = 0;
  json::array all;
  all.push_back(std::move(choice));
  return all;
}

class CompletionStream : public http::BodySource {
 public:
  CompletionStream(const Prepared& prepared, bool with_usage, std::int64_t now_utc_ns)
      : delay_(prepared.piece_delay) {
    const auto event = [&](json::object delta, json::value finish) {
      json::object chunk = head(prepared, "chat.completion.chunk", now_utc_ns);
      chunk["choices"] =
          choices({{"delta", std::move(delta)}, {"finish_reason", std::move(finish)}});
      events_.push_back(json::serialize(chunk));
    };
    event(json::object{{"role", "assistant"}, {"content", ""}}, nullptr);
    for (const std::string& piece : prepared.reply.pieces) {
      event(json::object{{"content", piece}}, nullptr);
    }
    if (prepared.reply.cut) return;
    event(json::object(), json::value(finish_of(prepared.reply)));
    if (with_usage) {
      json::object chunk = head(prepared, "chat.completion.chunk", now_utc_ns);
      chunk["choices"] = json::array();
      chunk["usage"] = usage_of(prepared.reply.usage);
      events_.push_back(json::serialize(chunk));
    }
    events_.emplace_back("[DONE]");
  }

  Task<Bytes> next() override {
    if (events_.empty()) co_return Bytes();
    co_await sleep_for(delay_);
    const std::string text = "data: " + events_.front() + "\n\n";
    events_.pop_front();
    const auto view = std::as_bytes(std::span(text));
    co_return Bytes(view.begin(), view.end());
  }

 private:
  const std::chrono::milliseconds delay_;
  std::deque<std::string> events_;
};

Task<http::Response> complete(http::Request request, Services* services) {
  if (auto no = refused(request, *services)) co_return std::move(*no);
  const Result<Bytes> body = co_await request.body->read_all();
  if (!body) co_return http::problem(body.error());
  boost::system::error_code broken;
  const json::value value = json::parse(as_text(*body), broken);
  auto wish =
      broken ? std::unexpected(std::string("We could not parse the JSON body of your request."))
             : read_completion(value);
  if (!wish) co_return wrong(400, "invalid_request_error", std::move(wish.error()));
  if (wish->model != kModel) {
    co_return wrong(404, "invalid_request_error",
                    fmt::format("The model `{}` does not exist", wish->model), "model_not_found");
  }
  const auto prepared = co_await prepare(std::move(wish->ask), wish->model, services);
  if (!prepared) {
    const ApiError& error = prepared.error();
    auto answer =
        wrong(error.code, error.code == 429 ? "rate_limit_error" : "server_error", error.message);
    if (error.retry_after) {
      answer.headers.add("Retry-After", std::to_string(error.retry_after->count()));
    }
    co_return answer;
  }
  const std::int64_t now = services->now_utc_ns();
  if (!wish->stream) {
    json::object whole = head(*prepared, "chat.completion", now);
    whole["choices"] =
        choices({{"message",
                  {{"role", "assistant"},
                   {"content", fmt::format("{}", fmt::join(prepared->reply.pieces, ""))}}},
                 {"finish_reason", finish_of(prepared->reply)}});
    whole["usage"] = usage_of(prepared->reply.usage);
    co_return http::json(200, json::serialize(whole));
  }
  http::Response response;
  response.headers.add("Content-Type", "text/event-stream");
  response.headers.add("Cache-Control", "no-store");
  response.body = http::StreamBody{
      .source = std::make_unique<CompletionStream>(*prepared, wish->usage_in_stream, now),
      .length = std::nullopt};
  co_return response;
}

}  // namespace

http::Response list_models_of_openai(const http::Request& request, const Services& services) {
  if (auto no = refused(request, services)) return std::move(*no);
  json::array models;
  models.push_back(
      json::object{{"id", kModel}, {"object", "model"}, {"created", 0}, {"owned_by", "reprise"}});
  return http::json(200,
                    json::serialize(json::object{{"object", "list"}, {"data", std::move(models)}}));
}

void add_openai_routes(http::Routes& routes, const std::string& base, Services* services) {
  routes.push_back(
      {.method = http::Method::Post,
       .pattern = base + "/v1/chat/completions",
       .handler =
           [services](http::Request request) { return complete(std::move(request), services); },
       .body_bytes_max = kBodyMax});
}

}  // namespace reprise::emulator
