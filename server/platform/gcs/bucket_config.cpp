#include "platform/gcs/bucket_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "base/json.hpp"

namespace reprise::gcs {
namespace {

namespace json = boost::json;

constexpr int kDay = 86'400;

std::string bucket_url(const Address& address) {
  return fmt::format("{}/storage/v1/b/{}", address.endpoint,
                     percent_encode(address.bucket, Slashes::Encode));
}

/// The member at the end of a path of members; null when there is none.
const json::value* at(const json::object& object, std::initializer_list<const char*> path) {
  const json::object* inside = &object;
  const json::value* found = nullptr;
  for (const char* name : path) {
    if (inside == nullptr) return nullptr;
    found = inside->if_contains(name);
    inside = found == nullptr ? nullptr : found->if_object();
  }
  return found;
}

std::string text_at(const json::object& object, std::initializer_list<const char*> path) {
  const json::value* found = at(object, path);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

bool is_on(const json::object& object, std::initializer_list<const char*> path) {
  const json::value* found = at(object, path);
  return found != nullptr && found->is_bool() && found->get_bool();
}

/// Google writes 64-bit numbers as texts.
std::int64_t seconds_at(const json::object& object, std::initializer_list<const char*> path) {
  const std::string text = text_at(object, path);
  std::int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return seconds;
}

json::array array_at(const json::object& object, std::initializer_list<const char*> path) {
  const json::value* found = at(object, path);
  return found != nullptr && found->is_array() ? found->get_array() : json::array{};
}

std::string update(const Address& address, std::string_view flags) {
  return fmt::format("gcloud storage buckets update gs://{} {}", address.bucket, flags);
}

bool has_text(const json::array& list, std::string_view text) {
  return std::ranges::any_of(
      list, [&](const json::value& one) { return one.is_string() && one.get_string() == text; });
}

/// Whether a rule of the lifecycle removes objects that this installation uses.
bool removes_ours(const json::value& rule, const Address& address) {
  const json::object* object = rule.if_object();
  if (object == nullptr || text_at(*object, {"action", "type"}) != "Delete") return false;
  const json::value* live = at(*object, {"condition", "isLive"});
  if (live != nullptr && live->is_bool() && !live->get_bool()) return false;
  // These count since a version was replaced, or those that replaced it: an object that is the
  // newest never fulfils them (cloud.google.com/storage/docs/lifecycle).
  if (at(*object, {"condition", "daysSinceNoncurrentTime"}) != nullptr) return false;
  if (at(*object, {"condition", "noncurrentTimeBefore"}) != nullptr) return false;
  const json::value* newer = at(*object, {"condition", "numNewerVersions"});
  if (newer != nullptr && newer->is_int64() && newer->get_int64() > 0) return false;
  const json::array prefixes = array_at(*object, {"condition", "matchesPrefix"});
  if (prefixes.empty()) return true;
  const std::string own = address.prefix.empty() ? "" : address.prefix + "/";
  return std::ranges::any_of(prefixes, [&](const json::value& one) {
    if (!one.is_string()) return false;
    const std::string_view prefix = one.get_string();
    return prefix.starts_with(own) || own.starts_with(prefix);
  });
}

bool aborts_unfinished(const json::value& rule) {
  const json::object* object = rule.if_object();
  return object != nullptr &&
         text_at(*object, {"action", "type"}) == "AbortIncompleteMultipartUpload";
}

Finding versions(const BucketConfig& config, const Address& address) {
  if (!config.versioning) return {"versions", true, "off"};
  return {"versions", false, "on: what is erased would stay as an old version",
          update(address, "--no-versioning")};
}

Finding soft_delete(const BucketConfig& config, const Address& address) {
  if (config.soft_delete_s == 0) return {"erasing", true, "at once: no soft delete"};
  return {"erasing", false,
          fmt::format("soft delete keeps what is erased for {:.3g} days",
                      static_cast<double>(config.soft_delete_s) / kDay),
          update(address, "--clear-soft-delete")};
}

Finding retention(const BucketConfig& config, const Address& address) {
  if (config.holds_new_objects) {
    return {"retention", false, "each new object is held: nothing could be erased",
            update(address, "--no-default-event-based-hold")};
  }
  if (config.retention_s == 0) return {"retention", true, "none"};
  return {"retention", false, fmt::format("objects cannot be erased for {} s", config.retention_s),
          update(address, "--clear-retention-period")};
}

Finding lifecycle(const BucketConfig& config, const Address& address) {
  for (const json::value& rule : config.lifecycle) {
    if (removes_ours(rule, address)) {
      return {"lifecycle", false, "a rule deletes our objects: " + json::serialize(rule),
              update(address, "--clear-lifecycle")};
    }
  }
  if (std::ranges::any_of(config.lifecycle, aborts_unfinished)) {
    return {"lifecycle", true, "deletes none of our objects, ends unfinished uploads"};
  }
  json::array rules = config.lifecycle;
  rules.push_back(json::object{{"action", {{"type", "AbortIncompleteMultipartUpload"}}},
                               {"condition", {{"age", 7}}}});
  const json::object change{{"lifecycle", {{"rule", rules}}}};
  return {
      "lifecycle", false, "no rule ends unfinished uploads, which are paid for ever",
      fmt::format("echo '{}' >lifecycle.json; {}", json::serialize(json::object{{"rule", rules}}),
                  update(address, "--lifecycle-file=lifecycle.json")),
      change};
}

Finding cross_origin(const BucketConfig& config, const Address& address, std::string_view origin) {
  if (origin.empty()) return {"cors", true, "not needed: playback goes through Reprise"};
  constexpr std::array<std::string_view, 5> kHeaders{"Content-Range", "Content-Length",
                                                     "Accept-Ranges", "ETag", "x-goog-hash"};
  for (const json::value& rule : config.cors) {
    const json::object* object = rule.if_object();
    if (object == nullptr) continue;
    const json::array origins = array_at(*object, {"origin"});
    const json::array methods = array_at(*object, {"method"});
    const json::array headers = array_at(*object, {"responseHeader"});
    const bool enough =
        (has_text(origins, origin) || has_text(origins, "*")) && has_text(methods, "GET") &&
        has_text(methods, "HEAD") &&
        std::ranges::all_of(kHeaders, [&](auto name) { return has_text(headers, name); });
    if (enough) return {"cors", true, fmt::format("{} may read", origin)};
  }
  json::array headers;
  for (const std::string_view name : kHeaders) headers.emplace_back(name);
  json::array rules = config.cors;
  rules.push_back(json::object{{"origin", json::array{origin}},
                               {"method", json::array{"GET", "HEAD"}},
                               {"responseHeader", headers},
                               {"maxAgeSeconds", 3600}});
  const json::object change{{"cors", rules}};
  return {"cors", false, fmt::format("pages of {} may not read objects", origin),
          fmt::format("echo '{}' >cors.json; {}", json::serialize(rules),
                      update(address, "--cors-file=cors.json")),
          change};
}

}  // namespace

http::ClientRequest bucket_request(const Address& address) { return {.url = bucket_url(address)}; }

Result<BucketConfig> read_bucket(std::string_view text) {
  const auto value = parse_json(text);
  const json::object* object = value ? value->if_object() : nullptr;
  if (object == nullptr || text_at(*object, {"metageneration"}).empty()) {
    return fail(ErrorCode::Unavailable, "The object store's answer is not understood.", {},
                "no bucket resource");
  }
  return BucketConfig{
      .location = text_at(*object, {"location"}),
      .storage_class = text_at(*object, {"storageClass"}),
      .metageneration = text_at(*object, {"metageneration"}),
      .versioning = is_on(*object, {"versioning", "enabled"}),
      .soft_delete_s = seconds_at(*object, {"softDeletePolicy", "retentionDurationSeconds"}),
      .retention_s = seconds_at(*object, {"retentionPolicy", "retentionPeriod"}),
      .holds_new_objects = is_on(*object, {"defaultEventBasedHold"}),
      .cors = array_at(*object, {"cors"}),
      .lifecycle = array_at(*object, {"lifecycle", "rule"})};
}

http::ClientRequest change_bucket_request(const Address& address, const BucketConfig& seen,
                                          const json::object& members) {
  http::ClientRequest request{
      .method = http::Method::Patch,
      .url = fmt::format("{}?ifMetagenerationMatch={}", bucket_url(address),
                         percent_encode(seen.metageneration, Slashes::Encode)),
      .body = json::serialize(members)};
  request.headers.add("Content-Type", "application/json");
  return request;
}

const std::vector<std::string>& wanted_permissions() {
  static const std::vector<std::string> wanted{kMayCreate, "storage.objects.delete",
                                               "storage.objects.get", "storage.objects.list"};
  return wanted;
}

http::ClientRequest permissions_request(const Address& address) {
  std::string url = bucket_url(address) + "/iam/testPermissions";
  for (const std::string& one : wanted_permissions()) {
    url += fmt::format("{}permissions={}", url.contains('?') ? "&" : "?", one);
  }
  return {.url = std::move(url)};
}

Result<std::vector<std::string>> missing_permissions(std::string_view text) {
  const auto value = parse_json(text);
  const json::object* object = value ? value->if_object() : nullptr;
  if (object == nullptr) {
    return fail(ErrorCode::Unavailable, "The object store's answer is not understood.", {},
                "no list of permissions");
  }
  const json::array granted = array_at(*object, {"permissions"});
  std::vector<std::string> missing;
  for (const std::string& one : wanted_permissions()) {
    if (!has_text(granted, one)) missing.push_back(one);
  }
  return missing;
}

std::vector<Finding> findings(const BucketConfig& config, const Address& address,
                              std::string_view origin) {
  return {versions(config, address), soft_delete(config, address), retention(config, address),
          lifecycle(config, address), cross_origin(config, address, origin)};
}

}  // namespace reprise::gcs
