#include "emulator/protocol/api_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "emulator/protocol/json_text.hpp"

namespace reprise::emulator {
namespace json = boost::json;
namespace {

struct StatusName {
  int code;
  std::string_view name;
};
constexpr std::array kStatusNames{
    StatusName{400, "INVALID_ARGUMENT"},   StatusName{401, "UNAUTHENTICATED"},
    StatusName{403, "PERMISSION_DENIED"},  StatusName{404, "NOT_FOUND"},
    StatusName{429, "RESOURCE_EXHAUSTED"}, StatusName{499, "CANCELLED"},
    StatusName{500, "INTERNAL"},           StatusName{503, "UNAVAILABLE"},
    StatusName{504, "DEADLINE_EXCEEDED"},
};

}  // namespace

std::string_view status_name(int code) {
  const auto found = std::ranges::find(kStatusNames, code, &StatusName::code);
  return found == kStatusNames.end() ? "UNKNOWN" : found->name;
}

http::Response error_response(const ApiError& error) {
  json::object body{{"code", error.code}, {"message", error.message}, {"status", error.status}};
  json::array details;
  if (!error.reason.empty()) {
    details.push_back(
        json::object{{"@type", "type.googleapis.com/google.rpc.ErrorInfo"},
                     {"reason", error.reason},
                     {"domain", "googleapis.com"},
                     {"metadata", {{"service", "generativelanguage.googleapis.com"}}}});
  }
  if (error.retry_after) {
    details.push_back(json::object{{"@type", "type.googleapis.com/google.rpc.RetryInfo"},
                                   {"retryDelay", fmt::format("{}s", error.retry_after->count())}});
  }
  if (!details.empty()) body["details"] = std::move(details);
  return http::json(error.code, pretty(json::object{{"error", std::move(body)}}));
}

std::optional<http::Response> refused(const http::Request& request, std::string_view key) {
  std::optional<std::string_view> given = request.headers.find("x-goog-api-key");
  if (!given) given = request.query_value("key");
  if (!given || given->empty()) {
    return error_response({403, "PERMISSION_DENIED",
                           "Method doesn't allow unregistered callers (callers without established "
                           "identity). Please use API Key or other form of API consumer identity "
                           "to call this API."});
  }
  if (*given != key) {
    return error_response({400, "INVALID_ARGUMENT",
                           "API key not valid. Please pass a valid API key.", "API_KEY_INVALID"});
  }
  return std::nullopt;
}

}  // namespace reprise::emulator
