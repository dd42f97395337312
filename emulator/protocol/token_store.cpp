#include "emulator/protocol/token_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "emulator/protocol/close.hpp"
#include "emulator/protocol/json_text.hpp"
#include "emulator/protocol/shapes.hpp"

namespace reprise::emulator {
namespace json = boost::json;
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kExpireDefault = 30 * 60 * kSecond;
constexpr std::int64_t kOpenDefault = 60 * kSecond;
constexpr std::int64_t kAheadMax = 20 * 3600 * kSecond;

/// Copies the value at `path` from the token's setup to the client's; removes it there when the
/// token's has none.
void take(json::object& client, const json::object* token, std::string_view path) {
  const std::size_t dot = path.find('.');
  const std::string_view name = path.substr(0, dot);
  const json::value* value = token == nullptr ? nullptr : token->if_contains(name);
  if (dot == std::string_view::npos) {
    if (value == nullptr) {
      client.erase(name);
    } else {
      client.insert_or_assign(name, *value);
    }
    return;
  }
  const json::object* below = value == nullptr ? nullptr : value->if_object();
  json::value* held = client.if_contains(name);
  const bool created = held == nullptr || !held->is_object();
  if (created) {
    if (below == nullptr) return;
    held = &(client[name] = json::object());
  }
  take(held->get_object(), below, path.substr(dot + 1));
  if (created && held->get_object().empty()) client.erase(name);
}

// The SDKs' LiveConnectConfig has these at its top level; on the wire they are in generationConfig.
constexpr std::array<std::string_view, 11> kOfGeneration{"temperature",
                                                         "topP",
                                                         "topK",
                                                         "maxOutputTokens",
                                                         "responseModalities",
                                                         "seed",
                                                         "speechConfig",
                                                         "mediaResolution",
                                                         "thinkingConfig",
                                                         "enableAffectiveDialog",
                                                         "translationConfig"};

std::expected<json::object, std::string> setup_of_constraints(const json::object& constraints) {
  json::object setup;
  if (const json::value* model = constraints.if_contains("model")) {
    const std::string name(model->get_string());
    setup["model"] = name.starts_with("models/") ? name : "models/" + name;
  }
  json::object generation;
  if (const json::value* config = constraints.if_contains("config")) {
    for (const auto& [name, value] : config->get_object()) {
      const std::string camel = lower_camel(name);
      const bool inside = std::ranges::find(kOfGeneration, camel) != kOfGeneration.end();
      (inside ? generation : setup)[camel] = value;
    }
  }
  if (!generation.empty()) setup["generationConfig"] = std::move(generation);
  return normalise(setup, shapes::setup(), "live_connect_constraints");
}

constexpr const char* kRefusedMask = "field_mask is invalid for BidiGenerateContentSetup";

std::expected<std::vector<std::string>, std::string> mask_of(std::string_view text,
                                                             NestedMasks nested) {
  std::vector<std::string> mask;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string path;
    for (std::size_t at = 0; at <= comma;) {
      const std::size_t dot = std::min(text.find('.', at), comma);
      path += (at == 0 ? "" : ".") + lower_camel(text.substr(at, dot - at));
      at = dot + 1;
    }
    if (!is_path_of(shapes::setup(), path)) {
      return std::unexpected("Invalid value at 'field_mask': no field " + path + " in the setup.");
    }
    const bool deep = path.contains('.') && !path.starts_with("generationConfig.");
    if (deep && nested == NestedMasks::Refuse) return std::unexpected(kRefusedMask);
    mask.push_back(std::move(path));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return mask;
}

std::expected<std::int64_t, std::string> time_in(const json::object& body, std::string_view name,
                                                 std::int64_t now_ns, std::int64_t otherwise) {
  const json::value* value = body.if_contains(name);
  if (value == nullptr) return now_ns + otherwise;
  const std::optional<std::int64_t> time = parse_rfc3339(std::string_view(value->get_string()));
  if (!time || *time <= now_ns || *time > now_ns + kAheadMax) {
    return std::unexpected(
        fmt::format("Invalid value at '{}': want a time in RFC 3339 within the next 20 hours.",
                    lower_snake(name)));
  }
  return *time;
}

}  // namespace

json::object merge_setup(const TokenLock& lock, json::object client) {
  if (lock.mask.empty()) return lock.setup ? *lock.setup : client;
  for (const std::string& path : lock.mask) {
    take(client, lock.setup ? &*lock.setup : nullptr, path);
  }
  return client;
}

