#include "platform/http/responses.hpp"

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

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Unknown";
  }
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
  if (status == 503) response.headers.add("Retry-After", kRetryAfterSeconds);
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
