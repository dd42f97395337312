#include "platform/http/responses.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cerrno>

#include "platform/http/text.hpp"

namespace reprise::http {
namespace {

constexpr const char* kRetryAfterSeconds = "5";

int status_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::Invalid:
      return error.type.empty() ? 400 : 422;
    case ErrorCode::Unprocessable:
      return 422;
    case ErrorCode::NotFound:
      return 404;
    case ErrorCode::Conflict:
      return 409;
    case ErrorCode::Gone:
      return 410;
    case ErrorCode::TooLarge:
      return 413;
    case ErrorCode::Unsupported:
      return 415;
    case ErrorCode::Forbidden:
      return 403;
    case ErrorCode::UpstreamRefused:
      return 502;
    case ErrorCode::Unavailable:
      return 503;
    case ErrorCode::StorageFull:
      return 507;
  }
  return 500;
}

/// "Not Found" becomes "not-found".
std::string slug(std::string_view phrase) {
  std::string text = lower_case(phrase);
  for (char& c : text) {
    if (c == ' ') c = '-';
  }
  return text;
}

struct Phrase {
  int status;
  std::string_view text;
};
constexpr std::array kPhrases{
    Phrase{100, "Continue"},
    Phrase{101, "Switching Protocols"},
    Phrase{200, "OK"},
    Phrase{201, "Created"},
    Phrase{202, "Accepted"},
    Phrase{204, "No Content"},
    Phrase{206, "Partial Content"},
    Phrase{302, "Found"},
    Phrase{304, "Not Modified"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{408, "Request Timeout"},
    Phrase{409, "Conflict"},
    Phrase{410, "Gone"},
    Phrase{412, "Precondition Failed"},
    Phrase{413, "Content Too Large"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{416, "Range Not Satisfiable"},
    Phrase{417, "Expectation Failed"},
    Phrase{421, "Misdirected Request"},
    Phrase{422, "Unprocessable Content"},
    Phrase{426, "Upgrade Required"},
    Phrase{429, "Too Many Requests"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{502, "Bad Gateway"},
    Phrase{503, "Service Unavailable"},
    Phrase{505, "HTTP Version Not Supported"},
    Phrase{507, "Insufficient Storage"},
};

}  // namespace

std::string_view reason_phrase(int status) {
  const auto* found = std::ranges::find(kPhrases, status, &Phrase::status);
  return found == kPhrases.end() ? "Unknown" : found->text;
}

Response problem(int status, std::string_view type, std::string_view detail,
                 std::string_view title) {
  const std::string_view phrase = reason_phrase(status);
  const std::string name = type.empty() ? slug(phrase) : std::string(type);
  const boost::json::object body{{"type", "urn:reprise:problem:" + name},
                                 {"title", title.empty() ? phrase : title},
                                 {"status", status},
                                 {"detail", detail}};
  Response response{.status = status, .body = boost::json::serialize(body)};
  response.headers.add("Content-Type", std::string(kProblemType));
  response.headers.add("Cache-Control", "no-store");
  // Both pass by themselves. Who knows better says it.
  if (status == 503 || status == 429) response.headers.add("Retry-After", kRetryAfterSeconds);
  return response;
}

Response file_problem(std::error_code why) {
  switch (why.value()) {
    case ENOENT:
    case ENOTDIR:
      return problem(404, "", "The file is not there any more.");
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EINTR:
      return problem(503, "", "The server cannot open more files just now. Try again in a moment.");
    default:
      return problem(500, "",
                     "The file cannot be read. The log has the details under the request id.");
  }
}

Response problem(const Error& error) {
  Response response = problem(status_of(error), error.type, error.client_message);
  response.log_detail = error.log_detail;
  return response;
}

void stamp_request_id(Response& response, std::string_view request_id) {
  if (response.headers.find("Content-Type") != kProblemType) return;
  auto* text = std::get_if<std::string>(&response.body);
  if (text == nullptr) return;
  boost::system::error_code malformed;
  boost::json::value problem = boost::json::parse(*text, malformed);
  if (malformed || !problem.is_object()) return;
  problem.as_object()["request_id"] = request_id;
  *text = boost::json::serialize(problem);
}

Response json(int status, std::string text) {
  Response response{.status = status, .body = std::move(text)};
  response.headers.add("Content-Type", "application/json");
  response.headers.add("Cache-Control", "no-store");
  return response;
}

Response no_content() {
  Response response{.status = 204};
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace reprise::http