std::expected<TokenOrder, std::string> read_token_order(std::string_view text, NestedMasks nested,
                                                        std::int64_t now_ns) {
  const Result<json::value> value =
      text.empty() ? Result<json::value>(json::object()) : parse_json(text);
  if (!value)
    return std::unexpected("Invalid JSON payload received. " + value.error().client_message);
  auto body = normalise(*value, shapes::auth_token(), "");
  if (!body) return std::unexpected(body.error());
  TokenOrder order;
  if (const json::value* uses = body->if_contains("uses")) order.uses = uses->get_int64();
  if (order.uses < 0) return std::unexpected("Invalid value at 'uses': must not be negative.");
  const auto expires = time_in(*body, "expireTime", now_ns, kExpireDefault);
  if (!expires) return std::unexpected(expires.error());
  const auto opens = time_in(*body, "newSessionExpireTime", now_ns, kOpenDefault);
  if (!opens) return std::unexpected(opens.error());
  order.expires_ns = *expires;
  order.opens_until_ns = *opens;
  const json::value* setup = body->if_contains("bidiGenerateContentSetup");
  const json::value* constraints = body->if_contains("liveConnectConstraints");
  if (setup != nullptr && constraints != nullptr) {
    return std::unexpected("Set bidiGenerateContentSetup or liveConnectConstraints, not both.");
  }
  if (setup != nullptr) order.lock.setup = setup->get_object();
  if (constraints != nullptr) {
    auto made = setup_of_constraints(constraints->get_object());
    if (!made) return std::unexpected(made.error());
    order.lock.setup = std::move(*made);
  }
  if (const json::value* mask = body->if_contains("fieldMask")) {
    auto paths = mask_of(std::string_view(mask->get_string()), nested);
    if (!paths) return std::unexpected(paths.error());
    order.lock.mask = std::move(*paths);
  }
  return order;
}

TokenStore::TokenStore(std::function<std::uint64_t()> random) : random_(std::move(random)) {}

std::size_t TokenStore::count() const {
  const std::lock_guard lock(mutex_);
  return rows_.size();
}

TokenStore::Rows::iterator TokenStore::forget(Rows::iterator row) {
  bytes_ -= row->second.bytes;
  return rows_.erase(row);
}

std::string TokenStore::mint(TokenOrder order, std::int64_t now_ns) {
  Row made{.uses = order.uses,
           .expires_ns = order.expires_ns,
           .opens_until_ns = order.opens_until_ns,
           .setup = order.lock.setup ? json::serialize(*order.lock.setup) : "",
           .mask = std::move(order.lock.mask)};
  made.bytes = made.setup.size();
  for (const std::string& path : made.mask) made.bytes += path.size();
  const std::lock_guard lock(mutex_);
  for (auto row = rows_.begin(); row != rows_.end();) {
    row = row->second.expires_ns + kExpiredKeptNs <= now_ns ? forget(row) : std::next(row);
  }
  const auto expires_ns = [](const auto& row) { return row.second.expires_ns; };
  while (!rows_.empty() && (rows_.size() >= kTokensMax || bytes_ + made.bytes > kBytesMax)) {
    forget(std::ranges::min_element(rows_, {}, expires_ns));
  }
  std::string name = fmt::format("auth_tokens/{:016x}{:016x}", random_(), random_());
  bytes_ += made.bytes;
  rows_.insert_or_assign(name, std::move(made));
  return name;
}

std::expected<OpenedToken, http::CloseReason> TokenStore::open(std::string_view name,
                                                               std::int64_t now_ns) {
  const auto refuse = [](std::string_view text) {
    return std::unexpected(close_with::reason(close_with::kNotAllowed, text));
  };
  if (!name.starts_with("auth_tokens/")) {
    return std::unexpected(close_with::reason(close_with::kBadArgument, close_with::kNoToken));
  }
  const std::lock_guard lock(mutex_);
  const auto row = rows_.find(name);
  if (row == rows_.end()) {
    return std::unexpected(close_with::reason(close_with::kBadArgument, close_with::kNoToken));
  }
  Row& token = row->second;
  if (now_ns >= token.expires_ns) return refuse(close_with::kTokenExpired);
  if (now_ns >= token.opens_until_ns) return refuse(close_with::kTokenTooLate);
  if (token.uses > 0 && token.used >= token.uses) return refuse(close_with::kTokenSpent);
  ++token.used;
  OpenedToken opened{.lock = {.setup = {}, .mask = token.mask}, .expires_ns = token.expires_ns};
  if (!token.setup.empty()) opened.lock.setup = json::parse(token.setup).as_object();
  return opened;
}

}  // namespace reprise::emulator
