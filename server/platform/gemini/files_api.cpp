#include "platform/gemini/files_api.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/json.hpp"
#include "base/log.hpp"
#include "base/time_left.hpp"

namespace reprise::gemini {
namespace json = boost::json;

namespace {

constexpr int kOk = 200;
constexpr std::chrono::seconds kPieceWithin{60};
constexpr std::chrono::milliseconds kAskEvery{500};

std::unexpected<Error> refused(std::string_view what, int status) {
  return fail(ErrorCode::UpstreamRefused,
              "A file is too large for the message, and the model's service did not take it "
              "beforehand. Try again, or attach a smaller one.",
              "file-not-taken", fmt::format("{}: {}", what, status));
}

std::string member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// The file in an answer: of an upload it is the member `file`.
std::optional<json::object> file_in(std::string_view body) {
  const auto value = parse_json(body);
  if (!value || !value->is_object()) return std::nullopt;
  const json::value* inner = value->get_object().if_contains("file");
  if (inner != nullptr && inner->is_object()) return inner->get_object();
  return value->get_object();
}

/// What pieces bring, put together to pieces of one size.
Task<Bytes> take_piece(const FileToGive& file, Bytes& rest) {
  while (rest.size() < kFilePieceBytes) {
    const Bytes more = co_await file.next();
    if (more.empty()) break;
    rest.insert(rest.end(), more.begin(), more.end());
  }
  const auto size = static_cast<std::ptrdiff_t>(std::min(rest.size(), kFilePieceBytes));
  Bytes piece(rest.begin(), rest.begin() + size);
  rest.erase(rest.begin(), rest.begin() + size);
  co_return piece;
}

}  // namespace

http::ClientRequest FilesApi::request(http::Method method, std::string url,
                                      Deadline deadline) const {
  http::ClientRequest request{.method = method,
                              .url = std::move(url),
                              .deadline = sooner_of(deadline, kPieceWithin),
                              .proxy = service_.proxy};
  request.headers.add("x-goog-api-key", service_.key);
  return request;
}

Task<Result<std::string>> FilesApi::place_of(FileToGive file, Deadline deadline) {
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(places_, [this](const auto& one) { return one.second.until_utc_ns <= now_(); });
    const auto known = places_.find(file.key);
    if (known != places_.end()) co_return known->second.uri;
  }
  auto url = co_await begin(file, deadline);
  if (!url) co_return url;
  const auto described = co_await send_all(file, *std::move(url), deadline);
  if (!described) co_return described;
  auto uri = co_await until_active(*described, deadline);
  if (!uri) co_return uri;
  const std::lock_guard lock(mutex_);
  places_[file.key] = {.uri = *uri,
                       .until_utc_ns = now_() + std::chrono::nanoseconds(kPlaceKept).count()};
  co_return uri;
}

/// The address to which the bytes go. It is a secret: whoever has it may write.
Task<Result<std::string>> FilesApi::begin(const FileToGive& file, Deadline deadline) {
  auto start = request(http::Method::Post,
                       fmt::format("{}/upload/{}/files", service_.base_url, kApiVersion), deadline);
  start.headers.add("X-Goog-Upload-Protocol", "resumable");
  start.headers.add("X-Goog-Upload-Command", "start");
  start.headers.add("X-Goog-Upload-Header-Content-Length", std::to_string(file.bytes));
  start.headers.add("X-Goog-Upload-Header-Content-Type", file.media_type);
  start.headers.add("Content-Type", "application/json");
  start.body = json::serialize(json::object{{"file", {{"displayName", file.name}}}});
  const auto answer = co_await send_(std::move(start));
  if (!answer) co_return refused("begin", 0);
  const auto url = answer->headers.find("X-Goog-Upload-URL");
  if (answer->status != kOk || !url) co_return refused("begin", answer->status);
  co_return std::string(*url);
}

/// Returns how the service describes the file at the end.
Task<Result<std::string>> FilesApi::send_all(const FileToGive& file, std::string url,
                                             Deadline deadline) {
  Bytes rest;
  for (std::int64_t offset = 0;;) {
    const Bytes piece = co_await take_piece(file, rest);
    const bool last = offset + std::ssize(piece) >= file.bytes;
    if (piece.empty() && !last) co_return refused("read", 0);
    auto put = request(http::Method::Post, url, deadline);
    put.headers.add("X-Goog-Upload-Offset", std::to_string(offset));
    put.headers.add("X-Goog-Upload-Command", last ? "upload, finalize" : "upload");
    put.headers.add("Content-Type", "application/octet-stream");
    put.body = as_text(piece);
    const auto answer = co_await send_(std::move(put));
    if (!answer) co_return refused("send", 0);
    if (answer->status != kOk) co_return refused("send", answer->status);
    if (last) co_return answer->body;
    offset += std::ssize(piece);
  }
}

/// Videos are looked at for a while before they can be used.
Task<Result<std::string>> FilesApi::until_active(std::string described, Deadline deadline) {
  const Deadline until = sooner_of(deadline, kProcessedWithin);
  for (;;) {
    const auto file = file_in(described);
    if (!file) co_return refused("describe", kOk);
    const std::string state = member(*file, "state");
    if (state == "ACTIVE") co_return member(*file, "uri");
    if (state != "PROCESSING" || until.passed()) co_return refused("state " + state, kOk);
    co_await sleep_for(kAskEvery);
    const auto answer = co_await send_(request(
        http::Method::Get,
        fmt::format("{}/{}/{}", service_.base_url, kApiVersion, member(*file, "name")), deadline));
    if (!answer) co_return refused("ask", 0);
    if (answer->status != kOk) co_return refused("ask", answer->status);
    described = answer->body;
  }
}

}  // namespace reprise::gemini
