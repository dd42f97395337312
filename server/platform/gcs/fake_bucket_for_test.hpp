#pragma once

// A bucket in memory that answers the calls of object_api.hpp, as strictly as the fake of
// tests/harness/gcs does: objects are made only where there is none, removed only by generation.

#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>
#include <string>

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "platform/gcs/caller.hpp"
#include "platform/gcs/object_api.hpp"
#include "platform/http/target.hpp"

namespace reprise::gcs {

class FakeBucket {
 public:
  struct Object {
    std::string content;
    std::int64_t generation = 0;
    bool damaged = false;  ///< its bytes are not those of its CRC32C
  };
  std::map<std::string, Object> objects;
  int asked = 0;
  int traced = 0;  ///< of these, for a trace
  /// The next calls are answered with this status.
  int failing = 0;
  int failing_status = 503;

  Send send() {
    return [this](http::ClientRequest request) { return answer(std::move(request)); };
  }

 private:
  using Answer = std::expected<http::ClientResponse, http::FetchError>;

  Task<Answer> answer(http::ClientRequest request) {
    ++asked;
    if (request.deadline.trace()) ++traced;
    if (failing > 0) {
      --failing;
      co_return http::ClientResponse{.status = failing_status};
    }
    if (request.deadline.passed()) {
      co_return std::unexpected(
          http::FetchError{.fault = http::FetchFault::AnswerLate, .detail = "late"});
    }
    const auto url = http::parse_url(request.url);
    const std::size_t mark = std::min(url->target.find('?'), url->target.size());
    std::map<std::string, std::string> query;
    for (std::string_view rest = std::string_view(url->target).substr(mark); !rest.empty();) {
      rest.remove_prefix(1);  // `?` or `&`
      const std::string_view one = rest.substr(0, rest.find('&'));
      rest.remove_prefix(one.size());
      const std::size_t equals = one.find('=');
      query.emplace(one.substr(0, equals), http::percent_decode(one.substr(equals + 1)).value());
    }
    constexpr std::string_view kObjects = "/storage/v1/b/bucket/o";
    const std::string path = http::percent_decode(url->target.substr(0, mark)).value();
    if (path.starts_with("/upload/")) co_return upload(request, query);
    if (path == kObjects) co_return list(query);
    co_return one(request, path.substr(kObjects.size() + 1), query);
  }

  http::ClientResponse upload(const http::ClientRequest& request,
                              std::map<std::string, std::string>& query) {
    if (query.contains("upload_id")) return piece(request, query["upload_id"]);
    const std::string name = query["name"];
    if (query["ifGenerationMatch"] != "0") return {.status = 400};
    if (objects.contains(name)) return {.status = 412};
    if (query["uploadType"] == "resumable") {
      sessions_[name] = "";
      http::ClientResponse begun{.status = 200};
      begun.headers.add("Location",
                        "http://localhost:1/upload/storage/v1/b/bucket/o?upload_id=" + name);
      return begun;
    }
    if (crc32c_of(request.headers.find("x-goog-hash").value_or("")) !=
        crc32c(as_bytes(request.body))) {
      return {.status = 400};
    }
    return make(name, request.body);
  }

  http::ClientResponse piece(const http::ClientRequest& request, const std::string& name) {
    std::string& stored = sessions_[name];
    stored += request.body;
    const std::string range(request.headers.find("Content-Range").value_or(""));
    if (!range.ends_with("/*")) return make(name, std::exchange(stored, ""));
    http::ClientResponse more{.status = 308};
    more.headers.add("Range", fmt::format("bytes=0-{}", stored.size() - 1));
    return more;
  }

  http::ClientResponse make(const std::string& name, std::string content) {
    if (objects.contains(name)) return {.status = 412};
    objects[name] = {.content = std::move(content), .generation = ++generation_};
    return {.status = 200, .body = boost::json::serialize(resource(name))};
  }

  boost::json::object resource(const std::string& name) const {
    const Object& object = objects.at(name);
    return {{"name", name},
            {"size", std::to_string(object.content.size())},
            {"crc32c", hash_of(object).substr(std::string_view("crc32c=").size())},
            {"generation", std::to_string(object.generation)},
            {"timeCreated", "2026-11-28T12:00:00Z"}};
  }
  static std::string hash_of(const Object& object) {
    return hash_header(crc32c(as_bytes(object.content)));
  }

  http::ClientResponse list(std::map<std::string, std::string>& query) const {
    boost::json::array items;
    const std::size_t most = std::stoul(query["maxResults"]);
    std::string last;
    for (const auto& [name, object] : objects) {
      if (!name.starts_with(query["prefix"]) || name <= query["pageToken"]) continue;
      if (items.size() == most) {
        return {.status = 200,
                .body = boost::json::serialize(
                    boost::json::object{{"items", items}, {"nextPageToken", last}})};
      }
      items.push_back(resource(name));
      last = name;
    }
    return {.status = 200, .body = boost::json::serialize(boost::json::object{{"items", items}})};
  }

  http::ClientResponse one(const http::ClientRequest& request, const std::string& name,
                           std::map<std::string, std::string>& query) {
    const auto found = objects.find(name);
    if (found == objects.end()) return {.status = 404};
    if (request.method == http::Method::Delete) {
      if (query["ifGenerationMatch"] != std::to_string(found->second.generation)) {
        return {.status = 412};
      }
      objects.erase(found);
      return {.status = 204};
    }
    if (query["alt"] != "media") {
      return {.status = 200, .body = boost::json::serialize(resource(name))};
    }
    return content(request, found->second);
  }

  static http::ClientResponse content(const http::ClientRequest& request, const Object& object) {
    http::ClientResponse whole{.status = 200, .body = object.content};
    whole.headers.add("x-goog-hash", hash_of(object));
    if (object.damaged) whole.body.front() ^= 1;
    const auto range = request.headers.find("Range");
    if (!range) return whole;
    const std::size_t size = object.content.size();
    const std::size_t dash = range->find('-');
    const std::size_t first = std::stoul(std::string(range->substr(6, dash - 6)));
    if (first >= size) return {.status = 416};
    const std::string rest(range->substr(dash + 1));
    const std::size_t last =
        rest.empty() ? size - 1 : std::min<std::size_t>(std::stoul(rest), size - 1);
    whole.status = 206;
    whole.body = object.content.substr(first, last + 1 - first);
    whole.headers.add("Content-Range", fmt::format("bytes {}-{}/{}", first, last, size));
    return whole;
  }

  std::map<std::string, std::string> sessions_;
  std::int64_t generation_ = 1000;
};

}  // namespace reprise::gcs
