#include "emulator/text/file_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <charconv>

#include "base/base64.hpp"
#include "base/clock.hpp"
#include "base/digest.hpp"
#include "emulator/protocol/api_error.hpp"
#include "emulator/protocol/json_text.hpp"

namespace reprise::emulator {
namespace json = boost::json;
namespace {

/// The SDK sends pieces of 8 MiB; others send a file at once.
constexpr std::uint64_t kPieceMax = 256ULL * 1024 * 1024;
constexpr std::size_t kPageMax = 100;
constexpr std::size_t kPageDefault = 10;

http::Response with_status(http::Response response, std::string_view status) {
  response.headers.add("X-Goog-Upload-Status", std::string(status));
  return response;
}

std::string own_url(const http::Request& request) {
  return "http://" + std::string(request.headers.find("Host").value_or("localhost"));
}

json::object to_api(const StoredFile& file, const std::string& own, std::int64_t now_utc_ns) {
  constexpr std::int64_t kLifeNs =
      std::chrono::duration_cast<std::chrono::nanoseconds>(kFileLife).count();
  const bool active = file.active_utc_ns <= now_utc_ns;
  return {{"name", "files/" + file.id},
          {"displayName", file.display_name},
          {"mimeType", file.mime_type},
          {"sizeBytes", std::to_string(file.data->size())},
          {"createTime", rfc3339(file.created_utc_ns)},
          {"updateTime", rfc3339(file.created_utc_ns)},
          {"expirationTime", rfc3339(file.created_utc_ns + kLifeNs)},
          {"sha256Hash", base64_encode(sha256(*file.data))},
          {"uri", own + "/v1beta/files/" + file.id},
          {"state", active ? "ACTIVE" : "PROCESSING"},
          {"source", "UPLOADED"}};
}

http::Response refusal(UploadRefusal why) {
  switch (why) {
    case UploadRefusal::Unknown:
      return error_response({404, "NOT_FOUND", "[emulator] there is no such upload."});
    case UploadRefusal::WrongOffset:
      return error_response(
          {400, "INVALID_ARGUMENT", "[emulator] X-Goog-Upload-Offset is not where the file ends."});
    case UploadRefusal::TooLong:
      return error_response(
          {400, "INVALID_ARGUMENT", "[emulator] more bytes came than were announced."});
    case UploadRefusal::NoRoom:
      break;
  }
  return error_response(
      {429, "RESOURCE_EXHAUSTED", "[emulator] it keeps 512 MiB of files at most."});
}

std::optional<std::uint64_t> number_in(const http::Request& request, std::string_view header) {
  const auto text = request.headers.find(header);
  if (!text) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return number;
}

std::string text_at(const json::value& object, std::string_view name) {
  if (!object.is_object()) return {};
  const json::value* value = object.get_object().if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Task<http::Response> start_upload(http::Request request, Services* services) {
  const Result<Bytes> body = co_await request.body->read_all();
  if (!body) co_return http::problem(body.error());
  json::value said = json::object();
  if (!body->empty()) {
    boost::system::error_code wrong;
    said = json::parse(as_text(*body), wrong);
    if (wrong || !said.is_object()) {
      co_return error_response({400, "INVALID_ARGUMENT", "Invalid JSON payload received."});
    }
  }
  const json::value* file = said.get_object().if_contains("file");
  const json::value about = file == nullptr ? json::value(json::object()) : *file;
  UploadWish wish{.display_name = text_at(about, "displayName"),
                  .mime_type = text_at(about, "mimeType"),
                  .bytes = number_in(request, "X-Goog-Upload-Header-Content-Length")};
  const std::string name = text_at(about, "name");
  if (name.starts_with("files/")) wish.id = name.substr(6);
  if (wish.mime_type.empty()) {
    wish.mime_type = request.headers.find("X-Goog-Upload-Header-Content-Type").value_or("");
  }
  if (wish.mime_type.empty()) {
    co_return error_response(
        {400, "INVALID_ARGUMENT", "Unsupported MIME type: the upload names none."});
  }
  const std::string upload = services->files.begin(std::move(wish));
  http::Response response = with_status(http::json(200, "{}"), "active");
  response.headers.add("X-Goog-Upload-URL",
                       fmt::format("{}{}?upload_id={}&upload_protocol=resumable", own_url(request),
                                   request.path, upload));
  co_return response;
}

Task<http::Response> go_on(http::Request request, std::string upload, std::string command,
                           Services* services) {
  if (command.contains("cancel")) {
    if (!services->files.cancel(upload)) co_return refusal(UploadRefusal::Unknown);
    co_return with_status(http::json(200, "{}"), "cancelled");
  }
  if (command.contains("query")) {
    const auto received = services->files.received(upload);
    if (!received) co_return refusal(UploadRefusal::Unknown);
    http::Response response = with_status(http::json(200, "{}"), "active");
    response.headers.add("X-Goog-Upload-Size-Received", std::to_string(*received));
    co_return response;
  }
  if (command.contains("upload")) {
    const auto offset = number_in(request, "X-Goog-Upload-Offset");
    const Result<Bytes> body = co_await request.body->read_all();
    if (!body) co_return http::problem(body.error());
    const auto added = services->files.append(upload, offset.value_or(0), *body);
    if (!added) co_return refusal(added.error());
  }
  if (!command.contains("finalize")) co_return with_status(http::json(200, "{}"), "active");
  const std::int64_t now = services->now_utc_ns();
  const auto file = services->files.finish(upload, now);
  if (!file) co_return refusal(file.error());
  co_return with_status(
      http::json(200, pretty(json::object{{"file", to_api(*file, own_url(request), now)}})),
      "final");
}

Task<http::Response> upload(http::Request request, Services* services) {
  const std::string command(request.headers.find("X-Goog-Upload-Command").value_or(""));
  if (const auto id = request.query_value("upload_id")) {
    co_return co_await go_on(std::move(request), std::string(*id), command, services);
  }
  if (auto no = refused(request, services->key)) co_return std::move(*no);
  if (command != "start") {
    co_return error_response(
        {400, "INVALID_ARGUMENT", "[emulator] X-Goog-Upload-Command must be start."});
  }
  co_return co_await start_upload(std::move(request), services);
}

Task<http::Response> get_file(http::Request request, Services* services) {
  if (auto no = refused(request, services->key)) co_return std::move(*no);
  const std::int64_t now = services->now_utc_ns();
  const auto file = services->files.find(request.params.back(), now);
  if (!file) {
    co_return error_response(
        {403, "PERMISSION_DENIED",
         fmt::format("You do not have permission to access the File {} or it may not exist.",
                     request.params.back())});
  }
  co_return http::json(200, pretty(to_api(*file, own_url(request), now)));
}

Task<http::Response> list_files(http::Request request, Services* services) {
  if (auto no = refused(request, services->key)) co_return std::move(*no);
  const std::int64_t now = services->now_utc_ns();
  const auto read = [&request](std::string_view name, std::size_t otherwise) {
    const std::string_view text = request.query_value(name).value_or("");
    std::size_t number = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  };
  const std::size_t size = std::clamp<std::size_t>(read("pageSize", kPageDefault), 1, kPageMax);
  const std::size_t from = read("pageToken", 0);
  const auto all = services->files.list(now);
  json::array files;
  for (std::size_t at = from; at < all.size() && at < from + size; ++at) {
    files.push_back(to_api(all[at], own_url(request), now));
  }
  json::object page{{"files", std::move(files)}};
  if (from + size < all.size()) page["nextPageToken"] = std::to_string(from + size);
  co_return http::json(200, pretty(page));
}

Task<http::Response> delete_file(http::Request request, Services* services) {
  if (auto no = refused(request, services->key)) co_return std::move(*no);
  if (!services->files.remove(request.params.back())) {
    co_return error_response(
        {403, "PERMISSION_DENIED",
         "You do not have permission to access the File or it may not exist."});
  }
  co_return http::json(200, "{}");
}

}  // namespace

void add_file_routes(http::Routes& routes, const std::string& root, const std::string& upload_root,
                     Services* services) {
  const auto with = [services](Task<http::Response> (*handle)(http::Request, Services*)) {
    return
        [services, handle](http::Request request) { return handle(std::move(request), services); };
  };
  routes.push_back({http::Method::Post, upload_root + "/files", with(upload), kPieceMax});
  routes.push_back({http::Method::Put, upload_root + "/files", with(upload), kPieceMax});
  routes.push_back({http::Method::Get, root + "/files", with(list_files)});
  routes.push_back({http::Method::Get, root + "/files/{id:segment}", with(get_file)});
  routes.push_back({http::Method::Delete, root + "/files/{id:segment}", with(delete_file)});
}

}  // namespace reprise::emulator
