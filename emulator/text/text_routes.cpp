#include "emulator/text/text_routes.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <deque>

#include "emulator/protocol/api_error.hpp"
#include "emulator/protocol/json_text.hpp"
#include "emulator/protocol/models.hpp"
#include "emulator/text/prepare.hpp"

namespace reprise::emulator {
namespace json = boost::json;
namespace {

/// A request with all that lies inline in it (ai.google.dev, January 2026).
constexpr std::uint64_t kBodyMax = 100ULL * 1024 * 1024;

using Failed = std::unexpected<ApiError>;

/// One object of the answer: some text, and with the last one why it ends.
json::object chunk_json(const Prepared& prepared, std::optional<json::object> part, bool final) {
  json::object chunk;
  const Reply& reply = prepared.reply;
  if (!reply.block_reason.empty()) {
    chunk["promptFeedback"] = json::object{{"blockReason", reply.block_reason}};
  } else {
    json::object candidate;
    if (part) {
      json::array parts;
      parts.push_back(*std::move(part));
      candidate["content"] = json::object{{"parts", std::move(parts)}, {"role", "model"}};
    }
    if (final && !reply.cut) candidate["finishReason"] = reply.finish_reason;
    candidate["index"] = 0;
    json::array candidates;
    candidates.push_back(std::move(candidate));
    chunk["candidates"] = std::move(candidates);
  }
  chunk["usageMetadata"] = usage_json(reply.usage, final);
  chunk["modelVersion"] = prepared.model;
  chunk["responseId"] = prepared.id;
  return chunk;
}

std::vector<json::object> chunks_of(const Prepared& prepared) {
  std::vector<json::object> chunks;
  const Reply& reply = prepared.reply;
  if (!reply.thoughts.empty()) {
    chunks.push_back(
        chunk_json(prepared, json::object{{"text", reply.thoughts}, {"thought", true}}, false));
  }
  for (std::size_t at = 0; at < reply.pieces.size(); ++at) {
    chunks.push_back(chunk_json(prepared, json::object{{"text", reply.pieces[at]}},
                                at + 1 == reply.pieces.size()));
  }
  if (reply.pieces.empty()) chunks.push_back(chunk_json(prepared, std::nullopt, true));
  return chunks;
}

std::string whole_json(const Prepared& prepared) {
  const Reply& reply = prepared.reply;
  json::object whole = chunk_json(prepared, std::nullopt, true);
  if (reply.block_reason.empty()) {
    json::array parts;
    if (!reply.thoughts.empty()) {
      parts.push_back(json::object{{"text", reply.thoughts}, {"thought", true}});
    }
    parts.push_back(json::object{{"text", fmt::format("{}", fmt::join(reply.pieces, ""))}});
    whole["candidates"].as_array()[0].as_object()["content"] =
        json::object{{"parts", std::move(parts)}, {"role", "model"}};
  }
  return pretty(whole);
}

/// How the objects of a stream are separated.
enum class Framing { Events, Array };

class ReplyStream : public http::BodySource {
 public:
  ReplyStream(const Prepared& prepared, Framing framing)
      : framing_(framing), delay_(prepared.piece_delay) {
    for (json::object& chunk : chunks_of(prepared)) left_.push_back(std::move(chunk));
  }

  Task<Bytes> next() override {
    if (left_.empty()) co_return std::exchange(closed_, true) ? Bytes() : to_bytes(end());
    co_await sleep_for(delay_);
    const std::string text = framed(left_.front());
    left_.pop_front();
    co_return to_bytes(text);
  }

 private:
  static Bytes to_bytes(std::string_view text) {
    const auto view = std::as_bytes(std::span(text));
    return {view.begin(), view.end()};
  }
  std::string framed(const json::object& chunk) {
    if (framing_ == Framing::Events) return "data: " + json::serialize(chunk) + "\r\n\r\n";
    return (std::exchange(first_, false) ? "[" : ",\r\n") + pretty(chunk);
  }
  std::string_view end() const { return framing_ == Framing::Array ? "]\n" : ""; }

  const Framing framing_;
  const std::chrono::milliseconds delay_;
  std::deque<json::object> left_;
  bool first_ = true;
  bool closed_ = false;
};

ApiError no_such_model(std::string_view model) {
  return {404, "NOT_FOUND",
          fmt::format("models/{} is not found for API version v1beta, or is not supported for "
                      "generateContent. Call ListModels to see the list of available models and "
                      "their supported methods.",
                      model)};
}

OrError<json::value> parsed(const Bytes& body) {
  boost::system::error_code wrong;
  json::value value = json::parse(as_text(body), wrong);
  if (wrong) {
    return Failed(
        {400, "INVALID_ARGUMENT", "Invalid JSON payload received. " + wrong.message() + "."});
  }
  return value;
}

Task<http::Response> generate(http::Request request, std::string model, bool streamed,
                              Services* services) {
  const Result<Bytes> body = co_await request.body->read_all();
  if (!body) co_return http::problem(body.error());
  const auto value = parsed(*body);
  if (!value) co_return error_response(value.error());
  auto ask = read_ask(*value);
  if (!ask) co_return error_response({400, "INVALID_ARGUMENT", ask.error()});
  const auto prepared = co_await prepare(std::move(*ask), std::move(model), services);
  if (!prepared) co_return error_response(prepared.error());
  if (!streamed) {
    co_await sleep_for(prepared->piece_delay);
    co_return http::json(200, whole_json(*prepared));
  }
  const Framing framing = request.query_value("alt") == "sse" ? Framing::Events : Framing::Array;
  http::Response response;
  response.headers.add("Content-Type",
                       framing == Framing::Events ? "text/event-stream" : "application/json");
  response.headers.add("Cache-Control", "no-store");
  response.body = http::StreamBody{.source = std::make_unique<ReplyStream>(*prepared, framing),
                                   .length = std::nullopt};
  co_return response;
}

Task<http::Response> count(http::Request request, Services* services) {
  const Result<Bytes> body = co_await request.body->read_all();
  if (!body) co_return http::problem(body.error());
  const auto value = parsed(*body);
  if (!value) co_return error_response(value.error());
  const auto ask = read_count(*value);
  if (!ask) co_return error_response({400, "INVALID_ARGUMENT", ask.error()});
  json::object counted = usage_json(prompt_usage(*ask, {}), false);
  counted["totalTokens"] = counted.at("promptTokenCount");
  counted.erase("promptTokenCount");
  counted.erase("totalTokenCount");
  co_return http::json(200, pretty(counted));
}

/// `gemini-3.8-flash:streamGenerateContent` is one segment of the path.
Task<http::Response> obey(http::Request request, Services* services) {
  if (auto no = refused(request, services->key)) co_return std::move(*no);
  const std::string called = request.params.back();
  const std::size_t colon = called.rfind(':');
  const std::string model = called.substr(0, colon);
  const std::string method = colon == std::string::npos ? "" : called.substr(colon + 1);
  if (!is_text_model("models/" + model)) co_return error_response(no_such_model(model));
  if (method == "generateContent" || method == "streamGenerateContent") {
    co_return co_await generate(std::move(request), model, method[0] == 's', services);
  }
  if (method == "countTokens") co_return co_await count(std::move(request), services);
  co_return error_response({404, "NOT_FOUND", fmt::format("[emulator] no method '{}'.", method)});
}

Task<http::Response> get_model(http::Request request, Services* services) {
  if (auto no = refused(request, services->key)) co_return std::move(*no);
  auto model = model_json(request.params.back());
  if (!model) co_return error_response(no_such_model(request.params.back()));
  co_return http::json(200, *std::move(model));
}

}  // namespace

void add_text_routes(http::Routes& routes, const std::string& root, Services* services) {
  routes.push_back({.method = http::Method::Get,
                    .pattern = root + "/models/{id:segment}",
                    .handler = [services](http::Request request) {
                      return get_model(std::move(request), services);
                    }});
  routes.push_back(
      {.method = http::Method::Post,
       .pattern = root + "/models/{call:segment}",
       .handler = [services](http::Request request) { return obey(std::move(request), services); },
       .body_bytes_max = kBodyMax});
}

}  // namespace reprise::emulator
